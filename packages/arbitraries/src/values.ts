/** Numbers that tell arithmetic apart. All are float32 values, so that float32 and float64 tensors hold the same. */
import fc from 'fast-check';

/**
 * - `dyadic`: multiples of 2^-8 up to 8: sums and shifts of a few are exact in any order
 * - `integers`: whole numbers up to 64: even long dot products are exact
 * - `magnitudes`: both signs, log-uniform from 1e-6 to 1e6, with full mantissas
 * - `ties`: very few different values
 * - `specials`: zeros of both signs, subnormals, the least and greatest normal numbers, infinities, NaN
 * - `finite`: any of these but `specials`
 * - `any`: any of these
 */
export type ValueKind = 'dyadic' | 'integers' | 'magnitudes' | 'ties' | 'specials' | 'finite' | 'any';

/** The numbers at which formulas break. */
export const SPECIAL_VALUES: readonly number[] = [
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  2 ** -149,
  -(2 ** -149),
  2 ** -126 - 2 ** -149,
  2 ** -126,
  1 + 2 ** -23,
  -(2 - 2 ** -23) * 2 ** 127,
  (2 - 2 ** -23) * 2 ** 127,
];

const FINITE = ['dyadic', 'integers', 'magnitudes', 'ties'] as const;

/** The simple kinds behind a kind. */
export function simpleKinds(kind: ValueKind): readonly ValueKind[] {
  if (kind === 'finite') return FINITE;
  return kind === 'any' ? [...FINITE, 'specials'] : [kind];
}

/**
 * One number of a kind, or of an interval [low, high]. Shrinks to small whole numbers.
 *
 * @example
 * values('dyadic'); // -3.25, 0.00390625, ...
 * values([0, 1]); // 0.5, ...
 */
export function values(kind: ValueKind | readonly [number, number] = 'finite'): fc.Arbitrary<number> {
  if (typeof kind !== 'string') return between(...kind);
  switch (kind) {
    case 'dyadic':
      return fc.integer({ min: -2048, max: 2048 }).map((i) => i / 256);
    case 'integers':
      return fc.integer({ min: -64, max: 64 });
    case 'magnitudes':
      return fc
        .tuple(fc.boolean(), fc.integer({ min: -6000, max: 6000 }))
        .map(([negative, exponent]) => Math.fround((negative ? -1 : 1) * 10 ** (exponent / 1000)));
    case 'ties':
      return fc.constantFrom(0, 1, -1, 2);
    case 'specials':
      return fc.constantFrom(...SPECIAL_VALUES);
    default:
      return fc.oneof(...simpleKinds(kind).map((simple) => values(simple)));
  }
}

const STEPS = 2 ** 16;

function between(low: number, high: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: STEPS }).map((i) => {
    const value = Math.fround(low + (high - low) * (i / STEPS));
    return Math.min(high, Math.max(low, value));
  });
}
