import { law } from '@tessera/laws';
import { arange, fromArray, IndexError, type IndexItem, indexPut, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
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

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const counted = (shape: readonly number[]): Tensor => arange(count(shape)).reshape(...shape);

describe('items of other forms', () => {
  law('say the same', {
    rows: 66,
    formula: "'a:b:s' = { start, end, step }; i = tensor(i); list = its tensor; '...' = the ':' that are missing",
    tolerance: 'E',
    given: [request, fc.boolean(), fc.nat(4)],
    holds: ({ shape, asked }, isSpaced, gap) => {
      const x = counted(shape);
      const plain = asked.map(({ item }) => item);
      const others = asked.map(({ kind, item }): IndexItem => {
        if (kind === 'number') return tensor(item as number, { dtype: 'int32' });
        if (kind === 'list') return fromArray(item as number[], [(item as number[]).length], { dtype: 'int32' });
        if (kind !== 'range') return item;
        const [start, end, step] = (item as string).split(':').map((text) => (text === '' ? null : Number(text)));
        return isSpaced
          ? ((item as string).replaceAll(':', ' : ') as IndexItem)
          : { start: start ?? null, end: end ?? null, step: step ?? 1 };
      });
      expectSameBits(x.at(...others), x.at(...plain));
      // Whole dimensions may be left out, where they stand or at the end.
      const place = Math.min(gap, plain.length);
      const whole = counted([...shape.slice(0, place), 2, 3, ...shape.slice(place)]);
      const front = plain.slice(0, place);
      const back = plain.slice(place);
      expectSameBits(whole.at(...front, '...', ...back), whole.at(...front, ':', ':', ...back));
      if (place === plain.length) expectSameBits(whole.at(...plain), whole.at(...plain, ':', ':'));
      expectSameBits(x.at(...front, '...', ...back), x.at(...plain));
    },
  });

  law('null is a new dimension of size 1', {
    rows: 66,
    formula: 'x[a, null, b] = unsqueeze(x[a, b])',
    tolerance: 'E',
    given: [
      fc.array(fc.constantFrom<number[]>(1, 2, 3), { minLength: 1, maxLength: 3 }).chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          asked: fc.tuple(...shape.map((size) => fc.oneof(numbered(size), ranged(size)))),
          place: fc.nat(shape.length),
        }),
      ),
    ],
    holds: ({ shape, asked, place }) => {
      const x = counted(shape);
      const items = asked.map(({ item }) => item);
      const kept = asked.slice(0, place).filter(({ kind }) => kind !== 'number').length;
      const got = x.at(...items.slice(0, place), null, ...items.slice(place));
      expectSameBits(
        got,
        x
          .at(...items)
          .unsqueeze(kept)
          .contiguous(),
      );
    },
  });

  law('tensors of indices give their own shape; a mask stands for all its dimensions', {
    rows: 66,
    formula: 'x[i][a, b] = x[i[a, b]]; x[mask] = x[nonzero(mask)]',
    tolerance: 'E',
    given: [
      fc.array(fc.integer({ min: -3, max: 2 }), { minLength: 4, maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.boolean(),
    ],
    holds: (indices, mask, isFirst) => {
      const x = counted([3, 2, 3]);
      const square = fromArray(indices, [2, 2], { dtype: 'int32' });
      expectSameBits(x.at(square), x.at(indices).reshape(2, 2, 2, 3));
      const places = tensor(mask, { dtype: 'bool' }).reshape(...(isFirst ? [3, 2] : [2, 3]));
      const lists = places.nonzero({ asTuple: true });
      expectSameBits(isFirst ? x.at(places) : x.at(':', places), isFirst ? x.at(...lists) : x.at(':', ...lists));
      const one = tensor(isFirst);
      expect(x.at(one).toArray()).toEqual(isFirst ? [x.toArray()] : []);
    },
  });
});

describe('writing to what is picked', () => {
  law('changes that alone: the last of what meets counts, or all are added', {
    rows: [39, 65, 66],
    formula: 'indexPut(x, items, v)[places] = v; accumulate: += v; indexPut_ the same in x',
    tolerance: 'E',
    given: [request, fc.constantFrom('number', 'one', 'row', 'all', 'tall'), fc.boolean(), fc.boolean()],
    holds: ({ shape, asked }, form, accumulate, isView) => {
      const items = asked.map(({ item }) => item);
      const places = counted(shape).at(...items);
      const sizes = {
        number: [],
        one: [1],
        row: places.shape.slice(-1),
        all: places.shape,
        tall: [1, ...places.shape],
      }[form];
      const source = fromArray(
        Array.from({ length: count(sizes) }, (_, i) => 100 + i),
        sizes,
        { dtype: 'float64' },
      );
      const values = form === 'number' ? 100 : source;
      const each = (sizes.length > places.shape.length ? source.reshape(...places.shape) : source).expand(
        places.shape,
      ).data;
      const wanted = Array.from({ length: count(shape) }, (_, i) => -1 - i);
      places.data.forEach((place, i) => {
        wanted[place] = (accumulate ? (wanted[place] as number) : 0) + (form === 'number' ? 100 : (each[i] as number));
      });
      const fresh = (): Tensor => counted(shape).to('float64').neg().sub(1);
      const options = accumulate ? { accumulate } : {};
      expect([...indexPut(fresh(), items, values, options).data]).toEqual(wanted);
      // In place, also through a view of something larger.
      const base = zeros([2, ...shape], { dtype: 'float64' });
      const x = isView ? (base.select(0, 1) as Tensor) : fresh();
      if (isView) x.copy_(fresh());
      expect(x.indexPut_(items, values, options)).toBe(x);
      expect([...x.data]).toEqual(wanted);
      if (isView) expect(base.select(0, 0).data.every((value) => value === 0)).toBe(true);
    },
  });
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
