/** Elements that go missing at random while a network learns. */
import { dropout, type Tensor } from '@tessera/tensor';
import { checkProbability } from '../checkProbability.ts';
import { Module } from '../module.ts';
import type { Fits, Output, SameShape } from '../shapeMap.ts';

/** What all layers of dropout share: a probability, and what happens in training. */
export abstract class DropoutBase extends Module {
  declare readonly mapsShape: SameShape;

  constructor(readonly p: number = 0.5) {
    super();
    checkProbability(this.constructor.name, 'p', p, 0.5);
  }

  /** The function that `forward` applies. */
  protected abstract f(x: Tensor): Tensor;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return this.f(x);
  }

  override extraRepr(): string {
    return `p=${this.p}`;
  }
}

/**
 * In training, zeroes each element with probability `p` and divides the others by 1 - p; the identity in evaluation.
 * Srivastava et al., 2014. PyTorch: `torch.nn.Dropout`.
 */
export class Dropout extends DropoutBase {
  protected override f(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }
}
