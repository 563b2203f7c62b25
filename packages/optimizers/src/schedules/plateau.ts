/** A schedule that waits for progress. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, checkNumber, checkOneOf, describe, withDefaults } from '@tessera/tensor/core';
import { checkRange, groupsOf, RateSetter, ratesOf, type Scheduled, type ScheduleState } from './schedule.ts';

/** What every metric is better than. */
const worst = (mode: 'min' | 'max'): number => (mode === 'min' ? Infinity : -Infinity);

export interface PlateauOptions {
  /** Whether less is better, or more. Default 'min'. */
  readonly mode?: 'min' | 'max';
  /** What the rate is multiplied with. Default 0.1. */
  readonly factor?: number;
  /** Steps without progress that are borne. Default 10. */
  readonly patience?: number;
  /** What counts as progress. Default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best so far, or a difference from it. Default 'rel'. */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Steps after a reduction in which nothing counts against it. Default 0. */
  readonly cooldown?: number;
  /** Lower bounds, for all groups or each. Default 0. */
  readonly minLr?: number | readonly number[];
  /** A reduction by less than this is none. Default 1e-8. */
  readonly eps?: number;
}

/**
 * Reduces the rate when a metric has not improved for some steps. PyTorch: `ReduceLROnPlateau`.
 *
 * @example
 * const schedule = new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 3 });
 * // after every epoch
 * schedule.step(validationLoss);
 */
export class ReduceLROnPlateau extends RateSetter {
  lastEpoch = 0;
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  readonly #settings: Required<PlateauOptions>;

  constructor(optimizer: Scheduled, options: PlateauOptions = {}) {
    super(optimizer);
    const name = 'ReduceLROnPlateau';
    const groups = groupsOf(name, optimizer);
    const settings = withDefaults<Required<PlateauOptions>>(name, options, {
      mode: 'min',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel',
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
    });
    if (!(checkRange(name, 'factor', settings.factor, 0, 1) < 1))
      throw new ValueError(`${name}: factor must be below 1; got ${settings.factor}; try 0.1`);
    checkOneOf(name, 'mode', settings.mode, ['min', 'max']);
    checkOneOf(name, 'thresholdMode', settings.thresholdMode, ['rel', 'abs']);
    checkInteger(name, 'patience', settings.patience, 0);
    checkInteger(name, 'cooldown', settings.cooldown, 0);
    checkNumber(name, 'threshold', settings.threshold);
    checkNumber(name, 'eps', settings.eps);
    ratesOf(name, 'minLr', settings.minLr, groups.length);
    this.#settings = settings;
    this.best = worst(settings.mode);
  }

  /** To be called with the metric, after every epoch. */
  step(metric: number): void {
    const { factor, patience, cooldown, eps } = this.#settings;
    // NaN is a number: of no progress.
    if (typeof metric !== 'number')
      throw new ValueError(
        `ReduceLROnPlateau: metric must be a number; got ${describe(metric)}; try step(loss.item())`,
      );
    const { paramGroups } = this.optimizer;
    const lowest = ratesOf('ReduceLROnPlateau', 'minLr', this.#settings.minLr, paramGroups.length);
    this.lastEpoch++;
    if (this.#isBetter(metric)) {
      this.best = metric;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs <= patience) return;
    paramGroups.forEach((group, i) => {
      const lr = Math.max(group.lr * factor, lowest[i] as number);
      if (group.lr - lr > eps) group.lr = lr;
    });
    this.cooldownCounter = cooldown;
    this.numBadEpochs = 0;
  }

  #isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.#settings;
    if (mode === 'min') return value < (thresholdMode === 'rel' ? this.best * (1 - threshold) : this.best - threshold);
    return value > (thresholdMode === 'rel' ? this.best * (1 + threshold) : this.best + threshold);
  }

  override stateDict(): ScheduleState {
    const { lastEpoch, numBadEpochs, cooldownCounter } = this;
    // JSON knows no Infinity.
    const best = this.best === worst(this.#settings.mode) ? null : this.best;
    return { last_epoch: lastEpoch, best, num_bad_epochs: numBadEpochs, cooldown_counter: cooldownCounter };
  }

  override loadStateDict(state: ScheduleState): void {
    const lastEpoch = checkInteger('loadStateDict', 'last_epoch', state?.last_epoch, 0);
    const start = worst(this.#settings.mode);
    const best = state.best === null || state.best === start ? start : checkNumber('loadStateDict', 'best', state.best);
    const numBadEpochs = checkInteger('loadStateDict', 'num_bad_epochs', state.num_bad_epochs, 0);
    const cooldownCounter = checkInteger('loadStateDict', 'cooldown_counter', state.cooldown_counter, 0);
    Object.assign(this, { lastEpoch, best, numBadEpochs, cooldownCounter });
  }
}
