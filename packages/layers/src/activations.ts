/** Activations as layers. */
import { relu, softmax, type Tensor } from '@tessera/tensor';
import type { NamedDim, RankOf } from '@tessera/tensor/core';
import { Module } from './module.ts';
import type { Fits, Output, SameShape, ShapeIn, ShapeMap } from './shapeMap.ts';

/** max(x, 0), element by element. PyTorch: `torch.nn.ReLU`. */
export class ReLU extends Module {
  declare readonly mapsShape: SameShape;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** Any shape that has the dimension. */
export interface SoftmaxMap extends ShapeMap {
  readonly output: this['layer'] extends Softmax<infer D>
    ? NamedDim<'softmax', D, RankOf<ShapeIn<this['input']>>> extends infer I extends string
      ? I
      : ShapeIn<this['input']>
    : never;
}

/** exp(x) / sum(exp(x)) along `dim`: every slice sums to 1. PyTorch: `torch.nn.Softmax`. */
export class Softmax<out D extends number = number> extends Module {
  declare readonly mapsShape: SoftmaxMap;

  constructor(readonly dim: D) {
    super();
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return softmax(x, this.dim as number);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
