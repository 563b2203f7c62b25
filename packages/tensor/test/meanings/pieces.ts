import fc from 'fast-check';
import { T } from './called.ts';
import { type Drawn, dimOf, tensors } from './draw.ts';
import {
  at,
  build,
  type Case,
  fromFront,
  type Loose,
  over,
  type Plain,
  rearranged,
  reshaped,
  sumOf,
  swapped,
  tensorOf,
} from './plain.ts';

const any: Drawn = { rank: [1, 3], sizes: [1, 2, 3] };
const fromBack = (dim: number, rank: number, isBack: boolean): number => (isBack ? dim - rank : dim);

const slice: fc.Arbitrary<Case> = tensors({ rank: [1, 3], sizes: [1, 2, 3, 5] }).chain((x) => {
  const bound = fc.option(fc.integer({ min: -6, max: 6 }), { nil: null });
  return fc
    .tuple(dimOf(x), bound, bound, fc.integer({ min: 1, max: 3 }), fc.nat(3))
    .map(([dim, start, end, step, count]) => {
      const axis = fromFront(dim, x.shape.length);
      const size = x.shape[axis] as number;
      const given = [start, end, step].slice(0, count);
      const [a, b, s] = [count > 0 ? start : null, count > 1 ? end : null, count > 2 ? step : 1];
      const clamp = (i: number): number => Math.max(0, Math.min(size, i < 0 ? i + size : i));
      const [low, high] = [a === null ? 0 : clamp(a), b === null ? size : clamp(b)];
      return {
        run: () => (T.slice as Loose)(tensorOf(x), dim, ...given),
        means: rearranged(x, x.shape.with(axis, Math.max(0, Math.ceil((high - low) / s))), (place) =>
          place.with(axis, low + s * (place[axis] as number)),
        ),
      };
    });
});
const select: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc.tuple(dimOf(x), fc.boolean(), fc.nat(2)).map(([dim, isBack, drawn]) => {
    const axis = fromFront(dim, x.shape.length);
    const size = x.shape[axis] as number;
    const index = Math.min(drawn, size - 1);
    return {
      run: () => (T.select as Loose)(tensorOf(x), dim, fromBack(index, size, isBack)),
      means: rearranged(x, x.shape.toSpliced(axis, 1), (place) => place.toSpliced(axis, 0, index)),
    };
  }),
);
const narrow: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc.tuple(dimOf(x), fc.boolean(), fc.nat(3), fc.nat(3)).map(([dim, isBack, a, b]) => {
    const axis = fromFront(dim, x.shape.length);
    const size = x.shape[axis] as number;
    const start = Math.min(a, size);
    const length = Math.min(b, size - start);
    return {
      run: () => (T.narrow as Loose)(tensorOf(x), dim, start < size ? fromBack(start, size, isBack) : start, length),
      means: rearranged(x, x.shape.with(axis, length), (place) => place.with(axis, start + (place[axis] as number))),
    };
  }),
);

/** Two different dimensions. */
const plane = (x: Plain): fc.Arbitrary<readonly [number, number]> =>
  fc
    .tuple(fc.shuffledSubarray([...x.shape.keys()], { minLength: 2, maxLength: 2 }), fc.boolean())
    .map(([dims, isBack]) => dims.map((d) => fromBack(d, x.shape.length, isBack)) as [number, number]);

const diagonalOf = (x: Plain, offset: number, a: number, b: number): Plain => {
  const [rows, columns] = [x.shape[a] as number, x.shape[b] as number];
  const length = Math.max(0, Math.min(rows + Math.min(0, offset), columns - Math.max(0, offset)));
  const rest = [...x.shape.keys()].filter((d) => d !== a && d !== b);
  return rearranged(x, [...rest.map((d) => x.shape[d] as number), length], (place) => {
    const i = place.at(-1) as number;
    return x.shape.map((_, d) =>
      d === a ? i + Math.max(0, -offset) : d === b ? i + Math.max(0, offset) : (place[rest.indexOf(d)] as number),
    );
  });
};
const offsets = fc.integer({ min: -3, max: 3 });
const diagonal: fc.Arbitrary<Case> = tensors({ ...any, rank: [2, 3] }).chain((x) =>
  fc.tuple(offsets, plane(x), fc.constantFrom(0, 1, 3)).map(([offset, dims, count]) => {
    const [a, b] = count > 1 ? dims.map((d) => fromFront(d, x.shape.length)) : [0, 1];
    return {
      run: () => (T.diagonal as Loose)(tensorOf(x), ...[offset, ...dims].slice(0, count)),
      means: diagonalOf(x, count > 0 ? offset : 0, a as number, b as number),
    };
  }),
);
/** The last dimension on a diagonal of two new ones. */
const embedded = (x: Plain, offset: number, a: number, b: number): Plain => {
  const length = x.shape.at(-1) as number;
  const n = length + Math.abs(offset);
  const outer = x.shape.slice(0, -1);
  const shape = Array.from({ length: x.shape.length + 1 }, () => 0).map((_, d, all) => {
    const before = [...all.keys()].slice(0, d).filter((other) => other !== a && other !== b).length;
    return d === a || d === b ? n : (outer[before] as number);
  });
  return build(shape, x.dtype, (place) => {
    const [i, j] = [place[a] as number, place[b] as number];
    if (j - i !== offset) return 0;
    const others = place.filter((_, d) => d !== a && d !== b);
    return at(x, [...others, Math.min(i, j)]);
  });
};
const diagEmbed: fc.Arbitrary<Case> = tensors({ ...any, rank: [1, 2] }).chain((x) => {
  const rank = x.shape.length + 1;
  const dims = fc.shuffledSubarray(
    Array.from({ length: rank }, (_, d) => d),
    { minLength: 2, maxLength: 2 },
  );
  return fc.tuple(offsets, dims, fc.boolean(), fc.constantFrom(0, 1, 3)).map(([offset, pair, isBack, count]) => {
    const given = pair.map((d) => fromBack(d, rank, isBack));
    const [a, b] = count > 1 ? pair : [rank - 2, rank - 1];
    return {
      run: () => (T.diagEmbed as Loose)(tensorOf(x), ...[offset, ...given].slice(0, count)),
      means: embedded(x, count > 0 ? offset : 0, a as number, b as number),
    };
  });
});
const diag: fc.Arbitrary<Case> = tensors({ ...any, rank: [1, 2] }).chain((x) =>
  fc.option(offsets, { nil: undefined }).map((offset) => ({
    run: () => T.diag(tensorOf(x), ...(offset === undefined ? [] : [offset])),
    means: x.shape.length === 1 ? embedded(x, offset ?? 0, 0, 1) : diagonalOf(x, offset ?? 0, 0, 1),
  })),
);
const trace: fc.Arbitrary<Case> = tensors({ ...any, rank: [2, 2] }).map((x) => ({
  run: () => T.trace(tensorOf(x)),
  means: over(diagonalOf(x, 0, 0, 1), 0, false, sumOf, x.dtype.startsWith('float') ? x.dtype : 'int32'),
}));

const flipped = (x: Plain, dims: readonly number[]): Plain =>
  rearranged(x, x.shape, (place) => place.map((i, d) => (dims.includes(d) ? (x.shape[d] as number) - 1 - i : i)));
const flip: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc.oneof(dimOf(x), fc.shuffledSubarray([...x.shape.keys()])).map((dims) => ({
    run: () => T.flip(tensorOf(x), dims),
    means: flipped(
      x,
      [dims].flat().map((d) => fromFront(d, x.shape.length)),
    ),
  })),
);
const rolled = (x: Plain, shifts: readonly number[], dims: readonly number[]): Plain =>
  rearranged(x, x.shape, (place) =>
    place.map((i, d) => {
      const size = x.shape[d] as number;
      const shift = shifts.reduce((sum, by, k) => sum + (dims[k] === d ? by : 0), 0);
      return (((i - shift) % size) + size) % size;
    }),
  );
const roll: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc
    .tuple(fc.array(fc.tuple(fc.integer({ min: -7, max: 7 }), dimOf(x)), { minLength: 1, maxLength: 2 }), fc.nat(2))
    .map(([moves, form]) => {
      const [shifts, dims] = [moves.map(([by]) => by), moves.map(([, d]) => d)];
      const first = shifts[0] as number;
      if (form === 0) {
        const flat = rolled(reshaped(x, [x.data.length]), [first], [0]);
        return { run: () => T.roll(tensorOf(x), first), means: reshaped(flat, x.shape) };
      }
      const count = form === 1 ? 1 : moves.length;
      return {
        run: () => (form === 1 ? T.roll(tensorOf(x), first, dims[0]) : T.roll(tensorOf(x), shifts, dims)),
        means: rolled(
          x,
          shifts.slice(0, count),
          dims.slice(0, count).map((d) => fromFront(d, x.shape.length)),
        ),
      };
    }),
);
const rot90: fc.Arbitrary<Case> = tensors({ ...any, rank: [2, 3] }).chain((x) =>
  fc.tuple(fc.integer({ min: -5, max: 5 }), plane(x), fc.nat(2)).map(([k, dims, count]) => {
    const [a, b] = count > 1 ? dims.map((d) => fromFront(d, x.shape.length)) : [0, 1];
    const turns = (((count > 0 ? k : 1) % 4) + 4) % 4;
    // A quarter turn from a towards b: what was the last column becomes the first row.
    const once = (y: Plain): Plain => flipped(swapped(y, a as number, b as number), [a as number]);
    return {
      run: () => (T.rot90 as Loose)(tensorOf(x), ...[k, dims].slice(0, count)),
      means: Array.from({ length: turns }).reduce<Plain>((y) => once(y), x),
    };
  }),
);

const unfoldDim: fc.Arbitrary<Case> = tensors({ rank: [1, 3], sizes: [1, 2, 3, 5] }).chain((x) =>
  dimOf(x).chain((dim) => {
    const axis = fromFront(dim, x.shape.length);
    const length = x.shape[axis] as number;
    return fc.tuple(fc.integer({ min: 1, max: length }), fc.integer({ min: 1, max: 3 })).map(([size, step]) => ({
      run: () => T.unfoldDim(tensorOf(x), dim, size, step),
      means: rearranged(x, [...x.shape.with(axis, Math.floor((length - size) / step) + 1), size], (place) =>
        place.slice(0, -1).with(axis, (place[axis] as number) * step + (place.at(-1) as number)),
      ),
    }));
  }),
);

export const PIECES: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  slice,
  select,
  narrow,
  diagonal,
  diagEmbed,
  diag,
  trace,
  flip,
  fliplr: tensors({ ...any, rank: [2, 3] }).map((x) => ({
    run: () => (T.fliplr as Loose)(tensorOf(x)),
    means: flipped(x, [1]),
  })),
  flipud: tensors(any).map((x) => ({ run: () => (T.flipud as Loose)(tensorOf(x)), means: flipped(x, [0]) })),
  roll,
  rot90,
  unfoldDim,
};
