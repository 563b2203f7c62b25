/** One half of a tensor gates the other. */
import { type Gated, glu, type Tensor } from '@tessera/tensor';
import { checkInteger } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';

export interface GLUMap extends ShapeMap {
  readonly output: this['layer'] extends { readonly dim: infer D extends number }
    ? Gated<ShapeIn<this['input']>, D>
    : never;
}

/** a sigmoid(b), where a and b are the halves of x along `dim` (default -1). PyTorch: `torch.nn.GLU`. */
export class GLU<out D extends number = -1> extends Module {
  declare readonly mapsShape: GLUMap;
  readonly dim: D;

  constructor(dim: D = -1 as D) {
    super();
    this.dim = checkInteger('GLU', 'dim', dim) as D;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return glu<Tensor, number>(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
