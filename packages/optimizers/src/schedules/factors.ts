/** Schedules that multiply the rate by factors. */
import { ValueError } from '@tessera/tensor';
import { checkFunction, checkInteger, describe, withDefaults } from '@tessera/tensor/core';
import { checkRange, forGroups, Schedule, type Scheduled } from './schedule.ts';

/** A factor for a number of steps. */
export type Factor = (epoch: number) => number;

/** What a function of the number of steps says, one for all groups or one for each. */
abstract class FactorSchedule extends Schedule {
  readonly #factors: readonly Factor[];

  constructor(name: string, optimizer: Scheduled, lrLambda: Factor | readonly Factor[]) {
    super(name, optimizer);
    this.#factors = forGroups(name, 'lrLambda', lrLambda, this.baseLrs.length);
    for (const factor of this.#factors) checkFunction(name, 'lrLambda', factor, '(epoch) => 0.95 ** epoch');
    this.apply();
  }

  protected factor(group: number): number {
    return (this.#factors[group] as Factor)(this.lastEpoch);
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

  protected override rate(_: number, base: number, group: number): number {
    return base * this.factor(group);
  }
}

/** The rate times lrLambda(epoch), at every step. PyTorch: `MultiplicativeLR`. */
export class MultiplicativeLR extends FactorSchedule {
  constructor(optimizer: Scheduled, lrLambda: Factor | readonly Factor[]) {
    super('MultiplicativeLR', optimizer, lrLambda);
  }

  protected override rate(lr: number, _: number, group: number): number {
    return this.lastEpoch === 0 ? lr : lr * this.factor(group);
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
    this.apply();
  }

  protected override rate(lr: number): number {
    return this.lastEpoch > 0 && this.lastEpoch % this.stepSize === 0 ? lr * this.gamma : lr;
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
    this.apply();
  }

  protected override rate(lr: number): number {
    return lr * this.gamma ** this.milestones.filter((milestone) => milestone === this.lastEpoch).length;
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
    this.apply();
  }

  protected override rate(lr: number): number {
    return this.lastEpoch === 0 ? lr : lr * this.gamma;
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
