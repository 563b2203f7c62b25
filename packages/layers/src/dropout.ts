/** Dropout as a layer. */
import { dropout, type Tensor } from '@tessera/tensor';
import { checkProbability } from './checkProbability.ts';
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
    checkProbability('Dropout', 'p', p, 0.5);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }

  override extraRepr(): string {
    return `p=${this.p}`;
  }
}
