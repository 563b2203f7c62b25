/** Windows that slide over the spatial dimensions of (N, C, ...sizes). */
import { asStrided, pad, ShapeError, type Tensor } from '@tessera/tensor';
import {
  contiguousStrides,
  type Difference,
  formatShape,
  type IsRanked,
  type Product,
  type Quotient,
  type RankOf,
  type Shape,
  type Show,
  type Sum,
} from '@tessera/tensor/core';

/** The form of a window and its steps, one number for every spatial dimension. */
export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** Elements between neighbours in a window. */
  readonly dilation: readonly number[];
}

/** How inputs are called in messages, by rank. */
const INPUTS: readonly string[] = [
  '',
  '[N, C, L] or [C, L]',
  '[N, C, H, W] or [C, H, W]',
  '[N, C, D, H, W] or [C, D, H, W]',
];

/** How many spatial dimensions there may be. */
export type SpatialRank = 1 | 2 | 3;

/** A setting of one number for all dimensions, or of one for each, as the number for dimension D. */
export type At<T, D extends number> = T extends number ? T : T extends readonly number[] ? T[D] : number;

/** Shape S as [what comes before channels, channels, spatial sizes]; `unknown` where it is not known so far. */
type Split<S extends Shape, R extends SpatialRank> = {
  1: S extends readonly [...infer N extends Shape, infer C extends number, infer L extends number]
    ? [N, C, readonly [L]]
    : unknown;
  2: S extends readonly [
    ...infer N extends Shape,
    infer C extends number,
    infer H extends number,
    infer W extends number,
  ]
    ? [N, C, readonly [H, W]]
    : unknown;
  3: S extends readonly [
    ...infer N extends Shape,
    infer C extends number,
    infer D extends number,
    infer H extends number,
    infer W extends number,
  ]
    ? [N, C, readonly [D, H, W]]
    : unknown;
}[R];

type Inputs = ['', '[N, C, L] or [C, L]', '[N, C, H, W] or [C, H, W]', '[N, C, D, H, W] or [C, D, H, W]'];

/** The rule of `spatialSizes`: S split, `unknown`, or a sentence. */
export type Spatial<Op extends string, S extends Shape, R extends SpatialRank> =
  IsRanked<S> extends true
    ? Split<S, R> extends [
        infer N extends readonly [] | readonly [number],
        infer C extends number,
        infer Sizes extends Shape,
      ]
      ? 0 extends Sizes[number]
        ? number extends Sizes[number]
          ? [N, C, Sizes]
          : `${Op}: spatial dimensions must not be empty; got ${Show<S>} (0 in dim -${FromEnd<Sizes>})`
        : [N, C, Sizes]
      : `${Op}: input must be ${Inputs[R]}; got ${Show<S>}`
    : Split<S, R>;

/** Which spatial dimension, from the end, is the first empty one. */
type FromEnd<Sizes extends Shape> = Sizes extends readonly [infer First, ...infer Rest extends Shape]
  ? First extends 0
    ? RankOf<Sizes>
    : FromEnd<Rest>
  : never;

/** Throws unless x has `rank` spatial dimensions that are not empty, after channels and perhaps a batch; gives their sizes. */
export function spatialSizes(op: string, x: Shape, rank: number): Shape {
  const sizes = x.slice(-rank);
  if (x.length === rank + 1 || x.length === rank + 2) {
    if (!sizes.includes(0)) return sizes;
    throw new ShapeError(
      `${op}: spatial dimensions must not be empty; got ${formatShape(x)} (0 in dim ${sizes.indexOf(0) - rank}); try an input with at least one element there`,
    );
  }
  const hint = x.length === rank ? 'unsqueeze(0)' : 'reshape';
  throw new ShapeError(`${op}: input must be ${INPUTS[rank]}; got ${formatShape(x)}; try ${hint}`);
}

/** How many elements a window reaches over. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** The rule of `spanOf`. */
type Span<K extends number, Dilation extends number> = Sum<Product<Dilation, Difference<K, 1>>, 1>;

/** The rule of `countWindows`, with the padding of both sides in one number. */
type Windows<
  Op extends string,
  R extends SpatialRank,
  D extends number,
  Size extends number,
  Reach extends number,
  Step extends number,
> = number extends Size | Reach
  ? number
  : Difference<Size, Reach> extends infer Room extends number
    ? [Room] extends [never]
      ? Misfit<Op, R, D, Size, Reach>
      : Sum<Quotient<Room, Step>[0], 1>
    : never;

/** The sentence of `misfit`. */
type Misfit<
  Op extends string,
  R extends SpatialRank,
  D extends number,
  Size extends number,
  Reach extends number,
> = `${Op}: windows must fit the padded input; got size ${Reach} for ${Size} in dim -${Difference<R, D>}`;

/** The same where a last window may reach beyond the padding, if it starts before it; Side is the padding before. */
type CeilWindows<
  Op extends string,
  R extends SpatialRank,
  D extends number,
  Size extends number,
  Side extends number,
  Reach extends number,
  Step extends number,
> = number extends Size | Side | Reach | Step
  ? number
  : Difference<Sum<Sum<Size, Product<2, Side>>, Difference<Step, 1>>, Reach> extends infer Room extends number
    ? [Room] extends [never]
      ? Misfit<Op, R, D, Sum<Size, Product<2, Side>>, Reach>
      : Quotient<Room, Step>[0] extends infer Last extends number
        ? [Difference<Product<Last, Step>, Sum<Size, Side>>] extends [never]
          ? Sum<Last, 1>
          : Last
        : never
    : never;

/** How many windows there are along every spatial dimension: a shape, or a sentence. `same` keeps sizes. */
export type Positions<
  Op extends string,
  R extends SpatialRank,
  Sizes extends Shape,
  Kernel,
  Stride,
  Padding,
  Dilation,
  Ceil = false,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
> = Seen['length'] extends infer D extends number
  ? D extends R
    ? Out
    : Along<
          Op,
          R,
          D,
          Sizes[D],
          At<Padding, D>,
          Span<At<Kernel, D>, At<Dilation, D>>,
          At<Stride, D>,
          Padding extends string ? Padding : Ceil
        > extends infer Count
      ? Count extends number
        ? Positions<Op, R, Sizes, Kernel, Stride, Padding, Dilation, Ceil, [...Seen, 0], readonly [...Out, Count]>
        : Count
      : never
  : never;

/** The windows along one dimension. */
type Along<
  Op extends string,
  R extends SpatialRank,
  D extends number,
  Size extends number,
  Side extends number,
  Reach extends number,
  Step extends number,
  Mode,
> = Mode extends 'same'
  ? Size
  : Mode extends 'valid'
    ? Windows<Op, R, D, Size, Reach, Step>
    : Mode extends false
      ? Windows<Op, R, D, Sum<Size, Product<2, Side>>, Reach, Step>
      : Mode extends true
        ? CeilWindows<Op, R, D, Size, Side, Reach, Step>
        : number;

/** How many windows there are in `size` elements; throws unless one fits. `dim` is for the message. */
export function countWindows(op: string, dim: number, size: number, span: number, stride: number): number {
  if (span <= size) return Math.floor((size - span) / stride) + 1;
  throw misfit(op, span, size, dim);
}

/** What is thrown where no window fits. */
export function misfit(op: string, span: number, size: number, dim: number): ShapeError {
  return new ShapeError(
    `${op}: windows must fit the padded input; got size ${span} for ${size} in dim ${dim}; try padding or a smaller kernel`,
  );
}

/** More elements before and after every spatial dimension, or fewer where numbers are negative; x itself where all are 0. */
export function padSpatial(x: Tensor, before: readonly number[], after: readonly number[], value: number): Tensor {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  // `pad` counts dimensions from the last
  const sides = before.flatMap((n, d) => [after[d] as number, n]).reverse();
  return pad(x, sides, { value });
}

/** A view of all windows: (N, C, ...sizes) -> (N, C, ...positions, ...kernel). */
export function windows(x: Tensor, { kernel, stride, dilation }: WindowGeometry): Tensor {
  const rank = kernel.length;
  const steps = contiguousStrides(x.shape);
  const along = steps.slice(-rank);
  const positions = kernel.map((k, d) => {
    const size = x.shape[x.ndim - rank + d] as number;
    return Math.floor((size - spanOf(k, dilation[d] as number)) / (stride[d] as number)) + 1;
  });
  return asStrided(x, {
    shape: [...x.shape.slice(0, -rank), ...positions, ...kernel],
    strides: [
      ...steps.slice(0, -rank),
      ...along.map((step, d) => step * (stride[d] as number)),
      ...along.map((step, d) => step * (dilation[d] as number)),
    ],
    offset: 0,
  });
}
