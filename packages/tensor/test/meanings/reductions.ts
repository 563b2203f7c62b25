import type { DType } from '@tessera/tensor';
import * as T from '@tessera/tensor';
import fc from 'fast-check';
import { ALL, type Drawn, dimOf, dimsOf, FLOATS, NUMBERS, options, quarters, tensors } from './draw.ts';
import { type Case, isFloat, over, type Plain, sumOf, tensorOf } from './plain.ts';

type Dims = number | readonly number[] | undefined;
interface Options {
  readonly keepdim?: boolean;
  readonly dtype?: DType;
}
type Values = readonly number[];
/** Reductions have types of their own for every way to be called; here they are called in all of them. */
type Run = (x: T.Tensor, dim: Dims, options: Options) => T.Tensor;

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
          return { run: () => (run as (x: T.Tensor) => T.Tensor)(tensorOf(x)), means: over(x, dim, false, value) };
        return {
          run: () => {
            const found = (run as (...of: readonly unknown[]) => T.ValuesAndIndices)(tensorOf(x), dim, given);
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

/** Places in ascending order of values, NaN last. */
const order = (values: Values): number[] =>
  values
    .map((_, i) => i)
    .sort((i, j) => {
      const [a, b] = [values[i] as number, values[j] as number];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
      return a < b ? -1 : a > b ? 1 : i - j;
    });

const lowerMedian = (values: Values): number => {
  const lost = values.findIndex(Number.isNaN);
  return lost >= 0 ? lost : (order(values)[(values.length - 1) >> 1] as number);
};
const lowerMedianOfNumbers = (values: Values): number =>
  order(values)[Math.max(0, (numbers(values).length - 1) >> 1)] as number;

/** The last place of the most frequent value, of the least such. */
const placeOfMode = (values: Values): number => {
  const times = (value: number): number => values.filter((other) => other === value).length;
  const most = Math.max(...values.map(times));
  return values.lastIndexOf(Math.min(...values.filter((value) => times(value) === most)));
};

const meanOf = (values: Values): number => sumOf(values) / values.length;
const varianceOf = (values: Values, correction: number): number => {
  const center = meanOf(values);
  return sumOf(values.map((value) => (value - center) ** 2)) / Math.max(0, values.length - correction);
};

interface Spread extends Options {
  readonly correction?: number;
  readonly unbiased?: boolean;
}
const spread: fc.Arbitrary<Spread> = fc.oneof(
  options<Spread>({ keepdim: fc.boolean(), correction: fc.constantFrom(0, 1, 0.5, 2) }),
  options<Spread>({ keepdim: fc.boolean(), unbiased: fc.boolean() }),
);
const spreads = (
  run: unknown,
  value: (variance: number) => number,
  names?: readonly [string, string],
): fc.Arbitrary<Case> =>
  tensors(float64).chain((x) =>
    fc.tuple(dimsOf(x), spread).map(([dim, given]) => {
      const correction = given.correction ?? Number(given.unbiased ?? true);
      const means = over(x, dim, given.keepdim, (values) => value(varianceOf(values, correction)));
      const call = (): unknown => (run as Run)(tensorOf(x), dim, given);
      if (names === undefined) return { run: call as () => T.Tensor, means };
      return {
        run: () => names.map((name) => (call() as Record<string, T.Tensor>)[name] as T.Tensor),
        means: [means, over(x, dim, given.keepdim, meanOf)],
      };
    }),
  );

const normOf = (values: Values, p: number): number => {
  const sizes = values.map(Math.abs);
  if (p === Infinity) return Math.max(...sizes);
  if (p === -Infinity) return Math.min(...sizes);
  if (p === 0) return sizes.filter((size) => size !== 0).length;
  return sumOf(sizes.map((size) => size ** p)) ** (1 / p);
};
const powers: fc.Arbitrary<number> = fc.constantFrom(0, 0.5, 1, 2, 3, Infinity, -Infinity, -1);

const norm: fc.Arbitrary<Case> = tensors(float64).chain((x) =>
  fc
    .tuple(fc.oneof(powers, fc.constantFrom('fro' as const, undefined)), dimsOf(x), options({ keepdim: fc.boolean() }))
    .map(([p, dim, given]) => ({
      run: () => (T.norm as (...of: readonly unknown[]) => T.Tensor)(tensorOf(x), p, dim, given),
      means: over(x, dim, given.keepdim, (values) => normOf(values, typeof p === 'number' ? p : 2)),
    })),
);

type Interpolation = 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';
const RANKS: Readonly<Record<Interpolation, (rank: number) => number>> = {
  linear: (rank) => rank,
  lower: Math.floor,
  higher: Math.ceil,
  // Halves go to the even neighbour.
  nearest: (rank) => (rank % 1 === 0.5 ? 2 * Math.round(rank / 2) : Math.round(rank)),
  midpoint: (rank) => (Math.floor(rank) + Math.ceil(rank)) / 2,
};
const quantileOf = (values: Values, q: number, interpolation: Interpolation): number => {
  if (values.length === 0 || values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = RANKS[interpolation](q * (values.length - 1));
  const [low, high] = [sorted[Math.floor(rank)] as number, sorted[Math.ceil(rank)] as number];
  return low === high ? low : low + (high - low) * (rank - Math.floor(rank));
};
const quantiles = (run: unknown, keep: (values: Values) => Values): fc.Arbitrary<Case> =>
  tensors({ ...float64, floats: withNaN }).chain((x) =>
    fc
      .tuple(
        fc.option(dimOf(x), { nil: undefined }),
        fc.array(fc.constantFrom(0, 0.125, 0.25, 0.5, 0.625, 1), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('number', 'array', 'tensor'),
        options<{ keepdim: boolean; interpolation: Interpolation }>({
          keepdim: fc.boolean(),
          interpolation: fc.constantFrom(...(Object.keys(RANKS) as Interpolation[])),
        }),
      )
      .map(([dim, shares, form, given]) => {
        const of = (q: number): Plain =>
          over(x, dim, given.keepdim, (values) => quantileOf(keep(values), q, given.interpolation ?? 'linear'));
        const all = shares.map(of);
        const q = { number: shares[0], array: shares, tensor: T.tensor(shares) }[form];
        return {
          run: () => (run as (...of: readonly unknown[]) => T.Tensor)(tensorOf(x), q, dim, given),
          means:
            form === 'number'
              ? (all[0] as Plain)
              : {
                  shape: [shares.length, ...(all[0] as Plain).shape],
                  dtype: 'float64',
                  data: all.flatMap(({ data }) => data),
                },
        };
      }),
  );

const binsOf = ({ data }: Plain, bins: number, min: number, max: number): number[] => {
  const [low, high] = min === max ? [Math.min(...data), Math.max(...data)] : [min, max];
  const [start, end] = low === high ? [low - 1, high + 1] : [low, high];
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of data)
    if (value >= start && value <= end) {
      const bin = Math.min(bins - 1, Math.floor(((value - start) / (end - start)) * bins));
      counts[bin] = (counts[bin] as number) + 1;
    }
  return counts;
};
const histc: fc.Arbitrary<Case> = tensors({ dtypes: FLOATS }).chain((x) =>
  // Parts of a power of two: no element lies where a bound is rounded.
  options({
    bins: fc.constantFrom(1, 2, 4),
    min: fc.constantFrom(-2, -1, 0),
    max: fc.constantFrom(0, 2),
  }).map((given) => {
    const { bins = 100, min = 0, max = 0 } = given;
    return {
      run: () => T.histc(tensorOf(x), min <= max ? given : {}),
      means: {
        shape: [min <= max ? bins : 100],
        dtype: x.dtype,
        data: min <= max ? binsOf(x, bins, min, max) : binsOf(x, 100, 0, 0),
      },
    };
  }),
);

const aminmax: fc.Arbitrary<Case> = tensors({ dtypes: NUMBERS }).chain((x) =>
  fc.tuple(fc.option(dimOf(x), { nil: undefined }), options({ keepdim: fc.boolean() })).map(([dim, given]) => ({
    run: () => {
      const found = (T.aminmax as (...of: readonly unknown[]) => { min: T.Tensor; max: T.Tensor })(
        tensorOf(x),
        dim,
        given,
      );
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
      run: () => (T.countNonzero as (...of: readonly unknown[]) => T.Tensor)(tensorOf(x), dim),
      means: over(x, dim, false, (values) => values.filter(isTrue).length, 'int32'),
    })),
  ),
  variance: spreads(T.variance, (variance) => variance),
  std: spreads(T.std, Math.sqrt),
  varMean: spreads(T.varMean, (variance) => variance, ['var', 'mean']),
  stdMean: spreads(T.stdMean, Math.sqrt, ['std', 'mean']),
  norm,
  quantile: quantiles(T.quantile, (values) => values),
  nanquantile: quantiles(T.nanquantile, numbers),
  logsumexp: reduction(T.logsumexp, logsumexp, {
    ...float64,
    floats: fc.oneof(quarters, fc.constantFrom(-Infinity, Infinity)),
  }),
  histc,
};
