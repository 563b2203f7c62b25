import type { Tensor } from '@tessera/tensor';
import * as T from '@tessera/tensor';
import fc from 'fast-check';
import { ALL, dimOf, filled, NUMBERS, options, tensors } from './draw.ts';
import { at, build, type Case, fromFront, type Place, type Plain, placesOf, sumOf, tensorOf } from './plain.ts';

/** Functions have types of their own for every shape; here they are called with all. */
type Loose = (...operands: readonly unknown[]) => Tensor;

const whole = fc.integer({ min: -3, max: 3 });
const many = { rank: [1, 3], sizes: [1, 2, 3] } as const;
/** Where values meet they are added: exact in every type. */
const numbers = { dtypes: NUMBERS, floats: whole };

const indicesIn = (shape: readonly number[], least: number, most: number): fc.Arbitrary<Plain> => {
  const count = shape.reduce((a, b) => a * b, 1);
  return fc
    .array(fc.integer({ min: least, max: most }), { minLength: count, maxLength: count })
    .map((data): Plain => ({ shape, data, dtype: 'int32' }));
};

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

const nonzeroPlaces = (x: Plain): Place[] => placesOf(x.shape).filter((place) => at(x, place) !== 0);
const rowsOf = (places: readonly Place[], rank: number): Plain => ({
  shape: [places.length, rank],
  dtype: 'int32',
  data: places.flat(),
});
const sparse = tensors({ ...many, rank: [0, 3], floats: fc.constantFrom(0, 0, 1, Number.NaN) });

const nonzero: fc.Arbitrary<Case> = fc.tuple(sparse, fc.constantFrom(undefined, false, true)).map(([x, asTuple]) => {
  const places = nonzeroPlaces(x);
  const rank = x.shape.length;
  const columns = Array.from(
    { length: Math.max(1, rank) },
    (_, d): Plain => ({ shape: [places.length], dtype: 'int32', data: places.map((place) => place[d] ?? 0) }),
  );
  return {
    run: () => (T.nonzero as Loose)(tensorOf(x), ...(asTuple === undefined ? [] : [{ asTuple }])),
    means: asTuple ? columns : rowsOf(places, rank),
  };
});

const labels = fc.array(fc.nat(4), { minLength: 1, maxLength: 6 });
const oneHot: fc.Arbitrary<Case> = fc
  .tuple(labels, fc.option(fc.integer({ min: 5, max: 7 })), fc.boolean())
  .map(([data, classes, isRow]) => {
    const count = classes ?? Math.max(...data) + 1;
    const shape = isRow ? [1, data.length] : [data.length];
    return {
      run: () =>
        (T.oneHot as Loose)(T.fromArray(data, shape, { dtype: 'int32' }), ...(classes === null ? [] : [classes])),
      means: build([...shape, count], 'int32', (place) => Number(data[place.at(-2) as number] === place.at(-1))),
    };
  });

const bincount: fc.Arbitrary<Case> = fc
  .tuple(fc.array(fc.tuple(fc.nat(4), whole), { maxLength: 6 }), fc.boolean(), fc.option(fc.nat(7), { nil: undefined }))
  .map(([list_, isWeighted, minlength]) => {
    const data = list_.map(([value]) => value);
    const weights = list_.map(([, weight]) => weight);
    const count = Math.max(minlength ?? 0, ...data.map((value) => value + 1));
    return {
      run: () =>
        T.bincount(T.fromArray(data, [data.length], { dtype: 'int32' }), {
          ...(isWeighted && { weights: T.fromArray(weights, [data.length], { dtype: 'float64' }) }),
          ...(minlength !== undefined && { minlength }),
        }),
      means: build([count], isWeighted ? 'float64' : 'int32', ([value]) =>
        sumOf(data.map((one, i) => (one === value ? (isWeighted ? (weights[i] as number) : 1) : 0))),
      ),
    };
  });

const ascending = (length: number): fc.Arbitrary<number[]> =>
  fc.array(whole, { minLength: length, maxLength: length }).map((values) => values.toSorted((a, b) => a - b));
const placeAmong = (row: readonly number[], value: number, isRight: boolean): number =>
  row.filter((bound) => (isRight ? bound <= value : bound < value)).length;

const searchsorted: fc.Arbitrary<Case> = fc
  .record({
    length: fc.nat(4),
    rows: fc.option(fc.integer({ min: 1, max: 2 })),
    width: fc.nat(3),
    side: fc.constantFrom({}, { right: true }, { right: false }, { side: 'left' }, { side: 'right' }),
    isNumber: fc.boolean(),
    isShuffled: fc.boolean(),
  })
  .chain(({ length, rows, width, side, isNumber, isShuffled }) =>
    fc
      .tuple(
        fc.array(ascending(length), { minLength: rows ?? 1, maxLength: rows ?? 1 }),
        fc.array(fc.array(whole, { minLength: width, maxLength: width }), {
          minLength: rows ?? 1,
          maxLength: rows ?? 1,
        }),
        whole,
      )
      .map(([sorted, values, single]) => {
        const isRight = 'right' in side ? side.right : 'side' in side && side.side === 'right';
        // What is sorted may also come in reverse, with the order that sorts it.
        const stored = isShuffled ? sorted.map((row) => row.toReversed()) : sorted;
        const order = sorted.map((row) => row.map((_, i) => row.length - 1 - i));
        const plain = (data: readonly (readonly number[])[], n: number, dtype: 'float64' | 'int32'): Tensor =>
          T.fromArray(data.flat(), rows === null ? [n] : [rows, n], { dtype });
        const given = { ...side, ...(isShuffled && { sorter: plain(order, length, 'int32') }) };
        const isSingle = isNumber && rows === null;
        return {
          run: () =>
            (T.searchsorted as Loose)(
              plain(stored, length, 'float64'),
              isSingle ? single : plain(values, width, 'float64'),
              given,
            ),
          means: isSingle
            ? { shape: [], dtype: 'int32', data: [placeAmong(sorted[0] as number[], single, isRight === true)] }
            : {
                shape: rows === null ? [width] : [rows, width],
                dtype: 'int32',
                data: values.flatMap((row, r) =>
                  row.map((value) => placeAmong(sorted[r] as number[], value, isRight === true)),
                ),
              },
        };
      }),
  );

const bucketize: fc.Arbitrary<Case> = fc
  .tuple(tensors({ dtypes: ['float64'], floats: whole }), fc.nat(4).chain(ascending), options({ right: fc.boolean() }))
  .map(([x, bounds, given]) => ({
    run: () => T.bucketize(tensorOf(x), T.fromArray(bounds, [bounds.length], { dtype: 'float64' }), given),
    means: { ...x, dtype: 'int32', data: x.data.map((value) => placeAmong(bounds, value, given.right === true)) },
  }));

const take: fc.Arbitrary<Case> = tensors(many).chain((x) =>
  fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }).chain((shape) =>
    indicesIn(shape, -x.data.length, x.data.length - 1).map((index) => ({
      run: () => (T.take as Loose)(tensorOf(x), tensorOf(index)),
      means: { shape, dtype: x.dtype, data: index.data.map((i) => x.data.at(i) as number) },
    })),
  ),
);

/** A mask that broadcasts with the tensor. */
const masked = (x: Plain): fc.Arbitrary<Plain> =>
  fc
    .tuple(fc.nat(x.shape.length), fc.tuple(...x.shape.map(() => fc.boolean())))
    .chain(([from, ones]) => filled(x.shape.map((size, d) => (ones[d] ? 1 : size)).slice(from), { dtypes: ['bool'] }));
const spread = (x: Plain, place: Place): number =>
  at(
    x,
    place.slice(place.length - x.shape.length).map((i, d) => (x.shape[d] === 1 ? 0 : i)),
  );

const maskedSelect: fc.Arbitrary<Case> = tensors(many).chain((x) =>
  fc.tuple(masked(x), fc.boolean()).map(([mask, isLarger]) => {
    // The tensor may also be the one that stretches.
    const frame = isLarger ? [2, ...x.shape] : x.shape;
    const whole_ = isLarger
      ? { ...mask, shape: [2, ...x.shape], data: placesOf(frame).map((place) => spread(mask, place)) }
      : mask;
    const data = placesOf(frame).flatMap((place) => (spread(whole_, place) ? [spread(x, place)] : []));
    return {
      run: () => (T.maskedSelect as Loose)(tensorOf(x), tensorOf(whole_)),
      means: { shape: [data.length], dtype: x.dtype, data },
    };
  }),
);

const maskedScatter: fc.Arbitrary<Case> = tensors({ ...many, ...numbers }).chain((x) =>
  fc.tuple(masked(x), filled([x.data.length + 1], { dtypes: [x.dtype], floats: whole })).map(([mask, source]) => {
    let next = 0;
    return {
      run: () => T.maskedScatter(tensorOf(x), tensorOf(mask), tensorOf(source)),
      means: build(x.shape, x.dtype, (place) => (spread(mask, place) ? (source.data[next++] as number) : at(x, place))),
    };
  }),
);

const triangle = (run: unknown, isKept: (below: number, diagonal: number) => boolean): fc.Arbitrary<Case> =>
  tensors({ ...many, rank: [2, 3] }).chain((x) =>
    fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }).map((diagonal) => ({
      run: () => (run as Loose)(tensorOf(x), ...(diagonal === undefined ? [] : [diagonal])),
      means: build(x.shape, x.dtype, (place) =>
        isKept((place.at(-1) as number) - (place.at(-2) as number), diagonal ?? 0) ? at(x, place) : 0,
      ),
    })),
  );

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
  nonzero,
  argwhere: sparse.map((x) => ({
    run: () => T.argwhere(tensorOf(x)),
    means: rowsOf(nonzeroPlaces(x), x.shape.length),
  })),
  oneHot,
  bincount,
  searchsorted,
  bucketize,
  take,
  maskedSelect,
  maskedScatter,
  tril: triangle(T.tril, (over, diagonal) => over <= diagonal),
  triu: triangle(T.triu, (over, diagonal) => over >= diagonal),
};
