/** Schedules that multiply the rate by factors. */
import { ValueError } from '@tessera/tensor';
import { checkFunction, checkInteger, checkNumber, describe, withDefaults } from '@tessera/tensor/core';
import { checkRange, forGroups, type Place, Schedule, type Scheduled } from './schedule.ts';

/** A factor for a number of steps. */
export type Factor = (epoch: number) => number;

/** What a function of the number of steps says, one for all groups or one for each. */
abstract class FactorSchedule extends Schedule {
  readonly #factors: readonly Factor[];
  protected override readonly followsRate: boolean = false;

  constructor(name: string, optimizer: Scheduled, lrLambda: Factor | readonly Factor[]) {
    super(name, optimizer);
    this.#factors = forGroups(name, 'lrLambda', lrLambda, this.baseLrs.length);
    for (const factor of this.#factors) checkFunction(name, 'lrLambda', factor, '(epoch) => 0.95 ** epoch');
    this.begin();
  }

  protected factor({ epoch, group }: Place): number {
    return checkNumber(this.name, `lrLambda(${epoch})`, (this.#factors[group] as Factor)(epoch));
  }
}

/**
 * The rate before any schedule times lrLambda(epoch). PyTorch: `LambdaLR`.
 *
 * @example
 * const schedule = new LambdaLR(optimizer, (epoch) => 0.95 ** epoch);
 */
export class LambdaLR extends FactorSchedule {
  constructor(optimizer: Scheduled, lrLambda: Factor | readonly Factor[]) {
    super('LambdaLR', optimizer, lrLambda);
  }

  protected override rate(place: Place): number {
    return place.base * this.factor(place);
  }
}

/** The rate times lrLambda(epoch), at every step. PyTorch: `MultiplicativeLR`. */
export class MultiplicativeLR extends FactorSchedule {
  constructor(optimizer: Scheduled, lrLambda: Factor | readonly Factor[]) {
    super('MultiplicativeLR', optimizer, lrLambda);
  }

  /** Goes on from the rates that are set, as in PyTorch. */
  override restart(): void {
    this.goTo(0);
  }

  protected override rate(place: Place): number {
    return place.epoch === 0 ? place.lr : place.lr * this.factor(place);
  }
}

/** The factor of schedules that decay. */
export interface DecayOptions {
  /** Default 0.1. */
  readonly gamma?: number;
}

function gammaOf(name: string, options: DecayOptions): number {
  const { gamma } = withDefaults<Required<DecayOptions>>(name, options, { gamma: 0.1 });
  return checkRange(name, 'gamma', gamma, 0);
}

/** The rate times gamma after every `stepSize` steps. PyTorch: `StepLR`. */
export class StepLR extends Schedule {
  readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    readonly stepSize: number,
    options: DecayOptions = {},
  ) {
    super('StepLR', optimizer);
    checkInteger('StepLR', 'stepSize', stepSize, 1);
    this.gamma = gammaOf('StepLR', options);
    this.begin();
  }

  protected override rate({ epoch, lr }: Place): number {
    return epoch > 0 && epoch % this.stepSize === 0 ? lr * this.gamma : lr;
  }
}

/** The rate times gamma at every milestone; a step that is named twice counts twice. PyTorch: `MultiStepLR`. */
export class MultiStepLR extends Schedule {
  readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    readonly milestones: readonly number[],
    options: DecayOptions = {},
  ) {
    super('MultiStepLR', optimizer);
    checkMilestones('MultiStepLR', milestones);
    this.gamma = gammaOf('MultiStepLR', options);
    this.begin();
  }

  protected override rate({ epoch, lr }: Place): number {
    return lr * this.gamma ** this.milestones.filter((milestone) => milestone === epoch).length;
  }
}

/** The rate times gamma at every step. PyTorch: `ExponentialLR`. */
export class ExponentialLR extends Schedule {
  constructor(
    optimizer: Scheduled,
    readonly gamma: number,
  ) {
    super('ExponentialLR', optimizer);
    checkRange('ExponentialLR', 'gamma', gamma, 0);
    this.begin();
  }

  protected override rate({ epoch, lr }: Place): number {
    return epoch === 0 ? lr : lr * this.gamma;
  }
}

/** Throws unless milestones are steps in rising order. */
export function checkMilestones(name: string, milestones: readonly number[]): void {
  const rising = (value: unknown, i: number): boolean =>
    Number.isInteger(value) &&
    (value as number) >= 0 &&
    (i === 0 || (value as number) >= (milestones[i - 1] as number));
  if (Array.isArray(milestones) && milestones.every(rising)) return;
  throw new ValueError(
    `${name}: milestones must be whole numbers in rising order; got ${describe(milestones)}; try [30, 80]`,
  );
}
