/** What bounds are made of: the error of one rounding, and rows of a softmax. */

/** A row of numbers. */
export type Row = readonly number[];

/** Half the distance from 1 to the next float32, and to the next float64: the error of one rounding. */
export const UNIT_FLOAT32: number = 2 ** -24;
export const UNIT_FLOAT64: number = 2 ** -53;

/** The least positive float32: the floor under every relative bound. */
export const LEAST_FLOAT32: number = 2 ** -149;

/** Exponentials below the least normal float32 may be flushed to 0. */
export const LEAST_NORMAL: number = 2 ** -126;

/** How many ulps an exponential or logarithm of the library may be off. */
export const ULPS_EXP: number = 2;
export const ULPS_LOG: number = 2;

/** Logits further below the maximum than this weigh nothing in float32. */
export const WEIGHTLESS: number = 104;

/** g(n) = n u / (1 - n u): the relative error of n roundings in a row. */
export function gamma(n: number, unit: number = UNIT_FLOAT32): number {
  return (n * unit) / (1 - n * unit);
}

export function sumOf(row: Row): number {
  return row.reduce((total, value) => total + value, 0);
}

/** The gaps below the maximum, cut where they weigh nothing, the probabilities, and the mean gap under them. */
export function softmaxOf(row: Row): {
  readonly greatest: number;
  readonly gaps: Row;
  readonly p: Row;
  readonly mean: number;
} {
  const greatest = Math.max(...row);
  const gaps = row.map((value) => Math.min(WEIGHTLESS, greatest - value));
  const weights = row.map((value) => Math.exp(value - greatest));
  const total = sumOf(weights);
  const p = weights.map((weight) => weight / total);
  return { greatest, gaps, p, mean: sumOf(p.map((pi, i) => pi * (gaps[i] as number))) };
}

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
