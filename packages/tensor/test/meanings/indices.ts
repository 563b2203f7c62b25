import type { Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { ALL, dimOf, filled, indicesIn, NUMBERS, options, tensors, whole } from './draw.ts';
import {
  at,
  build,
  type Case,
  fromFront,
  type Loose,
  type Place,
  type Plain,
  placesOf,
  sumOf,
  tensorOf,
} from './plain.ts';

const many = { rank: [1, 3], sizes: [1, 2, 3] } as const;
/** Where values meet they are added: exact in every type. */
const numbers = { dtypes: NUMBERS, floats: whole };

/** A tensor, a dimension, and indices into it, no larger than the tensor in the others. */
interface Along {
  readonly x: Plain;
  readonly dim: number;
  readonly axis: number;
  readonly index: Plain;
}
const alongTensor = (drawn: Parameters<typeof tensors>[0]): fc.Arbitrary<Along> =>
  tensors({ ...many, ...drawn }).chain((x) =>
    fc
      .tuple(
        dimOf(x),
        fc.tuple(...x.shape.map((size) => fc.integer({ min: 1, max: size }))),
        fc.integer({ min: 0, max: 4 }),
      )
      .chain(([dim, sizes, length]) => {
        const axis = fromFront(dim, x.shape.length);
        return indicesIn(sizes.with(axis, length), 0, (x.shape[axis] as number) - 1).map((index) => ({
          x,
          dim,
          axis,
          index,
        }));
      }),
  );

const gather: fc.Arbitrary<Case> = alongTensor({ dtypes: ALL }).map(({ x, dim, axis, index }) => ({
  run: () => (T.gather as Loose)(tensorOf(x), dim, tensorOf(index)),
  means: build(index.shape, x.dtype, (place) => at(x, place.with(axis, at(index, place)))),
}));

const takeAlongDim: fc.Arbitrary<Case> = tensors(many).chain((x) =>
  fc
    .tuple(
      fc.option(dimOf(x), { nil: undefined }),
      fc.tuple(...x.shape.map(() => fc.boolean())),
      fc.integer({ min: 1, max: 3 }),
    )
    .chain(([dim, ones, length]) => {
      if (dim === undefined)
        return indicesIn([length], 0, x.data.length - 1).map((index) => ({
          run: () => T.takeAlongDim(tensorOf(x), tensorOf(index)),
          means: build(index.shape, x.dtype, (place) => x.data[at(index, place)] as number),
        }));
      const axis = fromFront(dim, x.shape.length);
      const shape = x.shape.map((size, d) => (d === axis ? length : ones[d] ? 1 : size));
      return indicesIn(shape, 0, (x.shape[axis] as number) - 1).map((index) => ({
        run: () => T.takeAlongDim(tensorOf(x), tensorOf(index), dim),
        means: build(x.shape.with(axis, length), x.dtype, (place) =>
          at(
            x,
            place.with(
              axis,
              at(
                index,
                place.map((i, d) => (index.shape[d] === 1 && d !== axis ? 0 : i)),
              ),
            ),
          ),
        ),
      }));
    }),
);

/** What becomes of x: for every place all that arrives there, in order. */
const received = (
  x: Plain,
  arrivals: readonly { readonly to: Place; readonly value: number }[],
  put: (old: number, values: readonly number[]) => number,
): Plain =>
  build(x.shape, x.dtype, (place) =>
    put(
      at(x, place),
      arrivals.flatMap(({ to, value }) => (to.every((i, d) => i === place[d]) ? [value] : [])),
    ),
  );

const last = (old: number, values: readonly number[]): number => values.at(-1) ?? old;
const added = (old: number, values: readonly number[]): number => old + sumOf(values);
const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

/** What of `src` goes where: its places, with another index along the axis. */
const arrivalsOf = ({ axis, index }: Along, src: (place: Place) => number) =>
  placesOf(index.shape).map((place) => ({ to: place.with(axis, at(index, place)), value: src(place) }));

/** A source at least as large as the indices. */
const sourceFor = ({ x, index }: Along, spare: readonly number[]): fc.Arbitrary<Plain> =>
  filled(
    index.shape.map((size, d) => size + (spare[d] ?? 0)),
    { dtypes: [x.dtype], floats: whole },
  );

const scattered = (
  run: (x: Tensor, dim: number, index: Tensor, src: Tensor) => Tensor,
  put: (old: number, values: readonly number[]) => number,
): fc.Arbitrary<Case> =>
  fc.tuple(alongTensor(numbers), fc.array(fc.nat(1), { minLength: 3, maxLength: 3 })).chain(([along, spare]) =>
    sourceFor(along, spare).map((src) => ({
      run: () => run(tensorOf(along.x), along.dim, tensorOf(along.index), tensorOf(src)),
      means: received(
        along.x,
        arrivalsOf(along, (place) => at(src, place)),
        put,
      ),
    })),
  );

const scatterNumber: fc.Arbitrary<Case> = fc
  .tuple(alongTensor(numbers), whole, fc.constantFrom(undefined, 'add', 'multiply'))
  .map(([along, value, reduce]) => {
    const put =
      reduce === 'add'
        ? added
        : reduce === 'multiply'
          ? (old: number, values: readonly number[]) => old * product(values)
          : last;
    return {
      run: () =>
        (T.scatter as Loose)(
          tensorOf(along.x),
          along.dim,
          tensorOf(along.index),
          value,
          ...(reduce ? [{ reduce }] : []),
        ),
      means: received(
        along.x,
        arrivalsOf(along, () => value),
        put,
      ),
    };
  });

type Reduce = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';
const REDUCE: Readonly<Record<Reduce, (values: readonly number[]) => number>> = {
  sum: sumOf,
  prod: product,
  mean: (values) => sumOf(values) / values.length,
  amax: (values) => Math.max(...values),
  amin: (values) => Math.min(...values),
};
const scatterReduce: fc.Arbitrary<Case> = fc
  .tuple(
    alongTensor({ dtypes: ['float64'], floats: whole }),
    fc.constantFrom(...(Object.keys(REDUCE) as Reduce[])),
    options({ includeSelf: fc.boolean() }),
  )
  .chain(([along, reduce, given]) =>
    sourceFor(along, []).map((src) => ({
      run: () => T.scatterReduce(tensorOf(along.x), along.dim, tensorOf(along.index), tensorOf(src), reduce, given),
      means: received(
        along.x,
        arrivalsOf(along, (place) => at(src, place)),
        (old, values) => {
          if (values.length === 0) return old;
          return REDUCE[reduce](given.includeSelf === false ? values : [old, ...values]);
        },
      ),
    })),
  );

/** Whole slices along a dimension. */
interface Slices {
  readonly x: Plain;
  readonly dim: number;
  readonly axis: number;
  readonly index: readonly number[];
}
const slices = (drawn: Parameters<typeof tensors>[0], fromBack = false): fc.Arbitrary<Slices> =>
  tensors({ ...many, ...drawn }).chain((x) =>
    dimOf(x).chain((dim) => {
      const axis = fromFront(dim, x.shape.length);
      const size = x.shape[axis] as number;
      return fc
        .array(fc.integer({ min: fromBack ? -size : 0, max: size - 1 }), { maxLength: 4 })
        .map((index) => ({ x, dim, axis, index }));
    }),
  );
const list = (index: readonly number[]): Tensor => T.tensor([...index], { dtype: 'int32' });

const sliceArrivals = ({ x, axis, index }: Slices, value: (place: Place) => number) =>
  placesOf(x.shape.with(axis, index.length)).map((place) => {
    const i = index[place[axis] as number] as number;
    return { to: place.with(axis, i < 0 ? i + (x.shape[axis] as number) : i), value: value(place) };
  });

const indexSelect: fc.Arbitrary<Case> = slices({ dtypes: ALL }).map(({ x, dim, axis, index }) => ({
  run: () => (T.indexSelect as Loose)(tensorOf(x), dim, list(index)),
  means: build(x.shape.with(axis, index.length), x.dtype, (place) =>
    at(x, place.with(axis, index[place[axis] as number] as number)),
  ),
}));

const withSource = (
  run: (slices: Slices, source: Tensor, alpha: number | undefined) => Tensor,
  put: (old: number, values: readonly number[], alpha: number) => number,
): fc.Arbitrary<Case> =>
  fc.tuple(slices(numbers), fc.constantFrom(undefined, 2, -1)).chain(([of, alpha]) =>
    filled(of.x.shape.with(of.axis, of.index.length), { dtypes: [of.x.dtype], floats: whole }).map((source) => ({
      run: () => run(of, tensorOf(source), alpha),
      means: received(
        of.x,
        sliceArrivals(of, (place) => at(source, place)),
        (old, values) => put(old, values, alpha ?? 1),
      ),
    })),
  );

const indexFill: fc.Arbitrary<Case> = fc
  .tuple(slices(numbers, true), whole, fc.boolean())
  .map(([of, value, isTensor]) => ({
    run: () =>
      T.indexFill(tensorOf(of.x), of.dim, list(of.index), isTensor ? T.tensor(value, { dtype: of.x.dtype }) : value),
    means: received(
      of.x,
      sliceArrivals(of, () => value),
      last,
    ),
  }));

export const INDICES: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  gather,
  takeAlongDim,
  scatter: scattered(T.scatter as never, last),
  'scatter of a number': scatterNumber,
  scatterAdd: scattered(T.scatterAdd as never, added),
  scatterReduce,
  indexSelect,
  indexAdd: withSource(
    ({ x, dim, index }, source, alpha) =>
      (T.indexAdd as Loose)(tensorOf(x), dim, list(index), source, ...(alpha === undefined ? [] : [{ alpha }])),
    (old, values, alpha) => old + alpha * sumOf(values),
  ),
  indexCopy: withSource(
    ({ x, dim, index }, source) => (T.indexCopy as Loose)(tensorOf(x), dim, list(index), source),
    last,
  ),
  indexFill,
};
