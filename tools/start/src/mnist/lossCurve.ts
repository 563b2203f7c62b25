/** The mean loss of a few steps. */
export interface LossPoint {
  /** Passes through the digits so far; 1.5 is in the middle of the second. */
  readonly epoch: number;
  readonly loss: number;
}

/** Steps that make one point. */
const STEPS_PER_POINT = 20;

/** Gathers the losses of steps into points, and smooths them for the eye. */
export class LossCurve {
  readonly points: LossPoint[] = [];
  /** A mean in which older steps count less and less. */
  smooth = Number.NaN;
  #sum = 0;
  #count = 0;

  constructor(readonly stepsPerEpoch: number) {}

  add(step: number, loss: number): void {
    this.smooth = Number.isNaN(this.smooth) ? loss : 0.95 * this.smooth + 0.05 * loss;
    this.#sum += loss;
    if (++this.#count < STEPS_PER_POINT) return;
    this.points.push({
      epoch: (step + 1 - STEPS_PER_POINT / 2) / this.stepsPerEpoch,
      loss: this.#sum / STEPS_PER_POINT,
    });
    this.#sum = 0;
    this.#count = 0;
  }
}
