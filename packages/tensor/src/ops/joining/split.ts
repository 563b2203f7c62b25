/** One tensor as several views along a dimension. */

import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Agreed, Check, IsRanked, RankOf, Show } from '../../core/rule.ts';
import { formatShape, type Kept, type Resized, type Shape } from '../../core/shape.ts';
import type { Difference, Quotient, Sum } from '../../core/sizes.ts';
import type { Tensor } from '../../tensor.ts';
import { dimOf, type LineDim, numberList } from '../views/dimensions.ts';
import { narrow, select, slice } from '../views/slice.ts';

/** The parts of S along D by their sizes N: a tuple of tensors, an array where their number is not known, or a sentence. */
export type Split<S extends Shape, N, D extends number> =
  IsRanked<S> extends true
    ? LineDim<'split', S, D> extends infer I
      ? I extends number
        ? number extends I
          ? Tensor[]
          : N extends readonly number[]
            ? ListedParts<S, I, N>
            : N extends number
              ? EvenParts<S, I, S[I], N>
              : Tensor[]
        : I
      : never
    : Tensor[];

type ListedParts<S extends Shape, I extends number, N extends readonly number[]> =
  number extends RankOf<N>
    ? Tensor<Resized<S, I, number>>[]
    : SumOf<N> extends infer Total extends number
      ? [Agreed<Total, S[I]>] extends [never]
        ? `split: sizes must add up to dim ${I} of ${Show<S>}; got ${Show<N>}`
        : { -readonly [P in keyof N]: Tensor<Resized<S, I, N[P]>> }
      : never;

type SumOf<N extends readonly number[], Total extends number = 0> = N extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? SumOf<Rest, Sum<Total, First>>
  : Total;

/** Parts of one size, the last perhaps smaller; more than 16 are an array. */
type EvenParts<
  S extends Shape,
  I extends number,
  Total extends number,
  N extends number,
  Out extends Tensor[] = [],
> = number extends Total | N
  ? Tensor<Resized<S, I, number>>[]
  : Total extends 0
    ? Out extends []
      ? [Tensor<Resized<S, I, 0>>]
      : Out
    : N extends 0
      ? Tensor[]
      : Out['length'] extends 16
        ? Tensor<Resized<S, I, number>>[]
        : Difference<Total, N> extends infer Left extends number
          ? [Left] extends [never]
            ? [...Out, Tensor<Resized<S, I, Total>>]
            : EvenParts<S, I, Left, N, [...Out, Tensor<Resized<S, I, N>>]>
          : never;

/** Parts that a rule gives. */
export type Parts<R> = R extends infer P extends Tensor[] ? P : Tensor[];

/**
 * Views of `size` indices each along `dim`, the last perhaps smaller; or views of the given sizes, which must add up.
 * PyTorch: `split`.
 *
 * @example
 * split(arange(5), 2).map((part) => part.shape); // [[2], [2], [1]]
 */
export function split<A extends Tensor, const N extends number | readonly number[], D extends number = 0>(
  x: A,
  sizes: N & Check<Split<A['shape'], N, D>>,
  dim?: D,
): Parts<Split<A['shape'], N, D>>;
export function split(x: Tensor, sizes: number | readonly number[], dim = 0): Tensor[] {
  checkTensor('split', 'x', x);
  const axis = dimOf('split', x, dim);
  const total = x.shape[axis] as number;
  if (typeof sizes === 'number')
    return parts(x, axis, even(checkInteger('split', 'size', sizes, total > 0 ? 1 : 0), total));
  const list = numberList('split', 'sizes', sizes, 0);
  if (list.reduce((sum, size) => sum + size, 0) !== total) {
    throw new ShapeError(
      `split: sizes must add up to dim ${axis} of ${formatShape(x.shape)}; got ${formatShape(list)}; try sizes whose sum is ${total}`,
    );
  }
  return parts(x, axis, list);
}

/** Sizes of `size` until `total` is reached; at least one, which may be 0. */
function even(size: number, total: number): number[] {
  const count = Math.max(1, Math.ceil(total / Math.max(1, size)));
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

function parts(x: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((size) => {
    const part = narrow(x, dim, start, size);
    start += size;
    return part;
  });
}

/** What `chunk` gives. */
export type Chunks<S extends Shape, N extends number, D extends number> =
  IsRanked<S> extends true
    ? LineDim<'chunk', S, D> extends infer I
      ? I extends number
        ? number extends I | N
          ? Tensor[]
          : number extends S[I]
            ? Tensor<Resized<S, I, number>>[]
            : N extends 0
              ? Tensor[]
              : S[I] extends 0
                ? Tensor<Resized<S, I, 0>>[]
                : EvenParts<S, I, S[I], CeilQuotient<S[I], N>>
        : I
      : never
    : Tensor[];

type CeilQuotient<A extends number, B extends number> =
  Quotient<A, B> extends readonly [infer Q extends number, infer Left extends number]
    ? Left extends 0
      ? Q
      : Sum<Q, 1>
    : number;

/**
 * At most `chunks` views along `dim`, all of one size but perhaps the last. PyTorch: `chunk`.
 *
 * @example
 * chunk(arange(7), 3).map((part) => part.shape); // [[3], [3], [1]]
 */
export function chunk<A extends Tensor, N extends number, D extends number = 0>(
  x: A,
  chunks: N & Check<Chunks<A['shape'], N, D>>,
  dim?: D,
): Parts<Chunks<A['shape'], N, D>>;
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  checkTensor('chunk', 'x', x);
  const axis = dimOf('chunk', x, dim);
  checkInteger('chunk', 'chunks', chunks, 1);
  const total = x.shape[axis] as number;
  if (total === 0) return parts(x, axis, new Array<number>(chunks).fill(0));
  return parts(x, axis, even(Math.ceil(total / chunks), total));
}

/**
 * As many views along `dim` as asked for, the first ones larger by 1 where it does not come out even; or views between
 * the given indices, as slices. PyTorch: `tensor_split`.
 *
 * @example
 * tensorSplit(arange(7), 3).map((part) => part.shape); // [[3], [2], [2]]
 * tensorSplit(arange(7), [2, 5]).map((part) => part.shape); // [[2], [3], [2]]
 */
export function tensorSplit(x: Tensor, sectionsOrIndices: number | readonly number[], dim = 0): Tensor[] {
  checkTensor('tensorSplit', 'x', x);
  const axis = dimOf('tensorSplit', x, dim);
  const total = x.shape[axis] as number;
  if (typeof sectionsOrIndices === 'number') {
    const sections = checkInteger('tensorSplit', 'sections', sectionsOrIndices, 1);
    const sizes = Array.from(
      { length: sections },
      (_, i) => Math.floor(total / sections) + (i < total % sections ? 1 : 0),
    );
    return parts(x, axis, sizes);
  }
  const cuts = numberList('tensorSplit', 'indices', sectionsOrIndices);
  return [...cuts, null].map((end, i) => slice(x, axis, i === 0 ? 0 : cuts[i - 1], end));
}

/** What `unbind` gives: as many as the dimension has indices; more than 16 are an array. */
export type Unbound<S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? LineDim<'unbind', S, D> extends infer I
      ? I extends number
        ? number extends I
          ? Tensor[]
          : Copies<Tensor<Kept<S, I>>, S[I]>
        : I
      : never
    : Tensor[];

type Copies<T, N extends number, Out extends T[] = []> = number extends N
  ? T[]
  : Out['length'] extends N
    ? Out
    : Out['length'] extends 16
      ? T[]
      : Copies<T, N, [...Out, T]>;

/**
 * Views of every index along `dim`, without that dimension. PyTorch: `unbind`.
 *
 * @example
 * unbind(zeros(3, 2)).length; // 3
 */
export function unbind<A extends Tensor, D extends number = 0>(
  x: A & Check<Unbound<A['shape'], D>>,
  dim?: D,
): Parts<Unbound<A['shape'], D>>;
export function unbind(x: Tensor, dim = 0): Tensor[] {
  checkTensor('unbind', 'x', x);
  const axis = dimOf('unbind', x, dim);
  return Array.from({ length: x.shape[axis] as number }, (_, i) => select(x, axis, i));
}
