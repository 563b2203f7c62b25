/** Comparing results with what is expected, element by element. Works in any test framework: it only throws. */
import type { Tensor } from '../tensor.ts';
import { Bound, bounds } from './bounds/index.ts';
import { type Comparable, isNumber, numbersOf } from './comparable.ts';

/** A result that is not what it must be. */
export class LawError extends Error {
  override readonly name = 'LawError';
}

/**
 * Throws unless every element of `actual` is within its bound of `expected`. NaN is within any bound of NaN, and an
 * infinity of itself.
 *
 * @example
 * expectWithin(tensor(x).softmax(-1).sum(-1), 1, bounds.softmaxSum(x));
 */
export function expectWithin(actual: Comparable, expected: Comparable, bound: Bound): void {
  checkBound('expectWithin', bound);
  const got = numbersOf(actual);
  const wanted = numbersOf(expected);
  const single = isNumber(expected);
  if (!single && got.length !== wanted.length) {
    throw new LawError(`there must be as many elements as expected; got ${got.length}, expected ${wanted.length}`);
  }
  for (let i = 0; i < got.length; i++) {
    const e = wanted[single ? 0 : i] as number;
    const limit = bound.at(i, e);
    if (!within(got[i] as number, e, limit)) throw new LawError(distance(got[i] as number, e, limit, i));
  }
}

/**
 * Throws unless every element of `lower` is at most that of `upper`, up to the slack.
 *
 * @example
 * expectAtMost(norm(x.add(y)), norm(x).add(norm(y)), bounds.terms(3 * x.count, norm(x).add(norm(y))));
 */
export function expectAtMost(lower: Comparable, upper: Comparable, slack: Bound = bounds.exact): void {
  checkBound('expectAtMost', slack);
  const [least, most] = [numbersOf(lower), numbersOf(upper)];
  const count = Math.max(least.length, most.length);
  if (![lower, upper].every((side, i) => isNumber(side) || [least, most][i]?.length === count))
    throw new LawError(`there must be as many elements on both sides; got ${least.length} and ${most.length}`);
  for (let i = 0; i < count; i++) {
    const [a, b] = [least[isNumber(lower) ? 0 : i] as number, most[isNumber(upper) ? 0 : i] as number];
    const limit = slack.at(i, b);
    if (!(a <= b + limit))
      throw new LawError(`element ${i} must be at most ${b}; got ${a}, where the slack is ${limit}`);
  }
}

function checkBound(name: string, bound: unknown): void {
  if (!(bound instanceof Bound))
    throw new TypeError(`${name}: the bound must be one of \`bounds\`; got ${String(bound)}; try bounds.ulps(1)`);
}

/** Whether a value lies within `limit` of what is expected. */
export function within(value: number, expected: number, limit: number): boolean {
  return Object.is(value, expected) || value === expected || Math.abs(value - expected) <= limit;
}

function distance(value: number, expected: number, limit: number, index: number): string {
  const off = Math.abs(value - expected);
  const times = limit > 0 && Number.isFinite(off) ? `, ${(off / limit).toPrecision(3)} times the bound` : '';
  return `element ${index} must be within ${limit.toPrecision(3)} of ${expected}; got ${value}, off by ${off.toPrecision(3)}${times}`;
}

/** Throws unless two results have the same shape, dtype and bits; any NaN is like any other. */
export function expectSameBits(actual: Tensor, expected: Tensor): void {
  const forms = [actual, expected].map(({ shape, dtype }) => `${dtype} [${shape.join(', ')}]`);
  if (forms[0] !== forms[1]) throw new LawError(`the result must be ${forms[1]}; got ${forms[0]}`);
  const [got, wanted] = [actual.data, expected.data];
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], wanted[i]))
      throw new LawError(
        `element ${i} must be ${numeral(wanted[i] as number)}, bit for bit; got ${numeral(got[i] as number)}`,
      );
  }
}

function numeral(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
