/** Dropout as a layer. */
import { dropout, type Tensor, ValueError } from '@tessera/tensor';
import { describe } from '@tessera/tensor/core';
import { Module } from './module.ts';
import type { Fits, Output, SameShape } from './shapeMap.ts';

/**
 * In training, zeroes each element with probability `p` and divides the others by 1 - p; the identity in evaluation.
 * Srivastava et al., 2014. PyTorch: `torch.nn.Dropout`.
 */
export class Dropout extends Module {
  declare readonly mapsShape: SameShape;

  constructor(readonly p = 0.5) {
    super();
    if (!(typeof p === 'number' && p >= 0 && p <= 1))
      throw new ValueError(`Dropout: p must be in [0, 1]; got ${describe(p)}; try 0.5`);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }

  override extraRepr(): string {
    return `p=${this.p}`;
  }
}
