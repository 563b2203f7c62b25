import type { Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { type Drawn, dimOf, dimsOf, FLOATS, options, quarters, tensors } from './draw.ts';
import { type Case, type Loose, over, type Plain, sumOf, tensorOf } from './plain.ts';

type Values = readonly number[];
const float64: Drawn = { dtypes: ['float64'] };
const withNaN: fc.Arbitrary<number> = fc.oneof({ arbitrary: quarters, weight: 3 }, fc.constant(Number.NaN));
const numbers = (values: Values): number[] => values.filter((value) => !Number.isNaN(value));
const meanOf = (values: Values): number => sumOf(values) / values.length;
const varianceOf = (values: Values, correction: number): number => {
  const center = meanOf(values);
  return sumOf(values.map((value) => (value - center) ** 2)) / Math.max(0, values.length - correction);
};

interface Spread {
  readonly keepdim?: boolean;
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
      const call = (): unknown => (run as Loose)(tensorOf(x), dim, given);
      if (names === undefined) return { run: call as () => Tensor, means };
      return {
        run: () => names.map((name) => (call() as Record<string, Tensor>)[name] as Tensor),
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
      run: () => (T.norm as (...of: readonly unknown[]) => Tensor)(tensorOf(x), p, dim, given),
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
          run: () => (run as (...of: readonly unknown[]) => Tensor)(tensorOf(x), q, dim, given),
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

export const STATISTICS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  variance: spreads(T.variance, (variance) => variance),
  std: spreads(T.std, Math.sqrt),
  varMean: spreads(T.varMean, (variance) => variance, ['var', 'mean']),
  stdMean: spreads(T.stdMean, Math.sqrt, ['std', 'mean']),
  norm,
  quantile: quantiles(T.quantile, (values) => values),
  nanquantile: quantiles(T.nanquantile, numbers),
  histc,
};
