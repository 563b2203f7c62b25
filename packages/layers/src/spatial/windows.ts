/** Windows that slide over the spatial dimensions of (N, C, ...sizes). */
import { asStrided, pad, ShapeError, type Tensor } from '@tessera/tensor';
import {
  contiguousStrides,
  type Difference,
  type Product,
  type Quotient,
  type Shape,
  type Sum,
} from '@tessera/tensor/core';
import type { At } from './perDim.ts';
import type { SpatialRank } from './spatialSizes.ts';

/** The form of a window and its steps, one number for every spatial dimension. */
export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** Elements between neighbours in a window. */
  readonly dilation: readonly number[];
}

/** How many elements a window reaches over. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** The rule of `spanOf`. */
export type Span<K extends number, Dilation extends number> = Dilation extends 1
  ? K
  : Sum<Product<Dilation, Difference<K, 1>>, 1>;

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

/** The dimensions `Lead`, and how many windows there are along every spatial one: a shape, or a sentence. */
export type Positions<
  Op extends string,
  R extends SpatialRank,
  Lead extends Shape,
  Sizes,
  Kernel,
  Stride,
  Padding,
  Dilation,
  Ceil = false,
> = Sizes extends readonly [infer H extends number, infer W extends number]
  ? Two<
      Lead,
      Along<Op, R, 0, H, Kernel, Stride, Padding, Dilation, Ceil>,
      Along<Op, R, 1, W, Kernel, Stride, Padding, Dilation, Ceil>
    >
  : Sizes extends readonly [infer L extends number]
    ? One<Lead, Along<Op, R, 0, L, Kernel, Stride, Padding, Dilation, Ceil>>
    : Sizes extends readonly [infer D extends number, infer H extends number, infer W extends number]
      ? Three<
          Lead,
          Along<Op, R, 0, D, Kernel, Stride, Padding, Dilation, Ceil>,
          Along<Op, R, 1, H, Kernel, Stride, Padding, Dilation, Ceil>,
          Along<Op, R, 2, W, Kernel, Stride, Padding, Dilation, Ceil>
        >
      : never;

export type One<Lead extends Shape, A> = A extends number ? readonly [...Lead, A] : A;
export type Two<Lead extends Shape, A, B> = A extends number ? (B extends number ? readonly [...Lead, A, B] : B) : A;
export type Three<Lead extends Shape, A, B, C> = A extends number ? Two<readonly [...Lead, A], B, C> : A;

/** The windows along dimension D. Padding in words, or else Ceil, says how they are counted. */
type Along<
  Op extends string,
  R extends SpatialRank,
  D extends number,
  Size extends number,
  Kernel,
  Stride,
  Padding,
  Dilation,
  Ceil,
> = Count<
  Op,
  R,
  D,
  Size,
  At<Padding, D> & number,
  Span<At<Kernel, D> & number, At<Dilation, D> & number>,
  At<Stride, D> & number,
  Padding extends string ? Padding : Ceil
>;

type Count<
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
