/** A schedule towards the rate at which weights are averaged. */
import { checkInteger, checkOneOf, withDefaults } from '@tessera/tensor/core';
import { type Place, ratesOf, Schedule, type Scheduled } from './schedule.ts';

export interface SWALROptions {
  /** Steps until the rate is reached. Default 10; with 0 it is reached at the first. */
  readonly annealEpochs?: number;
  /** Along a cosine or in a straight line. Default 'cos'. */
  readonly annealStrategy?: 'cos' | 'linear';
}

/**
 * From the rate that is set to `swaLr` (one, or one for each group), where it stays while weights are averaged: between the two,
 * lr (1 - a) + swaLr a, with a from 0 to 1. Other schedules may act on the part that is left of the rate. Izmailov et al., 2018.
 * PyTorch: `torch.optim.swa_utils.SWALR`.
 *
 * @example
 * const schedule = new SWALR(optimizer, 0.05, { annealEpochs: 5 });
 */
export class SWALR extends Schedule {
  readonly annealEpochs: number;
  readonly annealStrategy: 'cos' | 'linear';
  readonly #swaLrs: readonly number[];
  protected override readonly followsRate: boolean = false;

  constructor(optimizer: Scheduled, swaLr: number | readonly number[], options: SWALROptions = {}) {
    const name = 'SWALR';
    super(name, optimizer);
    this.#swaLrs = ratesOf(name, 'swaLr', swaLr, this.baseLrs.length);
    const defaults = { annealEpochs: 10, annealStrategy: 'cos' } as const;
    const given = withDefaults<Required<SWALROptions>>(name, options, defaults);
    this.annealEpochs = checkInteger(name, 'annealEpochs', given.annealEpochs, 0);
    checkOneOf(name, 'annealStrategy', given.annealStrategy, ['cos', 'linear']);
    this.annealStrategy = given.annealStrategy;
    this.begin();
  }

  /** Goes on from the rates that are set, as in PyTorch. */
  override restart(): void {
    this.goTo(0);
  }

  /** The share of `swaLr` at a step. */
  #share(epoch: number): number {
    const { annealEpochs, annealStrategy } = this;
    const t = Math.max(0, Math.min(1, epoch / Math.max(1, annealEpochs)));
    return annealStrategy === 'linear' ? t : (1 - Math.cos(Math.PI * t)) / 2;
  }

  protected override rate({ epoch, lr, group }: Place): number {
    const swaLr = this.#swaLrs[group] as number;
    const step = this.annealEpochs === 0 ? Math.max(1, epoch) : epoch;
    const [before, now] = [this.#share(step - 1), this.#share(step)];
    // lr = rest (1 - before) + swaLr before
    const rest = before === 1 ? swaLr : (lr - before * swaLr) / (1 - before);
    return swaLr * now + rest * (1 - now);
  }
}
