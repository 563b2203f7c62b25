/** Schedules along a cosine. */
import { checkInteger, checkNumber, withDefaults } from '@tessera/tensor/core';
import { checkRange, type Place, Schedule, type Scheduled } from './schedule.ts';

export interface CosineOptions {
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * etaMin + (lr - etaMin) (1 + cos(pi t / tMax)) / 2: down in `tMax` steps, and up again. In the form that follows from the rate
 * before, so that it may be chained. Loshchilov and Hutter, 2017. PyTorch: `CosineAnnealingLR`.
 *
 * @example
 * const schedule = new CosineAnnealingLR(optimizer, epochs * batches);
 */
export class CosineAnnealingLR extends Schedule {
  readonly etaMin: number;
  protected override readonly followsRate: boolean = false;

  constructor(
    optimizer: Scheduled,
    readonly tMax: number,
    options: CosineOptions = {},
  ) {
    super('CosineAnnealingLR', optimizer);
    checkInteger('CosineAnnealingLR', 'tMax', tMax, 1);
    const { etaMin } = withDefaults<Required<CosineOptions>>('CosineAnnealingLR', options, { etaMin: 0 });
    this.etaMin = checkNumber('CosineAnnealingLR', 'etaMin', etaMin);
    this.begin();
  }

  protected override rate({ epoch, lr, base }: Place): number {
    const { tMax, etaMin } = this;
    if (epoch === 0) return lr;
    // At the bottom the rate says nothing of where it came from.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) return lr + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    const height = (t: number): number => 1 + Math.cos((Math.PI * t) / tMax);
    return (height(epoch) / height(epoch - 1)) * (lr - etaMin) + etaMin;
  }
}

export interface WarmRestartsOptions extends CosineOptions {
  /** Every cycle takes so many times as long as the one before. Default 1. */
  readonly tMult?: number;
}

/**
 * Along a cosine from the rate down to etaMin, and at once up again: first in `t0` steps. Loshchilov and Hutter, 2017.
 * PyTorch: `CosineAnnealingWarmRestarts`.
 */
export class CosineAnnealingWarmRestarts extends Schedule {
  readonly etaMin: number;
  readonly tMult: number;
  protected override readonly followsRate: boolean = false;

  constructor(
    optimizer: Scheduled,
    readonly t0: number,
    options: WarmRestartsOptions = {},
  ) {
    const name = 'CosineAnnealingWarmRestarts';
    super(name, optimizer);
    checkInteger(name, 't0', t0, 1);
    const given = withDefaults<Required<WarmRestartsOptions>>(name, options, { tMult: 1, etaMin: 0 });
    this.tMult = checkInteger(name, 'tMult', given.tMult, 1);
    this.etaMin = checkNumber(name, 'etaMin', given.etaMin);
    this.begin();
  }

  /** Without an argument one step on; with one, at that place, which may lie between two steps. */
  override step(epoch: number = this.lastEpoch + 1): void {
    this.goTo(checkRange(this.name, 'epoch', epoch, 0));
  }

  protected override rate({ epoch, base }: Place): number {
    let [since, length] = [epoch, this.t0];
    if (this.tMult === 1) since %= length;
    for (; since >= length; length *= this.tMult) since -= length;
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * since) / length))) / 2;
  }

  /** A place may lie between two steps. */
  protected override checkEpoch(epoch: unknown): number {
    return checkRange(this.name, 'last_epoch', epoch, 0);
  }
}
