/**
 * How far a float32 result may lie from the same formula in float64 on the same float32 inputs. Every bound is derived
 * (Higham, "Accuracy and Stability of Numerical Algorithms"), none is picked by hand.
 */
import { type Comparable, greatestOf, numbersOf } from '../comparable.ts';
import { type AttentionForm, attention } from './attention.ts';
import { Bound, type Limit } from './bound.ts';
import { gamma, LEAST_FLOAT32, LEAST_NORMAL, type Row, UNIT_FLOAT32, ulp } from './roundings.ts';
import { layerNorm, logSumExp, matmul, type Rows, softmax, softmaxSum, sum } from './rows.ts';

export { Bound, type Limit, TOLERANCES, type ToleranceClass } from './bound.ts';

/** The bounds of both results of attention. */
export interface AttentionBounds {
  readonly output: Bound;
  readonly logSumExp: Bound;
}

/** Six standard deviations of a normal distribution are left once in 500 million draws. */
const SIGMAS = 6;

/** The tolerance classes by name. */
export const bounds: {
  /** E: the very same value. */
  readonly exact: Bound;
  /** U: at most `k` units in the last place. */
  readonly ulps: (k: number) => Bound;
  /** S: the sum of every row, in any order. */
  readonly sum: (x: Rows) => Bound;
  /** S: sums of `n` terms, whose magnitudes add up to `magnitudes`, element by element; `unit` is that of the dtype. */
  readonly terms: (n: number, magnitudes: Comparable, unit?: number) => Bound;
  /** M: `a @ b`. */
  readonly matmul: (a: readonly Row[], b: readonly Row[]) => Bound;
  /** C: every entry of softmax along rows. */
  readonly softmax: (x: Rows) => Bound;
  /** C: how far a row of a softmax may be from summing to 1, whatever the logits. */
  readonly softmaxSum: (x: Rows) => Bound;
  /** C: the logarithm of the sum of exponentials of every row. */
  readonly logSumExp: (x: Rows) => Bound;
  /** C: every entry of layer normalization along rows, without weight and bias. */
  readonly layerNorm: (x: Rows, eps: number) => Bound;
  /** C: attention, in tiles or not. */
  readonly attention: (q: readonly Row[], k: readonly Row[], v: readonly Row[], form: AttentionForm) => AttentionBounds;
  /** C: a limit that the formula at hand has of its own. */
  readonly conditioned: (limit: Limit) => Bound;
  /** 2P: two float32 ways to one value, each with its own bound; by default, both with one. */
  readonly twoPaths: (one: Bound, other?: Bound) => Bound;
  /** D: float64 against float64, relative to the product of the sizes of what entered. */
  readonly identity: (...factors: readonly Comparable[]) => Bound;
  /** D: a derivative against central differences in float64, relative to the product of the sizes of what entered. */
  readonly derivative: (...factors: readonly Comparable[]) => Bound;
  /** Z: how often something of probability `p` happens in `n` independent draws, as a share. */
  readonly frequency: (p: number, n: number) => Bound;
  /** Z: the mean of `n` independent draws of a distribution of this variance. */
  readonly mean: (variance: number, n: number) => Bound;
  /** Z: the variance of `n` independent draws, relative to the true one; `kurtosis` is 3 for a normal distribution. */
  readonly variance: (kurtosis: number, n: number) => Bound;
  /** Z: the greatest distance between the empirical distribution of `n` draws and the true one (Kolmogorov, Smirnov). */
  readonly distribution: (n: number) => Bound;
} = {
  exact: new Bound('E', 0),
  ulps: (k) => new Bound('U', (expected) => k * ulp(expected) + LEAST_FLOAT32),
  sum: (x) => new Bound('S', sum(x)),
  terms: (n, magnitudes, unit = UNIT_FLOAT32) => {
    const sizes = numbersOf(magnitudes);
    const single = typeof magnitudes === 'number';
    return new Bound('S', (_, i) => gamma(n, unit) * (sizes[single ? 0 : i] as number) + LEAST_NORMAL);
  },
  matmul: (a, b) => new Bound('M', matmul(a, b)),
  softmax: (x) => new Bound('C', softmax(x)),
  softmaxSum: (x) => new Bound('C', softmaxSum(x)),
  logSumExp: (x) => new Bound('C', logSumExp(x)),
  layerNorm: (x, eps) => new Bound('C', layerNorm(x, eps)),
  attention: (q, k, v, form) => {
    const limits = attention(q, k, v, form);
    return { output: new Bound('C', limits.output), logSumExp: new Bound('C', limits.logSumExp) };
  },
  conditioned: (limit) => new Bound('C', limit),
  twoPaths: (one, other = one) => new Bound('2P', (expected, i) => one.at(i, expected) + other.at(i, expected)),
  identity: (...factors) => new Bound('D', 1e-12 * sizeOf(factors)),
  derivative: (...factors) => new Bound('D', 1e-7 * sizeOf(factors)),
  frequency: (p, n) => new Bound('Z', SIGMAS * Math.sqrt((p * (1 - p)) / n)),
  mean: (variance, n) => new Bound('Z', SIGMAS * Math.sqrt(variance / n)),
  // The mean that is subtracted is off itself, by its own six deviations.
  variance: (kurtosis, n) => new Bound('Z', SIGMAS * Math.sqrt((kurtosis - 1) / n) + SIGMAS ** 2 / n),
  // 2 exp(-2 n d^2) is the chance of a distance above d (Massart), here as small as that of six deviations.
  distribution: (n) => new Bound('Z', Math.sqrt(Math.log(1e9) / (2 * n))),
};

/** The size of a product: each factor counts with its greatest element, at least 1. */
function sizeOf(factors: readonly Comparable[]): number {
  return factors.reduce<number>((size, factor) => size * greatestOf(factor), 1);
}
