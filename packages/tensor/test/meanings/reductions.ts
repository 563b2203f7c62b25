import type { DType, Tensor, ValuesAndIndices } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { ALL, type Drawn, dimOf, dimsOf, FLOATS, NUMBERS, options, quarters, tensors } from './draw.ts';
import { orderOf } from './orders.ts';
import { type Case, isFloat, over, sumOf, tensorOf } from './plain.ts';

type Dims = number | readonly number[] | undefined;
interface Options {
  readonly keepdim?: boolean;
  readonly dtype?: DType;
}
type Values = readonly number[];
/** Reductions have types of their own for every way to be called; here they are called in all of them. */
type Run = (x: Tensor, dim: Dims, options: Options) => Tensor;

const special: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: quarters, weight: 4 },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0),
);
const withNaN: fc.Arbitrary<number> = fc.oneof({ arbitrary: quarters, weight: 3 }, fc.constant(Number.NaN));
const numbers = (values: Values): number[] => values.filter((value) => !Number.isNaN(value));
const counted = (dtype: DType): DType => (isFloat(dtype) ? dtype : 'int32');
const float64: Drawn = { dtypes: ['float64'] };

/** Over no, one or several dimensions; `dtypeOf` without an option. */
const reduction = (
  run: unknown,
  value: (values: number[]) => number,
  drawn: Drawn = {},
  dtypes: readonly DType[] = [],
  dtypeOf: (dtype: DType) => DType = (dtype) => dtype,
): fc.Arbitrary<Case> =>
  tensors(drawn).chain((x) =>
    fc
      .tuple(
        dimsOf(x),
        options<Options>({
          keepdim: fc.boolean(),
          ...(dtypes.length > 0 && { dtype: fc.constantFrom(...dtypes) }),
        }),
      )
      .map(([dim, given]) => ({
        run: () => (run as Run)(tensorOf(x), dim, given),
        means: over(x, dim, given.keepdim, value, given.dtype ?? dtypeOf(x.dtype)),
      })),
  );

/** Along one dimension, or of all elements in a row; the place of what is taken. */
const placed = (run: unknown, place: (values: Values) => number, floats = special): fc.Arbitrary<Case> =>
  tensors({ floats }).chain((x) =>
    fc
      .tuple(fc.option(dimOf(x), { nil: undefined }), options<Options>({ keepdim: fc.boolean() }))
      .map(([dim, given]) => ({
        run: () => (run as Run)(tensorOf(x), dim, given),
        means: over(x, dim, given.keepdim, place, 'int32'),
      })),
  );

/** Elements that are chosen along one dimension, with their places; of all elements without a dimension, the value alone. */
const chosen = (
  run: unknown,
  place: (values: Values) => number,
  { isOfAll = true, floats = special }: { readonly isOfAll?: boolean; readonly floats?: fc.Arbitrary<number> } = {},
): fc.Arbitrary<Case> =>
  tensors({ floats }).chain((x) =>
    fc
      .tuple(isOfAll ? fc.option(dimOf(x), { nil: undefined }) : dimOf(x), options<Options>({ keepdim: fc.boolean() }))
      .map(([dim, given]) => {
        const value = (values: Values): number => values[place(values)] as number;
        if (dim === undefined)
          return { run: () => (run as (x: Tensor) => Tensor)(tensorOf(x)), means: over(x, dim, false, value) };
        return {
          run: () => {
            const found = (run as (...of: readonly unknown[]) => ValuesAndIndices)(tensorOf(x), dim, given);
            return [found.values, found.indices];
          },
          means: [over(x, dim, given.keepdim, value), over(x, dim, given.keepdim, place, 'int32')],
        };
      }),
  );

/** The place of the first NaN, else of the first of the best. */
const firstBest =
  (isBetter: (a: number, b: number) => boolean) =>
  (values: Values): number => {
    const lost = values.findIndex(Number.isNaN);
    if (lost >= 0) return lost;
    return values.reduce((best, value, i) => (isBetter(value, values[best] as number) ? i : best), 0);
  };
const greatest = firstBest((a, b) => a > b);
const least = firstBest((a, b) => a < b);
const valueAt =
  (place: (values: Values) => number) =>
  (values: Values): number =>
    values[place(values)] as number;

const lowerMedian = (values: Values): number => {
  const lost = values.findIndex(Number.isNaN);
  return lost >= 0 ? lost : (orderOf(values)[(values.length - 1) >> 1] as number);
};
const lowerMedianOfNumbers = (values: Values): number =>
  orderOf(values)[Math.max(0, (numbers(values).length - 1) >> 1)] as number;

/** The last place of the most frequent value, of the least such. */
const placeOfMode = (values: Values): number => {
  const times = (value: number): number => values.filter((other) => other === value).length;
  const most = Math.max(...values.map(times));
  return values.lastIndexOf(Math.min(...values.filter((value) => times(value) === most)));
};

const meanOf = (values: Values): number => sumOf(values) / values.length;

const aminmax: fc.Arbitrary<Case> = tensors({ dtypes: NUMBERS }).chain((x) =>
  fc.tuple(fc.option(dimOf(x), { nil: undefined }), options({ keepdim: fc.boolean() })).map(([dim, given]) => ({
    run: () => {
      const found = (T.aminmax as (...of: readonly unknown[]) => { min: Tensor; max: Tensor })(tensorOf(x), dim, given);
      return [found.min, found.max];
    },
    means: [
      over(x, dim, given.keepdim, (values) => Math.min(...values)),
      over(x, dim, given.keepdim, (values) => Math.max(...values)),
    ],
  })),
);

const logsumexp = (values: Values): number => {
  const high = Math.max(...values);
  if (!Number.isFinite(high)) return high;
  return high + Math.log(sumOf(values.map((value) => Math.exp(value - high))));
};

const isTrue = (value: number): boolean => value !== 0;
const bool = (): DType => 'bool';
const sums = ['float64', 'float32', 'int32'] as const;

export const REDUCTIONS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  sum: reduction(T.sum, sumOf, { floats: fc.integer({ min: -3, max: 3 }) }, sums, counted),
  nansum: reduction(T.nansum, (values) => sumOf(numbers(values)), { floats: withNaN }, FLOATS, counted),
  prod: reduction(
    T.prod,
    (values) => values.reduce((a, b) => a * b, 1),
    { floats: fc.integer({ min: -2, max: 2 }), sizes: [1, 2, 3] },
    sums,
    counted,
  ),
  mean: reduction(T.mean, meanOf, float64, ['float64']),
  'mean of whole numbers': tensors({ dtypes: ['int32', 'bool'] }).chain((x) =>
    dimsOf(x).map((dim) => ({
      run: () => (T.mean as unknown as Run)(tensorOf(x), dim, { dtype: 'float64' }),
      means: over(x, dim, false, meanOf, 'float64'),
    })),
  ),
  nanmean: reduction(T.nanmean, (values) => meanOf(numbers(values)), { ...float64, floats: withNaN }, ['float64']),
  amax: reduction(T.amax, valueAt(greatest), { floats: special }),
  amin: reduction(T.amin, valueAt(least), { floats: special }),
  aminmax,
  max: chosen(T.max, greatest),
  min: chosen(T.min, least),
  argmax: placed(T.argmax, greatest),
  argmin: placed(T.argmin, least),
  median: chosen(T.median, lowerMedian),
  nanmedian: chosen(T.nanmedian, lowerMedianOfNumbers),
  mode: chosen(T.mode, placeOfMode, { isOfAll: false, floats: fc.integer({ min: 0, max: 2 }) }),
  all: reduction(T.all, (values) => Number(values.every(isTrue)), { dtypes: ALL, floats: special }, [], bool),
  any: reduction(T.any, (values) => Number(values.some(isTrue)), { dtypes: ALL, floats: special }, [], bool),
  countNonzero: tensors({ floats: special }).chain((x) =>
    dimsOf(x).map((dim) => ({
      run: () => (T.countNonzero as (...of: readonly unknown[]) => Tensor)(tensorOf(x), dim),
      means: over(x, dim, false, (values) => values.filter(isTrue).length, 'int32'),
    })),
  ),
  logsumexp: reduction(T.logsumexp, logsumexp, {
    ...float64,
    floats: fc.oneof(quarters, fc.constantFrom(-Infinity, Infinity)),
  }),
};
