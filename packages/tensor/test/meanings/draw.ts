/** What functions are called with: small tensors of every number type, dimensions from either end, options that may be left out. */
import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import type { Plain } from './plain.ts';

export interface Drawn {
  readonly rank?: readonly [number, number];
  readonly sizes?: readonly number[];
  readonly dtypes?: readonly DType[];
  /** What floats are drawn from. */
  readonly floats?: fc.Arbitrary<number>;
}

/** Quarters: sums and products of a few are exact in every type. */
export const quarters: fc.Arbitrary<number> = fc.integer({ min: -12, max: 12 }).map((i) => i / 4);
export const whole: fc.Arbitrary<number> = fc.integer({ min: -3, max: 3 });
export const FLOATS: readonly DType[] = ['float64', 'float32'];
export const NUMBERS: readonly DType[] = [...FLOATS, 'int32'];
export const ALL: readonly DType[] = [...NUMBERS, 'bool'];

const valuesOf = (dtype: DType, floats: fc.Arbitrary<number>): fc.Arbitrary<number> => {
  if (dtype === 'bool') return fc.nat(1);
  return dtype === 'int32' ? fc.integer({ min: -3, max: 3 }) : floats;
};

/** The more dimensions the likelier: there is more that can go wrong. */
export const shapes = ({ rank: [least, most] = [0, 3], sizes = [1, 2, 3, 5] }: Drawn): fc.Arbitrary<number[]> => {
  const ranks = Array.from({ length: most - least + 1 }, (_, i) => least + i);
  return fc
    .oneof(...ranks.map((rank) => ({ arbitrary: fc.constant(rank), weight: rank + 1 })))
    .chain((rank) => fc.array(fc.constantFrom(...sizes), { minLength: rank, maxLength: rank }));
};

/** A tensor of this shape. */
export const filled = (
  shape: readonly number[],
  { dtypes = ALL, floats = quarters }: Drawn = {},
): fc.Arbitrary<Plain> => {
  const count = shape.reduce((a, b) => a * b, 1);
  return fc
    .constantFrom(...dtypes)
    .chain((dtype) =>
      fc
        .array(valuesOf(dtype, floats), { minLength: count, maxLength: count })
        .map((data): Plain => ({ shape, data, dtype })),
    );
};

export const tensors = (drawn: Drawn = {}): fc.Arbitrary<Plain> => shapes(drawn).chain((shape) => filled(shape, drawn));

/** A dimension, counted from either end. */
export const dimOf = ({ shape }: Plain): fc.Arbitrary<number> => {
  const rank = Math.max(shape.length, 1);
  return fc.integer({ min: -rank, max: rank - 1 });
};

/** No dimension, one, or several. */
export const dimsOf = (x: Plain): fc.Arbitrary<number | number[] | undefined> => {
  const { length } = x.shape;
  const several = fc
    .tuple(fc.shuffledSubarray(x.shape.map((_, d) => d)), fc.boolean())
    .map(([dims, fromBack]) => (fromBack ? dims.map((d) => d - length) : dims));
  const allButOne = dimOf(x).map((dim) => x.shape.flatMap((_, d) => (d === dim ? [] : [d])));
  return fc.oneof(fc.constant(undefined), dimOf(x), several, allButOne);
};

/** Some of these options. */
export const options = <O extends object>(
  of: { readonly [K in keyof O]: fc.Arbitrary<O[K]> },
): fc.Arbitrary<Partial<O>> => fc.record(of, { requiredKeys: [] }) as fc.Arbitrary<Partial<O>>;

/** Whole numbers in a shape, of either type that indices may have. */
export const indicesIn = (shape: readonly number[], least: number, most: number): fc.Arbitrary<Plain> => {
  const count = shape.reduce((a, b) => a * b, 1);
  const dtypes: readonly DType[] = least < 0 ? ['int32'] : ['int32', 'uint8'];
  return fc
    .tuple(
      fc.constantFrom(...dtypes),
      fc.array(fc.integer({ min: least, max: most }), { minLength: count, maxLength: count }),
    )
    .map(([dtype, data]): Plain => ({ shape, data, dtype }));
};
