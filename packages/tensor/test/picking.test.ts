import { law } from '@tessera/laws';
import { arange, IndexError, type IndexItem, tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** What one dimension is asked for, and the places that stand for it. */
type Asked =
  | { readonly kind: 'number'; readonly item: IndexItem; readonly places: readonly [number] }
  | { readonly kind: 'range' | 'list' | 'mask'; readonly item: IndexItem; readonly places: readonly number[] };

const place = (size: number) => fc.integer({ min: -size, max: size - 1 });
const from0 = (i: number, size: number): number => (i < 0 ? i + size : i);

const numbered = (size: number): fc.Arbitrary<Asked> =>
  place(size).map((i) => ({ kind: 'number', item: i, places: [from0(i, size)] }));

const ranged = (size: number): fc.Arbitrary<Asked> =>
  fc
    .tuple(fc.option(place(size + 2)), fc.option(place(size + 2)), fc.integer({ min: 1, max: 3 }))
    .map(([a, b, step]) => {
      const end = (at: number | null, otherwise: number): number =>
        at === null ? otherwise : Math.min(size, Math.max(0, from0(at, size)));
      const places: number[] = [];
      for (let i = end(a, 0); i < end(b, size); i += step) places.push(i);
      return { kind: 'range', item: `${a ?? ''}:${b ?? ''}:${step}`, places };
    });

const listed = (size: number, length: number): fc.Arbitrary<Asked> =>
  fc.array(place(size), { minLength: length, maxLength: length }).map((list) => ({
    kind: 'list',
    item: list,
    places: list.map((i) => from0(i, size)),
  }));

const masked = (size: number): fc.Arbitrary<Asked> =>
  fc.array(fc.boolean(), { minLength: size, maxLength: size }).map((mask) => ({
    kind: 'mask',
    item: tensor(mask, { dtype: 'bool' }),
    places: mask.flatMap((take, i) => (take ? [i] : [])),
  }));

/** A shape, and an item for each of its dimensions: one mask, or lists of one length, among numbers and ranges. */
const request = fc
  .tuple(
    fc.array(fc.constantFrom<number[]>(1, 2, 3, 5), { minLength: 1, maxLength: 4 }),
    fc.nat(3),
    fc.boolean(),
    fc.nat(3),
  )
  .chain(([shape, length, masks, at]) =>
    fc.record({
      shape: fc.constant(shape),
      asked: fc.tuple(
        ...shape.map((size, d) => {
          const plain = [numbered(size), ranged(size)];
          if (masks) return d === at ? masked(size) : fc.oneof(...plain);
          return fc.oneof(...plain, listed(size, length));
        }),
      ),
    }),
  );

law('picks by numbers, ranges, lists and masks, one for each dimension', {
  rows: 66,
  formula: 'x[i, a:b:s, list, mask] as in Python',
  tolerance: 'E',
  given: [request],
  holds: ({ shape, asked }) => {
    const x = arange(shape.reduce((a, b) => a * b, 1)).reshape(...shape);
    const strides = shape.map((_, d) => shape.slice(d + 1).reduce((a, b) => a * b, 1));
    // Numbers go first; then the lists, which run together, stand where they stood, or in front if they are apart.
    const lists = asked.flatMap(({ kind }, d) => (kind === 'list' || kind === 'mask' ? [d] : []));
    const left = asked.flatMap(({ kind }, d) => (kind === 'number' ? [] : [d]));
    const together = lists.every((d, i) => i === 0 || left.indexOf(d) === left.indexOf(lists[i - 1]!) + 1);
    const others = left.filter((d) => !lists.includes(d));
    const front = lists.length === 0 ? 0 : together ? others.filter((d) => d < lists[0]!).length : 0;
    const axes: number[][] = others.map((d) => [d]);
    if (lists.length > 0) axes.splice(front, 0, lists);
    const sizes = axes.map((dims) => asked[dims[0]!]!.places.length);
    const start = asked.reduce(
      (sum, { kind, places }, d) => sum + (kind === 'number' ? places[0] * strides[d]! : 0),
      0,
    );
    const walk = (axis: number, offset: number): unknown =>
      axis === axes.length
        ? offset
        : Array.from({ length: sizes[axis]! }, (_, i) =>
            walk(
              axis + 1,
              axes[axis]!.reduce((sum, d) => sum + asked[d]!.places[i]! * strides[d]!, offset),
            ),
          );
    const got = x.at(...asked.map(({ item }) => item));
    expect(got.shape).toEqual(sizes);
    expect(got.toArray()).toEqual(walk(0, start));
  },
});

describe('slices', () => {
  const bound = fc.option(fc.integer({ min: -7, max: 7 }), { nil: null });
  law('follow Python', {
    rows: 66,
    formula: 'x[a:b:s] as in Python',
    tolerance: 'E',
    given: [bound, bound, fc.integer({ min: 1, max: 3 })],
    holds: (start, end, step) => {
      const values = [0, 1, 2, 3, 4];
      const clamp = (i: number): number => Math.max(0, Math.min(5, i < 0 ? i + 5 : i));
      const wanted = values.slice(clamp(start ?? 0), clamp(end ?? 5)).filter((_, i) => i % step === 0);
      expect(Array.from(arange(5).slice(0, start, end, step).data)).toEqual(wanted);
    },
  });

  test('negative indices count from the end', () => {
    expect(arange(5).select(0, -1).item()).toBe(4);
    // @ts-expect-error: the compiler refuses it too
    expect(() => arange(5).select(0, 5)).toThrow(IndexError);
    // @ts-expect-error: the compiler refuses it too
    expect(() => arange(5).select(0, -6)).toThrow(IndexError);
  });
});
