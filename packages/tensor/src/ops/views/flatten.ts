/** Dimensions run together and taken apart again. */

import { checkTensor } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result, Show } from '../../core/rule.ts';
import { describe, type Elements, elementsOf, formatShape, type Shape, type Spliced } from '../../core/shape.ts';
import type { Difference, Product } from '../../core/sizes.ts';
import type { Tensor } from '../../tensor.ts';
import { inferSize, type Reshaped, reshape, viewLayout } from './reshape.ts';

/** The shape rule of `flatten`. */
export type Flattened<S extends Shape, Start extends number, End extends number> =
  IsRanked<S> extends true
    ? NamedDim<'flatten', Start, RankOf<S>> extends infer B
      ? B extends number
        ? NamedDim<'flatten', End, RankOf<S>> extends infer E
          ? E extends number
            ? number extends B | E
              ? Shape
              : Difference<E, B> extends infer Span extends number
                ? [Span] extends [never]
                  ? `flatten: startDim must not come after endDim; got ${Start} and ${End} for ${Show<S>}`
                  : Joined<S, B, E>
                : never
            : E
          : never
        : B
      : never
    : [Start, End] extends [0, -1]
      ? readonly [number]
      : Shape;

/** S with the dimensions from B to E as one. */
type Joined<
  S extends Shape,
  B extends number,
  E extends number,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
  Count extends number = 1,
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? Seen['length'] extends E
    ? readonly [...Out, Product<Count, First>, ...Rest]
    : Count | Seen['length'] extends infer _
      ? Between<Seen, B> extends true
        ? Joined<Rest, B, E, [...Seen, 0], Out, Product<Count, First>>
        : Joined<Rest, B, E, [...Seen, 0], readonly [...Out, First], Count>
      : never
  : readonly [1];

/** Whether as many as B are seen. */
type Between<Seen extends 0[], B extends number> = [Difference<Seen['length'], B>] extends [never] ? false : true;

/**
 * Joins the dimensions from `startDim` to `endDim`, both included; a tensor without dimensions becomes [1].
 * A view where the memory allows it. PyTorch: `flatten`.
 *
 * @example
 * flatten(zeros(2, 3, 1, 4), 1).shape; // [2, 12]
 */
export function flatten<A extends Tensor, B extends number = 0, E extends number = -1>(
  x: A,
  startDim?: B & Check<NamedDim<'flatten', B, RankOf<A['shape']>>>,
  endDim?: E & Check<Flattened<A['shape'], B, E>>,
): Tensor<Result<Flattened<A['shape'], B, E>>>;
export function flatten(x: Tensor, startDim = 0, endDim = -1): Tensor {
  checkTensor('flatten', 'x', x);
  const start = normalizeDim('flatten', startDim, x.ndim);
  const end = normalizeDim('flatten', endDim, x.ndim);
  if (start > end) {
    throw new ShapeError(
      `flatten: startDim must not come after endDim; got ${startDim} and ${endDim} for ${formatShape(x.shape)}; try exchanging them`,
    );
  }
  const joined = elementsOf(x.shape.slice(start, end + 1));
  return reshape(x, x.shape.toSpliced(start, end + 1 - start, joined)); // (..., a, b, ...) -> (..., a * b, ...)
}

/** All elements in one dimension, in row-major order; a view where the memory allows it. PyTorch: `ravel`. */
export function ravel<A extends Tensor>(x: A): Tensor<readonly [Elements<A['shape']>]>;
export function ravel(x: Tensor): Tensor {
  return reshape(checkTensor('ravel', 'x', x), [x.count]);
}

/** The shape rule of `unflatten`. */
export type Unflattened<S extends Shape, D extends number, T extends Shape> =
  IsRanked<S> extends true
    ? S extends readonly []
      ? `unflatten: a dimension must become one or more; got [] and sizes ${Show<T>}`
      : T extends readonly []
        ? `unflatten: a dimension must become one or more; got ${Show<S>} and sizes []`
        : NamedDim<'unflatten', D, RankOf<S>> extends infer I
          ? I extends number
            ? number extends I
              ? Shape
              : Reshaped<'unflatten', readonly [S[I]], T> extends infer Parts
                ? Parts extends Shape
                  ? number extends RankOf<Parts>
                    ? Shape
                    : Spliced<S, I, Parts>
                  : Parts
                : never
            : I
          : never
    : Shape;

/**
 * Takes one dimension apart into several; one of the sizes may be -1. PyTorch: `unflatten`.
 *
 * @example
 * unflatten(zeros(2, 12), 1, [3, -1]).shape; // [2, 3, 4]
 */
export function unflatten<A extends Tensor, D extends number, const T extends Shape>(
  x: A,
  dim: D & Check<NamedDim<'unflatten', D, RankOf<A['shape']>>>,
  sizes: T & Check<Unflattened<A['shape'], D, T>>,
): Tensor<Result<Unflattened<A['shape'], D, T>>>;
export function unflatten(x: Tensor, dim: number, sizes: Shape): Tensor {
  checkTensor('unflatten', 'x', x);
  if (x.ndim === 0 || (Array.isArray(sizes) && sizes.length === 0)) {
    throw new ShapeError(
      `unflatten: a dimension must become one or more; got ${formatShape(x.shape)} and sizes ${describe(sizes)}; try unflatten(x, 0, [2, -1])`,
    );
  }
  const axis = normalizeDim('unflatten', dim, x.ndim);
  return reshape(x, x.shape.toSpliced(axis, 1, ...inferSize('unflatten', sizes, x.shape[axis] as number)));
}

/**
 * The same memory under a new shape, never a copy; one size may be -1. PyTorch: `view`.
 *
 * @throws ShapeError when the number of elements differs, or when they do not lie so that a view could show them.
 */
export function view<A extends Tensor, const T extends Shape>(
  x: A,
  shape: T & Check<Reshaped<'view', A['shape'], T>>,
): Tensor<Result<Reshaped<'view', A['shape'], T>>>;
export function view(x: Tensor, shape: Shape): Tensor {
  checkTensor('view', 'x', x);
  const target = inferSize('view', shape, x.count);
  if (viewLayout(x, target) === null) {
    throw new ShapeError(
      `view: the elements must lie in memory so that the new shape needs no copy; got ${formatShape(x.shape)} with strides ${formatShape(x.strides)} to ${formatShape(shape)}; try reshape`,
    );
  }
  return reshape(x, target);
}

/** `view` to the shape of another tensor. PyTorch: `view_as`. */
export function viewAs<A extends Tensor, B extends Tensor>(
  x: A,
  other: B & Check<Reshaped<'view', A['shape'], B['shape']>>,
): Tensor<B['shape']>;
export function viewAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('viewAs', 'x', x);
  return view(x, checkTensor('viewAs', 'other', other).shape);
}

/** `reshape` to the shape of another tensor. PyTorch: `reshape_as`. */
export function reshapeAs<A extends Tensor, B extends Tensor>(
  x: A,
  other: B & Check<Reshaped<'reshape', A['shape'], B['shape']>>,
): Tensor<B['shape']>;
export function reshapeAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('reshapeAs', 'x', x);
  return reshape(x, checkTensor('reshapeAs', 'other', other).shape);
}
