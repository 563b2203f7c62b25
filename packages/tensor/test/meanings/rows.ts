import type { DType } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { type Drawn, dimOf, dimsOf, filled, options, tensors } from './draw.ts';
import {
  along,
  at,
  build,
  type Case,
  fromFront,
  type Loose,
  over,
  type Place,
  type Plain,
  placesOf,
  sumOf,
  tensorOf,
} from './plain.ts';

type Values = readonly number[];

const float64: Drawn = { dtypes: ['float64'] };
const dtype64 = (): fc.Arbitrary<{ dtype?: DType }> => options<{ dtype: DType }>({ dtype: fc.constant('float64') });

const softmaxOf = (values: Values): number[] => {
  const high = Math.max(...values);
  const exponentials = values.map((value) => Math.exp(value - high));
  const total = sumOf(exponentials);
  return exponentials.map((value) => value / total);
};

/** Along one dimension; whole numbers where float64 is asked for. */
const rowwise = (run: unknown, line: (values: number[]) => number[]): fc.Arbitrary<Case> =>
  dtype64().chain((given) =>
    tensors({ dtypes: given.dtype ? ['float64', 'int32', 'bool'] : ['float64'] }).chain((x) =>
      dimOf(x).map((dim) => ({
        run: () => (run as Loose)(tensorOf(x), dim, given),
        means: along(x, dim, line, { dtype: 'float64' }),
      })),
    ),
  );

const eps: fc.Arbitrary<number> = fc.constantFrom(1e-5, 0.25, 1e-3);
/** Nothing, null, or a tensor of this shape. */
const perhaps = (shape: readonly number[]): fc.Arbitrary<{ readonly tensor: Plain | null | undefined }> =>
  fc.oneof(
    fc.constantFrom({ tensor: undefined }, { tensor: null }),
    filled(shape, float64).map((tensor) => ({ tensor })),
  );
const given = (named: Readonly<Record<string, Plain | number | boolean | null | undefined>>): object =>
  Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'object' && value !== null ? tensorOf(value) : value]];
    }),
  );

/** The last dimensions are normalized as one row, then scaled and shifted element by element. */
const trailing = (
  run: unknown,
  normalize: (values: Values, eps: number) => number[],
  defaultEps: number,
  hasBias: boolean,
): fc.Arbitrary<Case> =>
  tensors({ ...float64, rank: [1, 3] }).chain((x) =>
    fc.integer({ min: 1, max: x.shape.length }).chain((count) => {
      const shape = x.shape.slice(x.shape.length - count);
      return fc
        .record({
          weight: perhaps(shape),
          bias: hasBias ? perhaps(shape) : fc.constant({ tensor: undefined }),
          eps: fc.option(eps, { nil: undefined }),
          isNumber: fc.boolean(),
        })
        .map((drawn) => {
          const [weight, bias] = [drawn.weight.tensor, drawn.bias.tensor];
          const inner = shape.reduce((a, b) => a * b, 1);
          const data = Array.from({ length: x.data.length / inner }, (_, row) =>
            normalize(x.data.slice(row * inner, (row + 1) * inner), drawn.eps ?? defaultEps).map(
              (value, i) => value * (weight?.data[i] ?? 1) + (bias?.data[i] ?? 0),
            ),
          ).flat();
          return {
            run: () =>
              (run as Loose)(
                tensorOf(x),
                count === 1 && drawn.isNumber ? shape[0] : shape,
                given({ weight, bias, eps: drawn.eps }),
              ),
            means: { ...x, data },
          };
        });
    }),
  );

const meanOf = (values: Values): number => sumOf(values) / values.length;
const squaresOf = (values: Values, center: number): number => sumOf(values.map((value) => (value - center) ** 2));
const standardized = (values: Values, eps: number): number[] => {
  const mean = meanOf(values);
  const spread = Math.sqrt(squaresOf(values, mean) / values.length + eps);
  return values.map((value) => (value - mean) / spread);
};
const scaledToRms = (values: Values, eps: number): number[] => {
  const rms = Math.sqrt(squaresOf(values, 0) / values.length + eps);
  return values.map((value) => value / rms);
};

/** Channels along dimension 1, in a batch or with statistics that ran before; these move towards those of the batch. */
const batchNorm: fc.Arbitrary<Case> = tensors({ ...float64, rank: [2, 4], sizes: [2, 1, 3] })
  .filter(({ shape, data }) => data.length > (shape[1] as number))
  .chain((x) => {
    const channels = [x.shape[1] as number];
    const positive = filled(channels, { ...float64, floats: fc.constantFrom(0.25, 1, 2) });
    return fc
      .record({
        training: fc.option(fc.boolean(), { nil: undefined }),
        momentum: fc.option(fc.constantFrom(0.5, 0, 1), { nil: undefined }),
        eps: fc.option(eps, { nil: undefined }),
        mean: filled(channels, float64),
        variance: positive,
        isTracked: fc.boolean(),
        weight: perhaps(channels),
        bias: perhaps(channels),
      })
      .map((drawn) => {
        const [weight, bias] = [drawn.weight.tensor, drawn.bias.tensor];
        const isBatch = drawn.training ?? false;
        const hasRunning = !isBatch || drawn.isTracked;
        const places = placesOf(x.shape);
        const valuesOf = (c: number): number[] => x.data.filter((_, i) => places[i]?.[1] === c);
        const statistics = (c: number): readonly [number, number] => {
          if (!isBatch) return [drawn.mean.data[c] as number, drawn.variance.data[c] as number];
          const values = valuesOf(c);
          const mean = meanOf(values);
          return [mean, squaresOf(values, mean) / values.length];
        };
        const momentum = drawn.momentum ?? 0.1;
        const moved = (before: Plain, value: (values: Values) => number): Plain => ({
          ...before,
          data: before.data.map((old, c) => (isBatch ? (1 - momentum) * old + momentum * value(valuesOf(c)) : old)),
        });
        const unbiased = (values: Values): number => squaresOf(values, meanOf(values)) / (values.length - 1);
        const y = build(x.shape, x.dtype, (place) => {
          const c = place[1] as number;
          const [mean, variance] = statistics(c);
          const value = (at(x, place) - mean) / Math.sqrt(variance + (drawn.eps ?? 1e-5));
          return value * (weight?.data[c] ?? 1) + (bias?.data[c] ?? 0);
        });
        return {
          run: () => {
            const [runningMean, runningVar] = [tensorOf(drawn.mean), tensorOf(drawn.variance)];
            const result = T.batchNorm(tensorOf(x), {
              ...given({ weight, bias, eps: drawn.eps, momentum: drawn.momentum, training: drawn.training }),
              ...(hasRunning && { runningMean, runningVar }),
            });
            return hasRunning ? [result, runningMean, runningVar] : [result];
          },
          means: hasRunning ? [y, moved(drawn.mean, meanOf), moved(drawn.variance, unbiased)] : [y],
        };
      });
  });

const normOf = (values: Values, p: number): number => {
  const sizes = values.map(Math.abs);
  if (p === Infinity) return Math.max(...sizes);
  if (p === 0) return sizes.filter((one) => one !== 0).length;
  return sumOf(sizes.map((one) => one ** p)) ** (1 / p);
};
const powers: fc.Arbitrary<number> = fc.constantFrom(0, 1, 2, 3, Infinity);

/** Two tensors whose shapes broadcast to one. */
const pair = (rank: readonly [number, number]): fc.Arbitrary<readonly [Plain, Plain, readonly number[]]> =>
  fc
    .tuple(fc.array(fc.constantFrom(1, 2, 3), { minLength: rank[0], maxLength: rank[1] }), fc.nat(63))
    .chain(([shape, bits]) => {
      const left = shape.map((n, d) => ((bits >> d) & 1 ? 1 : n));
      const right = shape.map((n, d) => ((bits >> (d + 3)) & 1 && left[d] === n ? 1 : n));
      return fc.tuple(filled(left, float64), filled(right, float64), fc.constant(shape));
    });
const stretched = (x: Plain, shape: readonly number[]): Plain =>
  build(shape, x.dtype, (place: Place) =>
    at(
      x,
      place.map((i, d) => (x.shape[d] === 1 ? 0 : i)),
    ),
  );
const apart = (x: Plain, y: Plain, more = 0): Plain => ({
  ...x,
  data: x.data.map((a, i) => a - (y.data[i] as number) + more),
});

const dist: fc.Arbitrary<Case> = fc
  .tuple(pair([0, 3]), fc.option(powers, { nil: undefined }))
  .map(([[x, y, shape], p]) => ({
    run: () => (T.dist as Loose)(tensorOf(x), tensorOf(y), p),
    means: over(apart(stretched(x, shape), stretched(y, shape)), undefined, false, (values) => normOf(values, p ?? 2)),
  }));

const pairwiseDistance: fc.Arbitrary<Case> = fc
  .tuple(
    pair([1, 3]),
    options({ p: fc.constantFrom(1, 2, Infinity), eps: fc.constantFrom(0, 0.25), keepdim: fc.boolean() }),
  )
  .map(([[x, y, shape], set]) => ({
    run: () => T.pairwiseDistance(tensorOf(x), tensorOf(y), set),
    means: over(apart(stretched(x, shape), stretched(y, shape), set.eps ?? 1e-6), -1, set.keepdim, (values) =>
      normOf(values, set.p ?? 2),
    ),
  }));

const cosineSimilarity: fc.Arbitrary<Case> = pair([1, 3]).chain(([x, y, shape]) => {
  const [a, b] = [stretched(x, shape), stretched(y, shape)];
  return fc.tuple(dimOf(a), options({ eps: fc.constantFrom(1e-3, 2) })).map(([dim, set]) => {
    const least = (value: number): number => Math.max(value, set.eps ?? 1e-8);
    const lengths = [a, b].map((v) => along(v, dim, (line) => line.map(() => least(normOf(line, 2)))));
    const products = {
      ...a,
      data: a.data.map(
        (v, i) => (v * (b.data[i] as number)) / ((lengths[0]?.data[i] as number) * (lengths[1]?.data[i] as number)),
      ),
    };
    const isDefault = shape.length > 1 && fromFront(dim, shape.length) === 1 && set.eps === undefined;
    return {
      run: () => (T.cosineSimilarity as Loose)(tensorOf(x), tensorOf(y), ...(isDefault ? [] : [dim, set])),
      means: over(products, dim, false, sumOf),
    };
  });
});

const normalize: fc.Arbitrary<Case> = tensors({ ...float64, rank: [2, 3] }).chain((x) =>
  fc.tuple(dimsOf(x), options({ p: powers, eps: fc.constantFrom(1e-3, 2) })).map(([dim, set]) => {
    const dims = dim === undefined ? 1 : dim;
    const norms = over(x, dims, true, (values) => Math.max(normOf(values, set.p ?? 2), set.eps ?? 1e-12));
    return {
      run: () => T.normalize(tensorOf(x), dim, set),
      means: build(
        x.shape,
        x.dtype,
        (place) =>
          at(x, place) /
          at(
            norms,
            place.map((i, d) => (norms.shape[d] === 1 ? 0 : i)),
          ),
      ),
    };
  }),
);

const cdist: fc.Arbitrary<Case> = fc
  .record({
    sizes: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    batch: fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
    ones: fc.nat(2),
    given: options({ p: powers, viaProduct: fc.constantFrom(true, false, 'if-large' as const) }),
  })
  .chain(({ sizes: [rows, columns, length], batch, ones, given: set }) => {
    const left = ones === 1 ? batch.map(() => 1) : batch;
    const right = ones === 2 ? batch.slice(1) : batch;
    return fc
      .tuple(filled([...left, rows, length], float64), filled([...right, columns, length], float64))
      .map(([x, y]) => ({
        run: () => T.cdist(tensorOf(x), tensorOf(y), set),
        means: build([...batch, rows, columns], 'float64', (place) => {
          const [i, j] = place.slice(-2) as [number, number];
          const outer = place.slice(0, -2);
          const row = (of: Plain, at_: number): number[] => {
            const own = outer.slice(outer.length - (of.shape.length - 2)).map((b, d) => (of.shape[d] === 1 ? 0 : b));
            return Array.from({ length }, (_, k) => at(of, [...own, at_, k]));
          };
          const [a, b] = [row(x, i), row(y, j)];
          return normOf(
            a.map((value, k) => value - (b[k] as number)),
            set.p ?? 2,
          );
        }),
      }));
  });

export const ROWS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  softmax: rowwise(T.softmax, softmaxOf),
  logSoftmax: rowwise(T.logSoftmax, (values) => softmaxOf(values).map(Math.log)),
  softmin: rowwise(T.softmin, (values) => softmaxOf(values.map((value) => -value))),
  layerNorm: trailing(T.layerNorm, standardized, 1e-5, true),
  rmsNorm: trailing(T.rmsNorm, scaledToRms, Number.EPSILON, false),
  batchNorm,
  dist,
  pairwiseDistance,
  cosineSimilarity,
  normalize,
  cdist,
};
