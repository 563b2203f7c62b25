/** Schedules that go from one factor to another within a number of steps. */
import { checkInteger, checkNumber, withDefaults } from '@tessera/tensor/core';
import { checkRange, type Place, Schedule, type Scheduled } from './schedule.ts';

export interface ConstantLROptions {
  /** Default 1/3. */
  readonly factor?: number;
  /** Default 5. */
  readonly totalIters?: number;
}

/** The rate times `factor` for `totalIters` steps. PyTorch: `ConstantLR`. */
export class ConstantLR extends Schedule {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    super('ConstantLR', optimizer);
    const given = withDefaults<Required<ConstantLROptions>>('ConstantLR', options, { factor: 1 / 3, totalIters: 5 });
    this.factor = checkRange('ConstantLR', 'factor', given.factor, 0, 1);
    this.totalIters = checkInteger('ConstantLR', 'totalIters', given.totalIters, 0);
    this.begin();
  }

  protected override rate({ epoch, lr, base }: Place): number {
    if (epoch === 0) return lr * this.factor;
    if (epoch !== this.totalIters) return lr;
    // A rate of 0 says nothing of where it came from.
    return this.factor === 0 ? base : lr / this.factor;
  }
}

export interface LinearLROptions {
  /** Default 1/3. */
  readonly startFactor?: number;
  /** Default 1. */
  readonly endFactor?: number;
  /** Default 5. */
  readonly totalIters?: number;
}

/** The rate times a factor that goes in a straight line from `startFactor` to `endFactor`. PyTorch: `LinearLR`. */
export class LinearLR extends Schedule {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    super('LinearLR', optimizer);
    const defaults = { startFactor: 1 / 3, endFactor: 1, totalIters: 5 };
    const given = withDefaults<Required<LinearLROptions>>('LinearLR', options, defaults);
    this.startFactor = checkRange('LinearLR', 'startFactor', given.startFactor, Number.MIN_VALUE, 1);
    this.endFactor = checkRange('LinearLR', 'endFactor', given.endFactor, 0, 1);
    this.totalIters = checkInteger('LinearLR', 'totalIters', given.totalIters, 0);
    this.begin();
  }

  protected override rate({ epoch, lr }: Place): number {
    const { startFactor, endFactor, totalIters } = this;
    if (epoch === 0) return lr * startFactor;
    if (epoch > totalIters) return lr;
    // factor(t) / factor(t - 1)
    const rise = endFactor - startFactor;
    return lr * (1 + rise / (totalIters * startFactor + (epoch - 1) * rise));
  }
}

export interface PolynomialLROptions {
  /** Default 5. */
  readonly totalIters?: number;
  /** Default 1. */
  readonly power?: number;
}

/** The rate times (1 - t / totalIters)^power, 0 from `totalIters` on. PyTorch: `PolynomialLR`. */
export class PolynomialLR extends Schedule {
  readonly totalIters: number;
  readonly power: number;

  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    super('PolynomialLR', optimizer);
    const given = withDefaults<Required<PolynomialLROptions>>('PolynomialLR', options, { totalIters: 5, power: 1 });
    this.totalIters = checkInteger('PolynomialLR', 'totalIters', given.totalIters, 1);
    this.power = checkNumber('PolynomialLR', 'power', given.power);
    this.begin();
  }

  protected override rate({ epoch, lr }: Place): number {
    const { totalIters, power } = this;
    if (epoch === 0 || epoch > totalIters) return lr;
    return lr * ((1 - epoch / totalIters) / (1 - (epoch - 1) / totalIters)) ** power;
  }
}
