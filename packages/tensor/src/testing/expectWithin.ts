/** Comparing results with what is expected, element by element. Works in any test framework: it only throws. */
import { isTensor } from '../core/base.ts';
import type { Nested, Tensor } from '../tensor.ts';
import { type Bound, boundAt } from './bounds.ts';

/** A result that is not what it must be. */
export class LawError extends Error {
  override readonly name = 'LawError';
}

/** What can be compared: a tensor, numbers nested to any depth, or one number that stands for every element. */
export type Comparable = Tensor | Nested | ArrayLike<number>;

/**
 * Throws unless every element of `actual` is within its bound of `expected`. NaN is within any bound of NaN, and an
 * infinity of itself.
 *
 * @example
 * expectWithin(tensor(x).softmax(-1).sum(-1), 1, bounds.softmaxSum(x));
 */
export function expectWithin(actual: Comparable, expected: Comparable, bound: Bound): void {
  const got = numbersOf(actual);
  const wanted = numbersOf(expected);
  const single = isNumber(expected);
  if (!single && got.length !== wanted.length) {
    throw new LawError(`there must be as many elements as expected; got ${got.length}, expected ${wanted.length}`);
  }
  for (let i = 0; i < got.length; i++) {
    const e = wanted[single ? 0 : i] as number;
    const limit = boundAt(bound, e, i);
    if (!within(got[i] as number, e, limit)) throw new LawError(distance(got[i] as number, e, limit, i));
  }
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

function isNumber(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** The elements in row-major order. */
function numbersOf(value: Comparable): ArrayLike<number> {
  if (isTensor(value)) return value.data;
  if (isNumber(value)) return [Number(value)];
  if (ArrayBuffer.isView(value)) return value as unknown as ArrayLike<number>;
  return flatten(Array.from(value as ArrayLike<Nested>));
}

function flatten(value: Nested): number[] {
  return Array.isArray(value) ? value.flatMap(flatten) : [Number(value)];
}
