/** One half of a tensor gates the other. */
import { glu, type Tensor } from '@tessera/tensor';
import { checkInteger } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output } from '../shapeMap.ts';

/** a sigmoid(b), where a and b are the halves of x along `dim` (default -1). PyTorch: `torch.nn.GLU`. */
export class GLU extends Module {
  constructor(readonly dim: number = -1) {
    super();
    checkInteger('GLU', 'dim', dim);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return glu(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
