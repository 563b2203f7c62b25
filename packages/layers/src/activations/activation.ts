/** What activations share: element by element, of any shape. */
import { type Tensor, zeros } from '@tessera/tensor';
import { Module } from '../module.ts';
import type { Fits, Output, SameShape } from '../shapeMap.ts';

export abstract class Activation extends Module {
  declare readonly mapsShape: SameShape;

  /** The function that `forward` applies. */
  protected abstract f(x: Tensor): Tensor;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return this.f(x);
  }
}

/** An activation with options, which are those of its function. */
export abstract class ActivationWithOptions<O extends object> extends Activation {
  constructor(readonly options: O) {
    super();
    // The function checks its options: at once, on nothing.
    this.f(zeros(0));
  }

  override extraRepr(): string {
    return Object.entries(this.options)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(', ');
  }
}
