/** All laws of an optimizer. */
import { type Tensor, zeros } from '@tessera/tensor';
import { checkLaws, type Law, type LawOptions } from '@tessera/tensor/testing';
import { requiresGrad } from '../index.ts';
import { apart, bowl, maximizing, noRate, oddness, resume, threads, untouched } from './optimizers/laws.ts';
import type { OptimizerLike, OptimizerSettings, OptimizerUnderTest, Trajectory } from './optimizers/subject.ts';

const LAWS: readonly Law<OptimizerUnderTest, Trajectory>[] = [
  noRate,
  untouched,
  resume,
  apart,
  maximizing,
  oddness,
  threads,
  bowl,
];

export interface OptimizerOptions {
  /** How messages call the optimizer. Default: the name of its class. */
  readonly name?: string;
  /** Whether it moves all parameters along one line. Default false. */
  readonly joint?: boolean;
  /** Whether it has a setting `maximize`. Default false. */
  readonly maximize?: boolean;
  /** Whether negated gradients negate the trajectory from 0. Default true. */
  readonly odd?: boolean;
  /** A rate at which it comes down a bowl. Default 0.01. */
  readonly rate?: number;
}

/** An optimizer to be held to laws: how to make one over parameters, with a rate and perhaps climbing. */
export function optimizerUnderTest(
  make: (params: Tensor[], settings: OptimizerSettings) => OptimizerLike,
  { name, joint = false, maximize = false, odd = true, rate = 0.01 }: OptimizerOptions = {},
): OptimizerUnderTest {
  return {
    name: name ?? make([requiresGrad(zeros(1, 1))], {}).constructor.name,
    make,
    joint,
    maximize,
    odd,
    rate,
  };
}

/** The laws that say something about an optimizer. */
export function optimizerLaws(optimizer: OptimizerUnderTest): readonly Law<OptimizerUnderTest, Trajectory>[] {
  return LAWS.filter((law) => law.applies(optimizer));
}

/**
 * Checks an optimizer against every law: no step without a rate or a gradient, the same bits after a stop, each parameter
 * by itself, climbing, odd steps, any number of threads, and that it comes down.
 *
 * @param make gives an optimizer over matrices, with the settings it is handed
 * @throws LawError where a law does not hold.
 * @example
 * checkOptimizer((params, settings) => new SGD(params, { lr: 0.1, momentum: 0.9, ...settings }), { maximize: true });
 */
export function checkOptimizer(
  make: (params: Tensor[], settings: OptimizerSettings) => OptimizerLike,
  options: OptimizerOptions & LawOptions = {},
): void {
  checkLaws(optimizerUnderTest(make, options), LAWS, options);
}
