import type { Tensor, Unique, UniqueOptions, ValuesAndIndices } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { dimOf, options, tensors } from './draw.ts';
import { along, at, build, type Case, fromFront, type Loose, over, type Plain, tensorOf } from './plain.ts';

type Values = readonly number[];

const ties: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: fc.constantFrom(-1, 0, 0.5, 2), weight: 5 },
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
);

/** NaN counts as the greatest. */
const compare = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
};
/** Where the elements of a sorted line stood; equal ones keep their order. */
export const orderOf = (values: Values, descending = false): number[] =>
  values
    .map((_, i) => i)
    .sort((i, j) => (descending ? -1 : 1) * compare(values[i] as number, values[j] as number) || i - j);

const pairOf = ({ values, indices }: ValuesAndIndices): Tensor[] => [values, indices];
/** Both the elements at certain places of every line, and the places. */
const picked = (x: Plain, dim: number, places: (values: Values) => number[], length?: number): Plain[] => [
  along(x, dim, (line) => places(line).map((i) => line[i] as number), { ...(length !== undefined && { length }) }),
  along(x, dim, places, { ...(length !== undefined && { length }), dtype: 'int32' }),
];

const sorted = tensors({ floats: ties }).chain((x) =>
  fc
    .tuple(dimOf(x), options({ descending: fc.boolean(), stable: fc.boolean() }), fc.boolean())
    .map(([dim, given, isLast]) => ({
      x,
      dim: isLast ? -1 : dim,
      given,
      // Nothing is asked for where the defaults are meant.
      call: isLast && Object.keys(given).length === 0 ? [] : [isLast ? -1 : dim, given],
    })),
);
const sort: fc.Arbitrary<Case> = sorted.map(({ x, dim, given, call }) => ({
  run: () => pairOf((T.sort as Loose<ValuesAndIndices>)(tensorOf(x), ...call)),
  means: picked(x, dim, (values) => orderOf(values, given.descending)),
}));
const argsort: fc.Arbitrary<Case> = sorted.map(({ x, dim, given, call }) => ({
  run: () => (T.argsort as Loose<Tensor>)(tensorOf(x), ...call),
  means: along(x, dim, (values) => orderOf(values, given.descending), { dtype: 'int32' }),
}));

const sizeAlong = (x: Plain, dim: number): number => x.shape[fromFront(dim, x.shape.length)] ?? 1;

const topk: fc.Arbitrary<Case> = tensors({ floats: ties }).chain((x) =>
  fc.tuple(dimOf(x), fc.boolean()).chain(([drawn, isDefault]) => {
    const dim = isDefault ? -1 : drawn;
    return fc
      .tuple(
        fc.integer({ min: x.shape.length === 0 ? 1 : 0, max: sizeAlong(x, dim) }),
        options({ largest: fc.boolean(), sorted: fc.boolean() }),
      )
      .map(([k, given]) => ({
        run: () =>
          pairOf(
            isDefault && Object.keys(given).length === 0 ? T.topk(tensorOf(x), k) : T.topk(tensorOf(x), k, dim, given),
          ),
        means: picked(x, dim, (values) => orderOf(values, given.largest ?? true).slice(0, k), k),
      }));
  }),
);

const kthvalue: fc.Arbitrary<Case> = tensors({ floats: ties }).chain((x) =>
  fc.tuple(dimOf(x), fc.boolean()).chain(([drawn, isDefault]) => {
    const dim = isDefault ? -1 : drawn;
    return fc
      .tuple(fc.integer({ min: 1, max: sizeAlong(x, dim) }), options({ keepdim: fc.boolean() }))
      .map(([k, given]) => {
        const place = (values: Values): number => orderOf(values)[k - 1] as number;
        return {
          run: () =>
            pairOf(
              (T.kthvalue as Loose<ValuesAndIndices>)(
                tensorOf(x),
                k,
                ...(isDefault && given.keepdim === undefined ? [] : [dim, given]),
              ),
            ),
          means: [
            over(x, dim, given.keepdim, (values) => values[place(values)] as number),
            over(x, dim, given.keepdim, place, 'int32'),
          ],
        };
      });
  }),
);

/** Different slices along a dimension (elements of the whole, without one): which there are, where, how often. */
const distinct = (run: (x: Tensor, given: UniqueOptions) => Unique, isNeighbours: boolean): fc.Arbitrary<Case> =>
  tensors({ rank: [1, 3], sizes: [1, 2, 3], floats: fc.constantFrom(0, 1, 2) }).chain((x) =>
    fc.option(dimOf(x), { nil: undefined }).map((dim) => {
      const axis = dim === undefined ? 0 : fromFront(dim, x.shape.length);
      const whole: Plain = dim === undefined ? { ...x, shape: [x.data.length] } : x;
      const slice = (i: number): number[] =>
        build(whole.shape.with(axis, 1), x.dtype, (place) => at(whole, place.with(axis, i))).data as number[];
      const slices = Array.from({ length: whole.shape[axis] as number }, (_, i) => slice(i));
      const isSame = (a: Values, b: Values): boolean => a.every((value, i) => value === b[i]);
      const isLess = (a: Values, b: Values): number => {
        const first = a.findIndex((value, i) => value !== b[i]);
        return first < 0 ? 0 : (a[first] as number) - (b[first] as number);
      };
      const kept = isNeighbours
        ? slices.filter((one, i) => i === 0 || !isSame(one, slices[i - 1] as Values))
        : slices.filter((one, i) => slices.findIndex((other) => isSame(one, other)) === i).sort(isLess);
      let run_ = -1;
      const inverse = slices.map((one, i) => {
        if (!isNeighbours) return kept.findIndex((other) => isSame(one, other));
        if (i === 0 || !isSame(one, slices[i - 1] as Values)) run_++;
        return run_;
      });
      const inner = whole.shape.with(axis, 1);
      return {
        run: () => {
          const found = run(tensorOf(x), dim === undefined ? {} : { dim });
          return [found.values, found.inverse, found.counts];
        },
        means: [
          build(whole.shape.with(axis, kept.length), x.dtype, (place) => {
            const offset = place.reduce((sum, i, d) => sum * (inner[d] as number) + (d === axis ? 0 : i), 0);
            return kept[place[axis] as number]?.[offset] as number;
          }),
          { shape: dim === undefined ? x.shape : [slices.length], dtype: 'int32', data: inverse },
          { shape: [kept.length], dtype: 'int32', data: kept.map((_, i) => inverse.filter((one) => one === i).length) },
        ],
      };
    }),
  );

export const ORDERS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  sort,
  argsort,
  topk,
  kthvalue,
  unique: distinct(T.unique, false),
  uniqueConsecutive: distinct(T.uniqueConsecutive, true),
};
