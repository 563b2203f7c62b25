/** The values of one drawn input. */
import { arrays, SPECIAL_VALUES } from '@tessera/arbitraries';
import fc from 'fast-check';
import type { DType } from '../core/dtype.ts';
import { elementsOf } from '../core/shape.ts';
import type { SampleInput } from '../op.ts';
import type { CaseOptions } from './opCase.ts';

export interface DrawnInput extends SampleInput {
  readonly dtype: DType;
  /** Points to keep away from. */
  readonly kinks: readonly number[];
  /** In [0, 1), its own for every input: no value of one is a value of another. */
  readonly shift: number;
}

/** Draws the elements of an input in row-major order. */
export function drawData(
  gen: fc.GeneratorValue,
  input: DrawnInput,
  { values: kind, large }: CaseOptions,
): readonly number[] {
  const { shape, range, dtype, distinct = false, kinks, shift } = input;
  const n = elementsOf(shape);
  const [low, high] = range ?? [undefined, undefined];
  if (large) return manyValues(n, gen(seeds), dtype, range);
  if (dtype === 'bool') return gen(integerList, n, 0, 1);
  if (distinct && n > 0) return gen(distinctList, n, low ?? -2, high ?? 2, dtype, shift);
  if (dtype === 'int32') return gen(integerList, n, Math.ceil(low ?? -9), Math.floor(high ?? 9));
  if (dtype === 'uint8') return gen(integerList, n, Math.max(0, Math.ceil(low ?? 0)), Math.floor(high ?? 9));
  // Far outside an interval a formula may overflow on its way.
  if (kind === 'special') return gen(specialList, n, range === undefined ? 'all' : 'any sign');
  // What must be above 0 (a weight, a variance) stays so: of either sign it may cancel, and 0 times infinity is NaN.
  if (kind === 'infinite') return gen(specialList, n, low !== undefined && low > 0 ? 'positive' : 'any sign');
  if (kind === 'generic')
    return gen(genericList, n, low ?? -2, high ?? 2, shift).map((value) => awayFrom(kinks, value));
  return gen(numberList, String(shape), low, high);
}

// The generators of lists take simple arguments, by which fast-check tells them apart.

function integerList(n: number, min: number, max: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min, max: Math.max(min, max) }), { minLength: n, maxLength: n, size: 'max' });
}

function specialList(n: number, which: 'all' | 'any sign' | 'positive'): fc.Arbitrary<number[]> {
  const special = { all: SPECIAL_VALUES, 'any sign': [Infinity, -Infinity, NaN, -0], positive: [Infinity, NaN] }[which];
  const whole = fc.integer({ min: which === 'positive' ? 1 : -3, max: 3 });
  // Where powers of e overflow in float32 or become subnormal; what is made of them need not.
  const brink = fc.tuple(fc.integer({ min: 86 * 8, max: 92 * 8 }), fc.constantFrom(-8, 8)).map(([i, by]) => i / by);
  const value = fc.oneof(fc.constantFrom(...special), whole, ...(which === 'all' ? [brink] : []));
  return fc.array(value, { minLength: n, maxLength: n, size: 'max' });
}

const GRID = 2 ** 12;

/**
 * Neither round values, nor the ends of the interval, nor what fast-check prefers, and each input on places of its own:
 * derivatives may not exist at such points, or where two inputs are equal.
 */
function genericList(n: number, low: number, high: number, shift: number): fc.Arbitrary<number[]> {
  const value = fc
    .integer({ min: 1, max: GRID - 2 })
    .map((i) => Math.fround(low + ((high - low) * (i + (1 + shift) / 2)) / GRID));
  return fc.noShrink(fc.noBias(fc.array(value, { minLength: n, maxLength: n, size: 'max' })));
}

function numberList(shape: string, low: number | undefined, high: number | undefined): fc.Arbitrary<number[]> {
  const sizes = shape === '' ? [] : shape.split(',').map(Number);
  const kind = low === undefined || high === undefined ? 'finite' : ([low, high] as const);
  return arrays({ shape: sizes, values: kind }).map(({ data }) => data);
}

const DISTANCE = 1 / 32;

function awayFrom(kinks: readonly number[], value: number): number {
  const near = kinks.find((kink) => Math.abs(value - kink) < DISTANCE);
  return near === undefined ? value : near + (value < near ? -DISTANCE : DISTANCE);
}

/** Different places of a grid with at least 64 steps. */
function distinctList(n: number, low: number, high: number, dtype: DType, shift: number): fc.Arbitrary<number[]> {
  const whole = dtype === 'int32' || dtype === 'uint8';
  const steps = whole ? Math.max(n, high - low) : Math.max(n, 64);
  const grid = Array.from({ length: steps }, (_, i) =>
    whole ? low + i : Math.fround(low + ((high - low) * (i + shift)) / steps),
  );
  return fc.shuffledSubarray(grid, { minLength: n, maxLength: n });
}

function seeds(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 2 ** 31 - 1 });
}

/** Many values from one seed (a linear congruential generator): they need not shrink. */
function manyValues(
  n: number,
  seed: number,
  dtype: DType,
  range: readonly [number, number] | undefined,
): readonly number[] {
  const [low, high] = range ?? (dtype === 'bool' ? [0, 1] : [-2, 2]);
  const whole = dtype === 'int32' || dtype === 'uint8' || dtype === 'bool';
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const share = (state >>> 8) / 2 ** 24;
    return whole
      ? Math.max(0, Math.ceil(low)) + Math.floor(share * (Math.floor(high) - Math.max(0, Math.ceil(low)) + 1))
      : Math.fround(low + share * (high - low));
  });
}
