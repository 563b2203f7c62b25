import type { Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { T } from './called.ts';
import { type Drawn, dimOf, tensors } from './draw.ts';
import {
  type Case,
  fromFront,
  type Loose,
  type Plain,
  permuted,
  rearranged,
  reshaped,
  swapped,
  tensorOf,
} from './plain.ts';

const any: Drawn = { rank: [1, 3], sizes: [1, 2, 3] };
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const fromBack = (dim: number, rank: number, isBack: boolean): number => (isBack ? dim - rank : dim);

const permute: fc.Arbitrary<Case> = tensors({ ...any, rank: [0, 3] }).chain((x) => {
  const rank = x.shape.length;
  return fc
    .tuple(fc.shuffledSubarray([...x.shape.keys()], { minLength: rank, maxLength: rank }), fc.boolean())
    .map(([dims, isBack]) => ({
      run: () =>
        (T.permute as Loose)(
          tensorOf(x),
          dims.map((d) => fromBack(d, rank, isBack)),
        ),
      means: permuted(x, dims),
    }));
});

const transpose: fc.Arbitrary<Case> = tensors(any).chain((x) =>
  fc.tuple(dimOf(x), dimOf(x)).map(([a, b]) => ({
    run: () => (T.transpose as Loose)(tensorOf(x), a, b),
    means: swapped(x, fromFront(a, x.shape.length), fromFront(b, x.shape.length)),
  })),
);
const t: fc.Arbitrary<Case> = tensors({ ...any, rank: [0, 2] }).map((x) => ({
  run: () => (T.t as Loose)(tensorOf(x)),
  means: x.shape.length < 2 ? x : swapped(x, 0, 1),
}));

const movedim: fc.Arbitrary<Case> = tensors(any).chain((x) => {
  const rank = x.shape.length;
  return fc
    .integer({ min: 1, max: rank })
    .chain((count) => {
      const some = fc.shuffledSubarray([...x.shape.keys()], { minLength: count, maxLength: count });
      return fc.tuple(some, some, fc.boolean(), fc.boolean());
    })
    .map(([source, destination, isBack, isNumber]) => {
      const rest = [...x.shape.keys()].filter((d) => !source.includes(d));
      const order = [...x.shape.keys()].map((d) =>
        destination.includes(d) ? (source[destination.indexOf(d)] as number) : (rest.shift() as number),
      );
      const given = [source, destination].map((dims) => dims.map((d) => fromBack(d, rank, isBack)));
      return {
        run: () =>
          (T.movedim as Loose)(tensorOf(x), ...(source.length === 1 && isNumber ? given.map(([d]) => d) : given)),
        means: permuted(x, order),
      };
    });
});

const squeeze: fc.Arbitrary<Case> = tensors({ rank: [0, 4], sizes: [1, 1, 2] }).chain((x) =>
  fc.oneof(fc.constant(undefined), dimOf(x), fc.shuffledSubarray([...x.shape.keys()])).map((dim) => {
    const rank = x.shape.length;
    const dims = dim === undefined ? [...x.shape.keys()] : [dim].flat().map((d) => fromFront(d, rank));
    return {
      run: () => (T.squeeze as Loose)(tensorOf(x), ...(dim === undefined ? [] : [dim])),
      means: reshaped(
        x,
        x.shape.filter((size, d) => size !== 1 || !dims.includes(d)),
      ),
    };
  }),
);
const unsqueeze: fc.Arbitrary<Case> = tensors({ rank: [0, 3] }).chain((x) => {
  const rank = x.shape.length + 1;
  return fc.integer({ min: -rank, max: rank - 1 }).map((dim) => ({
    run: () => (T.unsqueeze as Loose)(tensorOf(x), dim),
    means: reshaped(x, x.shape.toSpliced(fromFront(dim, rank), 0, 1)),
  }));
});

const flatten: fc.Arbitrary<Case> = tensors({ rank: [0, 4], sizes: [1, 2, 3] }).chain((x) => {
  const rank = Math.max(1, x.shape.length);
  return fc.tuple(fc.nat(rank - 1), fc.nat(rank - 1), fc.boolean(), fc.nat(2)).map(([a, b, isBack, count]) => {
    const [first, last] = [count > 0 ? Math.min(a, b) : 0, count > 1 ? Math.max(a, b) : rank - 1];
    const sizes = x.shape.length === 0 ? [1] : x.shape;
    return {
      run: () =>
        (T.flatten as Loose)(tensorOf(x), ...[first, last].map((d) => fromBack(d, rank, isBack)).slice(0, count)),
      means: reshaped(x, [...sizes.slice(0, first), product(sizes.slice(first, last + 1)), ...sizes.slice(last + 1)]),
    };
  });
});
const unflatten: fc.Arbitrary<Case> = tensors({ rank: [1, 3], sizes: [1, 2, 6] }).chain((x) =>
  fc.tuple(dimOf(x), fc.nat(3), fc.boolean()).map(([dim, pick, isInferred]) => {
    const axis = fromFront(dim, x.shape.length);
    const size = x.shape[axis] as number;
    const ways = [[size], [1, size], [size, 1], size === 6 ? [2, 3] : [size]];
    const sizes = ways[pick] as number[];
    return {
      run: () => (T.unflatten as Loose)(tensorOf(x), dim, isInferred ? sizes.with(0, -1) : sizes),
      means: reshaped(x, x.shape.toSpliced(axis, 1, ...sizes)),
    };
  }),
);
/** A new shape for the same elements, perhaps with one size left to be found. */
const regrouped = (x: Plain): fc.Arbitrary<readonly [number[], number[]]> =>
  fc
    .tuple(fc.shuffledSubarray(x.shape as number[], { minLength: x.shape.length }), fc.nat(4), fc.nat(3))
    .map(([sizes, join, at_]) => {
      const shape =
        sizes.length > 1 && join > 1
          ? [(sizes[0] as number) * (sizes[1] as number), ...sizes.slice(2)]
          : [...sizes, ...(join === 0 ? [1] : [])];
      return [shape, at_ < shape.length ? shape.with(at_, -1) : shape];
    });
const reshape = (run: unknown): fc.Arbitrary<Case> =>
  tensors({ rank: [0, 3] }).chain((x) =>
    regrouped(x).map(([shape, given]) => ({
      run: () => (run as Loose)(tensorOf(x), given),
      means: reshaped(x, shape),
    })),
  );
const alike = (run: unknown): fc.Arbitrary<Case> =>
  tensors({ rank: [0, 3] }).chain((x) =>
    regrouped(x).map(([shape]) => ({
      run: () => (run as Loose)(tensorOf(x), T.zeros([...shape])),
      means: reshaped(x, shape),
    })),
  );
const raised = (
  run: (x: Tensor) => Tensor,
  shapeOf: (shape: readonly number[]) => readonly number[],
): fc.Arbitrary<Case> =>
  tensors({ rank: [0, 4], sizes: [1, 2] }).map((x) => ({
    run: () => run(tensorOf(x)),
    means: reshaped(x, shapeOf(x.shape)),
  }));

/** Sizes of 1 stretched, with new dimensions in front. */
const stretched = tensors({ rank: [0, 2], sizes: [1, 2] }).chain((x) =>
  fc
    .tuple(
      fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      fc.tuple(...x.shape.map(() => fc.integer({ min: 1, max: 3 }))),
      fc.nat(3),
    )
    .map(([front, sizes, keep]) => {
      const own = x.shape.map((size, d) => (size === 1 ? (sizes[d] as number) : size));
      const shape = [...front, ...own];
      return {
        x,
        shape,
        // -1 keeps a size.
        given: shape.map((size, d) =>
          d >= front.length && size === x.shape[d - front.length] && (keep >> (d - front.length)) & 1 ? -1 : size,
        ),
        means: rearranged(x, shape, (place) => place.slice(front.length).map((i, d) => (x.shape[d] === 1 ? 0 : i))),
      };
    }),
);

const broadcastTensors: fc.Arbitrary<Case> = stretched.chain(({ x, shape }) =>
  fc.nat(15).map((bits) => {
    const other = shape.map((size, d) =>
      (bits >> d) & 1 && (shape.length - d > x.shape.length || x.shape[d - (shape.length - x.shape.length)] === size)
        ? 1
        : size,
    );
    const y: Plain = { shape: other, dtype: 'float64', data: Array.from({ length: product(other) }, (_, i) => i) };
    const full = shape.map((size, d) =>
      other[d] === 1 && (d < shape.length - x.shape.length || x.shape[d - (shape.length - x.shape.length)] === 1)
        ? 1
        : size,
    );
    const to = (from: Plain): Plain =>
      rearranged(from, full, (place) =>
        place.slice(full.length - from.shape.length).map((i, d) => (from.shape[d] === 1 ? 0 : i)),
      );
    return { run: () => T.broadcastTensors([tensorOf(x), tensorOf(y)]), means: [to(x), to(y)] };
  }),
);

/** As many dimensions as there may be, in any order, made into memory of their own. */
const manyDimensions: fc.Arbitrary<Case> = fc
  .shuffledSubarray([1, 2, 2, 3, 1, 2, 3, 2, 2, 2, 2], { minLength: 6 })
  .chain((shape) =>
    fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }).map((dims): Case => {
      const x: Plain = { shape, dtype: 'float64', data: Array.from({ length: product(shape) }, (_, i) => i) };
      return {
        run: () => (T.permute as Loose)(tensorOf(x), dims).contiguous(),
        means: permuted(x, dims),
      };
    }),
  );

export const VIEWS: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  permute,
  transpose,
  'permute of many dimensions, copied': manyDimensions,
  t,
  movedim,
  squeeze,
  unsqueeze,
  flatten,
  ravel: tensors().map((x) => ({ run: () => (T.ravel as Loose)(tensorOf(x)), means: reshaped(x, [x.data.length]) })),
  unflatten,
  reshape: reshape(T.reshape),
  view: reshape(T.view),
  reshapeAs: alike(T.reshapeAs),
  viewAs: alike(T.viewAs),
  atleast1d: raised(T.atleast1d, (shape) => (shape.length === 0 ? [1] : shape)),
  atleast2d: raised(T.atleast2d, (shape) => (shape.length < 2 ? [1, ...(shape.length === 0 ? [1] : shape)] : shape)),
  atleast3d: raised(T.atleast3d, (shape) => {
    if (shape.length > 2) return shape;
    return shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1];
  }),
  expand: stretched.map(({ x, given, means }) => ({ run: () => (T.expand as Loose)(tensorOf(x), given), means })),
  expandAs: stretched.map(({ x, shape, means }) => ({
    run: () => (T.expandAs as Loose)(tensorOf(x), T.zeros([...shape])),
    means,
  })),
  broadcastTensors,
};
