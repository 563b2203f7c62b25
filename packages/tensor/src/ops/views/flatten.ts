/** Dimensions run together and taken apart again. */
import { checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import { describe, elementsOf, formatShape, normalizeDim, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { inferSize, reshape, viewLayout } from './reshape.ts';

/**
 * Joins the dimensions from `startDim` to `endDim`, both included; a tensor without dimensions becomes [1].
 * A view where the memory allows it. PyTorch: `flatten`.
 *
 * @example
 * flatten(zeros(2, 3, 1, 4), 1).shape; // [2, 12]
 */
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
export function ravel(x: Tensor): Tensor {
  return reshape(checkTensor('ravel', 'x', x), [x.count]);
}

/**
 * Takes one dimension apart into several; one of the sizes may be -1. PyTorch: `unflatten`.
 *
 * @example
 * unflatten(zeros(2, 12), 1, [3, -1]).shape; // [2, 3, 4]
 */
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
export function viewAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('viewAs', 'x', x);
  return view(x, checkTensor('viewAs', 'other', other).shape);
}

/** `reshape` to the shape of another tensor. PyTorch: `reshape_as`. */
export function reshapeAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('reshapeAs', 'x', x);
  return reshape(x, checkTensor('reshapeAs', 'other', other).shape);
}
