/**
 * How far a float32 result may lie from the same formula in float64 on the same float32 inputs. Every bound is derived
 * (Higham, "Accuracy and Stability of Numerical Algorithms"), none is picked by hand.
 */

import { attention } from './attentionBounds.ts';
import {
  gamma,
  LEAST_FLOAT32,
  LEAST_NORMAL,
  type Row,
  softmaxOf,
  sumOf,
  ULPS_EXP,
  ULPS_LOG,
  UNIT_FLOAT32,
} from './roundings.ts';

/** A bound of one element, from what is expected there and where that is. */
export type Bound = number | ArrayLike<number> | ((expected: number, index: number) => number);

type Rows = Row | readonly Row[];

/** The distance between neighbouring float32 (or float64) numbers at `value`. */
export function ulp(value: number, unit: number = UNIT_FLOAT32): number {
  const least = unit === UNIT_FLOAT32 ? -126 : -1022;
  const exponent = value === 0 ? least : Math.max(least, exponentOf(Math.abs(value)));
  return 2 ** exponent * 2 * unit;
}

function exponentOf(value: number): number {
  const guess = Math.floor(Math.log2(value));
  if (2 ** guess > value) return guess - 1;
  return 2 ** (guess + 1) <= value ? guess + 1 : guess;
}

/** E: the very same value. */
const exact: Bound = 0;

/** U(k): at most `k` units in the last place. */
function ulps(k: number): Bound {
  return (expected) => k * ulp(expected) + LEAST_FLOAT32;
}

/** S: sums of the rows, in any order. */
function sum(x: Rows): number[] {
  return rowsOf(x).map((row) => gamma(row.length - 1) * sumOf(row.map(Math.abs)) + UNIT_FLOAT32 * Math.abs(sumOf(row)));
}

/** M: `a @ b`, whatever the tiles, lanes, threads and fused multiply-adds. */
function matmul(a: readonly Row[], b: readonly Row[]): number[] {
  const columns = (b[0] ?? []).map((_, j) => b.map((row) => row[j] as number));
  return a.flatMap((row) =>
    columns.map(
      (column) => gamma(row.length + 1) * sumOf(row.map((value, k) => Math.abs(value * (column[k] as number)))),
    ),
  );
}

/** Bsoft: every entry of softmax along rows. */
function softmax(x: Rows): number[] {
  return rowsOf(x).flatMap((row) => {
    const { gaps, p, mean } = softmaxOf(row);
    return p.map(
      (pi, i) => ((gaps[i] as number) + mean + 4 * ULPS_EXP + row.length + 1) * UNIT_FLOAT32 * pi + LEAST_NORMAL,
    );
  });
}

/** How far a row of a softmax may be from summing to 1, whatever the logits. */
function softmaxSum(x: Rows): number[] {
  return rowsOf(x).map((row) => gamma(row.length));
}

/** Blse: the logarithm of the sum of exponentials of every row. */
function logSumExp(x: Rows): number[] {
  return rowsOf(x).map((row) => {
    const { greatest, mean } = softmaxOf(row);
    const beyond = Math.log(sumOf(row.map((value) => Math.exp(value - greatest))));
    const roundings = mean + 2 * ULPS_EXP + row.length - 1;
    return (roundings + 2 * ULPS_LOG * Math.abs(beyond) + Math.abs(greatest + beyond)) * UNIT_FLOAT32;
  });
}

/** Bln: every entry of layer normalization along rows, without weight and bias. */
function layerNorm(x: Rows, eps: number): number[] {
  return rowsOf(x).flatMap((row) => {
    const mean = sumOf(row) / row.length;
    const deviation = Math.sqrt(sumOf(row.map((value) => (value - mean) ** 2)) / row.length + eps);
    const greatest = Math.max(...row.map(Math.abs));
    return row.map(
      (value) => (row.length + 4) * UNIT_FLOAT32 * (greatest / deviation) * (1 + Math.abs((value - mean) / deviation)),
    );
  });
}

/** D: float64 against float64, relative to the greatest of what entered. */
function identity(scale = 1): Bound {
  return 1e-12 * scale;
}

/** D: a derivative against central differences in float64. */
function derivative(scale = 1): Bound {
  return 1e-7 * scale;
}

/** 2P: two float32 ways to one value, each with its own bound. */
function twoPaths(one: Bound, other: Bound): Bound {
  return (expected, index) => boundAt(one, expected, index) + boundAt(other, expected, index);
}

/** The bound of one element. */
export function boundAt(bound: Bound, expected: number, index: number): number {
  if (typeof bound === 'number') return bound;
  return typeof bound === 'function' ? bound(expected, index) : (bound[index] as number);
}

/** The tolerance classes by name. */
export const bounds: {
  readonly exact: Bound;
  readonly ulps: (k: number) => Bound;
  readonly sum: (x: Rows) => number[];
  readonly matmul: (a: readonly Row[], b: readonly Row[]) => number[];
  readonly softmax: (x: Rows) => number[];
  readonly softmaxSum: (x: Rows) => number[];
  readonly logSumExp: (x: Rows) => number[];
  readonly layerNorm: (x: Rows, eps: number) => number[];
  readonly attention: typeof attention;
  readonly identity: (scale?: number) => Bound;
  readonly derivative: (scale?: number) => Bound;
  readonly twoPaths: (one: Bound, other: Bound) => Bound;
} = { exact, ulps, sum, matmul, softmax, softmaxSum, logSumExp, layerNorm, attention, identity, derivative, twoPaths };

function rowsOf(x: Rows): readonly Row[] {
  return x.length > 0 && typeof x[0] === 'number' ? [x as Row] : (x as readonly Row[]);
}
