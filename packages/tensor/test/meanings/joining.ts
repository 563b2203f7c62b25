import type { DType, Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { ALL, type Drawn, dimOf, filled, shapes, tensors } from './draw.ts';
import { at, build, type Case, fromFront, type Loose, type Plain, tensorOf } from './plain.ts';

const any: Drawn = { rank: [1, 3], sizes: [1, 2, 3] };
/** From the least to the greatest. */
const RANKS: readonly DType[] = ['bool', 'int32', 'float32', 'float64'];
const promoted = (parts: readonly Plain[]): DType =>
  RANKS[Math.max(...parts.map(({ dtype }) => RANKS.indexOf(dtype)))] as DType;

/** One after the other along a dimension that all have. */
export function joined(parts: readonly Plain[], axis: number): Plain {
  const [first] = parts as [Plain];
  const lengths = parts.map(({ shape }) => shape[axis] as number);
  const total = lengths.reduce((a, b) => a + b, 0);
  return build(first.shape.with(axis, total), promoted(parts), (place) => {
    let [part, i] = [0, place[axis] as number];
    while (i >= (lengths[part] as number)) i -= lengths[part++] as number;
    return at(parts[part] as Plain, place.with(axis, i));
  });
}

const apart = (x: Plain, axis: number): Plain => ({ ...x, shape: x.shape.toSpliced(axis, 0, 1) });

/** Tensors of any types that agree but in one size. */
const several = (
  drawn: Drawn,
  most = 3,
): fc.Arbitrary<{ readonly parts: Plain[]; readonly dim: number; readonly axis: number }> =>
  shapes(drawn).chain((shape) =>
    fc
      .tuple(
        fc.integer({ min: -shape.length, max: shape.length - 1 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: most }),
      )
      .chain(([dim, lengths]) => {
        const axis = fromFront(dim, shape.length);
        return fc
          .tuple(...lengths.map((length) => filled(shape.with(axis, length), { dtypes: ALL })))
          .map((parts) => ({ parts, dim, axis }));
      }),
  );

const cat: fc.Arbitrary<Case> = fc.tuple(several(any), fc.boolean()).map(([{ parts, dim, axis }, isPadded]) => ({
  run: () => {
    const list = parts.map(tensorOf);
    // An empty list of no dimensions fits anywhere.
    const whole = isPadded ? [T.fromArray([], [0], { dtype: 'bool' }), ...list] : list;
    return axis === 0 && dim === 0 ? (T.cat as Loose)(whole) : (T.cat as Loose)(whole, dim);
  },
  means: joined(parts, axis),
}));

/** Tensors of one shape. */
const alike = (drawn: Drawn): fc.Arbitrary<Plain[]> =>
  fc
    .tuple(shapes(drawn), fc.integer({ min: 1, max: 3 }))
    .chain(([shape, count]) => fc.array(filled(shape), { minLength: count, maxLength: count }));

const stack: fc.Arbitrary<Case> = alike({ rank: [0, 2] }).chain((parts) => {
  const rank = (parts[0] as Plain).shape.length + 1;
  return fc.option(fc.integer({ min: -rank, max: rank - 1 }), { nil: undefined }).map((dim) => {
    const axis = fromFront(dim ?? 0, rank);
    return {
      run: () => (T.stack as Loose)(parts.map(tensorOf), ...(dim === undefined ? [] : [dim])),
      means: joined(
        parts.map((x) => apart(x, axis)),
        axis,
      ),
    };
  });
});

/** Joined along one dimension, after each has become at least so large. */
const stacked = (
  run: (list: Tensor[]) => Tensor,
  raised: (x: Plain) => Plain,
  axis: (rank: number) => number,
): fc.Arbitrary<Case> =>
  alike({ rank: [0, 3], sizes: [1, 2, 3] }).map((parts) => {
    const list = parts.map(raised);
    return { run: () => run(parts.map(tensorOf)), means: joined(list, axis((list[0] as Plain).shape.length)) };
  });
const atLeast = (rank: number, shape: readonly number[]): readonly number[] => {
  if (shape.length >= rank) return shape;
  if (rank < 3 || shape.length < 1) return [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
  return shape.length === 1 ? [1, shape[0] as number, 1] : [...shape, 1];
};
const raisedTo =
  (rank: number) =>
  (x: Plain): Plain => ({ ...x, shape: atLeast(rank, x.shape) });
const asColumn = (x: Plain): Plain => (x.shape.length < 2 ? { ...x, shape: [x.data.length, 1] } : x);

const MODES: Readonly<Record<string, (i: number, n: number) => number>> = {
  reflect: (i, n) => (i < 0 ? -i : i >= n ? 2 * n - 2 - i : i),
  replicate: (i, n) => Math.min(n - 1, Math.max(0, i)),
  circular: (i, n) => (i + n) % n,
};
const pad: fc.Arbitrary<Case> = tensors({ ...any, sizes: [2, 3, 4] }).chain((x) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: x.shape.length }),
      fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 6, maxLength: 6 }),
      fc.constantFrom(undefined, 'constant', ...Object.keys(MODES)),
      fc.constantFrom(undefined, 1, -2),
    )
    .map(([dims, drawn, mode, value]) => {
      const padding = drawn.slice(0, 2 * dims);
      const isConstant = mode === undefined || mode === 'constant';
      const around = x.shape.map((_, d) => {
        const k = x.shape.length - 1 - d;
        return k < dims ? [padding[2 * k] as number, padding[2 * k + 1] as number] : [0, 0];
      });
      const shape = x.shape.map((n, d) => n + (around[d]?.[0] as number) + (around[d]?.[1] as number));
      const filler = x.dtype === 'bool' ? Number((value ?? 0) !== 0) : (value ?? 0);
      return {
        run: () =>
          T.pad(tensorOf(x), padding, {
            ...(mode !== undefined && { mode: mode as 'reflect' }),
            ...(value !== undefined && isConstant && { value }),
          }),
        means: build(shape, x.dtype, (place) => {
          const from = place.map((i, d) => i - (around[d]?.[0] as number));
          const isInside = from.every((i, d) => i >= 0 && i < (x.shape[d] as number));
          if (isInside) return at(x, from);
          if (isConstant) return filler;
          return at(
            x,
            from.map((i, d) => (MODES[mode] as (i: number, n: number) => number)(i, x.shape[d] as number)),
          );
        }),
      };
    }),
);

/** The tensor several times along every dimension, with new ones in front where there are more numbers. */
const repeated = (x: Plain, times: readonly number[]): Plain => {
  const rank = Math.max(x.shape.length, times.length);
  const shape = [...Array.from({ length: rank - x.shape.length }, () => 1), ...x.shape];
  const counts = [...Array.from({ length: rank - times.length }, () => 1), ...times];
  return build(
    shape.map((n, d) => n * (counts[d] as number)),
    x.dtype,
    (place) =>
      at(
        { ...x, shape },
        place.map((i, d) => i % (shape[d] as number)),
      ),
  );
};
const repeat: fc.Arbitrary<Case> = tensors({ ...any, rank: [0, 2] }).chain((x) =>
  fc.array(fc.nat(3), { minLength: x.shape.length, maxLength: 3 }).map((times) => ({
    run: () => T.repeat(tensorOf(x), times),
    means: repeated(x, times),
  })),
);
const tile: fc.Arbitrary<Case> = fc
  .tuple(tensors({ ...any, rank: [0, 2] }), fc.array(fc.nat(3), { maxLength: 3 }))
  .map(([x, times]) => ({
    run: () => T.tile(tensorOf(x), times),
    means: repeated(x, times),
  }));

const repeatInterleave: fc.Arbitrary<Case> = tensors({ ...any, rank: [0, 3] }).chain((x) =>
  fc
    .tuple(
      fc.option(dimOf(x), { nil: undefined }),
      fc.array(fc.nat(2), { minLength: 27, maxLength: 27 }),
      fc.constantFrom('number', 'one', 'each'),
    )
    .map(([dim, counts, form]) => {
      const isFlat = dim === undefined || x.shape.length === 0;
      const whole: Plain = isFlat ? { ...x, shape: [x.data.length] } : x;
      const axis = isFlat ? 0 : fromFront(dim, x.shape.length);
      const size = whole.shape[axis] as number;
      const each = counts.slice(0, form === 'each' ? size : 1);
      const from = Array.from({ length: size }, (_, i) =>
        Array.from({ length: each[form === 'each' ? i : 0] as number }, () => i),
      ).flat();
      return {
        run: () =>
          T.repeatInterleave(
            tensorOf(x),
            form === 'number' ? (each[0] as number) : T.fromArray(each, [each.length], { dtype: 'int32' }),
            dim,
          ),
        means: build(whole.shape.with(axis, from.length), x.dtype, (place) =>
          at(whole, place.with(axis, from[place[axis] as number] as number)),
        ),
      };
    }),
);

/** The part of a dimension from one index up to another. */
const part = (x: Plain, axis: number, start: number, end: number): Plain =>
  build(x.shape.with(axis, Math.max(0, end - start)), x.dtype, (place) =>
    at(x, place.with(axis, start + (place[axis] as number))),
  );

/** Cut into parts that end at certain indices. */
const cut = <A>(
  run: unknown,
  argument: (size: number) => fc.Arbitrary<A>,
  ends: (size: number, argument: A) => readonly number[],
): fc.Arbitrary<Case> =>
  tensors({ ...any, sizes: [1, 2, 3, 7] }).chain((x) =>
    fc.tuple(dimOf(x), fc.boolean()).chain(([drawn, isDefault]) => {
      const dim = isDefault ? 0 : drawn;
      const axis = fromFront(dim, x.shape.length);
      const size = x.shape[axis] as number;
      return argument(size).map((given) => {
        const bounds = ends(size, given);
        return {
          run: () => (run as Loose<Tensor[]>)(tensorOf(x), given, ...(isDefault ? [] : [dim])),
          means: bounds.map((end, i) => part(x, axis, i === 0 ? 0 : (bounds[i - 1] as number), end)),
        };
      });
    }),
  );
const everyStep = (size: number, step: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(size / step)) }, (_, i) => Math.min(size, (i + 1) * step));
const running = (sizes: readonly number[]): number[] =>
  sizes.map((_, i) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
/** Sizes that add up. */
const cutsOf = (size: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(size), { maxLength: 2 }).map((cuts) => {
    const bounds = [...cuts.toSorted((a, b) => a - b), size];
    return bounds.map((bound, i) => bound - (i === 0 ? 0 : (bounds[i - 1] as number)));
  });

const unbind: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc.option(dimOf(x), { nil: undefined }).map((dim) => {
    const axis = fromFront(dim ?? 0, x.shape.length);
    return {
      run: () => (T.unbind as Loose<Tensor[]>)(tensorOf(x), ...(dim === undefined ? [] : [dim])),
      means: Array.from({ length: x.shape[axis] as number }, (_, i) => ({
        ...part(x, axis, i, i + 1),
        shape: x.shape.toSpliced(axis, 1),
      })),
    };
  }),
);

export const JOINING: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  cat,
  concat: several(any).map(({ parts, dim, axis }) => ({
    run: () => (T.concat as Loose)(parts.map(tensorOf), dim),
    means: joined(parts, axis),
  })),
  stack,
  hstack: stacked(T.hstack, raisedTo(1), (rank) => (rank === 1 ? 0 : 1)),
  vstack: stacked(T.vstack, raisedTo(2), () => 0),
  dstack: stacked(T.dstack, raisedTo(3), () => 2),
  columnStack: stacked(T.columnStack, asColumn, () => 1),
  pad,
  repeat,
  tile,
  repeatInterleave,
  split: cut<number | number[]>(
    T.split,
    (size) => fc.oneof(fc.integer({ min: 1, max: 4 }), cutsOf(size)),
    (size, given) => (typeof given === 'number' ? everyStep(size, given) : running(given)),
  ),
  chunk: cut(
    T.chunk,
    () => fc.integer({ min: 1, max: 5 }),
    (size, chunks) => everyStep(size, Math.ceil(size / chunks)),
  ),
  tensorSplit: cut<number | number[]>(
    T.tensorSplit,
    (size) =>
      fc.oneof(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(size), { maxLength: 3 }).map((cuts) => cuts.toSorted((a, b) => a - b)),
      ),
    (size, given) =>
      typeof given === 'number'
        ? running(Array.from({ length: given }, (_, i) => Math.floor(size / given) + Number(i < size % given)))
        : [...given, size],
  ),
  unbind,
};
