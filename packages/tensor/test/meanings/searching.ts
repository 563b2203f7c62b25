import type { Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { filled, indicesIn, NUMBERS, options, tensors, whole } from './draw.ts';
import {
  at,
  build,
  type Case,
  type Loose,
  type Place,
  type Plain,
  placesOf,
  spread,
  sumOf,
  tensorOf,
} from './plain.ts';

const many = { rank: [1, 3], sizes: [1, 2, 3] } as const;

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

const maskedScatter: fc.Arbitrary<Case> = tensors({ ...many, dtypes: NUMBERS, floats: whole }).chain((x) =>
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

export const SEARCHING: Readonly<Record<string, fc.Arbitrary<Case>>> = {
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
