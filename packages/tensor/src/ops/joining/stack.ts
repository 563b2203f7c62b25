/** Tensors joined along a dimension that some of them do not have yet. */
import { ShapeError } from '../../core/errors.ts';
import { formatShape, normalizeDim, sameShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { atleast1d, atleast2d, atleast3d, unsqueeze } from '../views/squeeze.ts';
import { cat, joinable } from './cat.ts';

/**
 * Tensors of one shape joined along a new dimension. PyTorch: `stack`.
 *
 * @throws ShapeError when shapes differ.
 * @example
 * stack([zeros(3), ones(3)]).shape; // [2, 3]
 */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  const operands = joinable('stack', tensors);
  const [{ shape, ndim }] = operands as [Tensor];
  const axis = normalizeDim('stack', dim, ndim, 1);
  if (!operands.every((t) => sameShape(t.shape, shape))) {
    const shapes = operands.map((t) => formatShape(t.shape)).join(' and ');
    throw new ShapeError(`stack: all tensors must have one shape; got ${shapes}; try cat, or expand first`);
  }
  const parts = operands.map((t) => unsqueeze(t, axis)); // (..., a, b, ...) -> (..., a, 1, b, ...)
  return cat(parts, axis);
}

/** Joined side by side: along dimension 0 for vectors, else along 1. PyTorch: `hstack`. */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const parts = joinable('hstack', tensors).map(atleast1d);
  return cat(parts, parts[0]?.ndim === 1 ? 0 : 1);
}

/** Joined one below the other: vectors are rows. PyTorch: `vstack`. */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return cat(joinable('vstack', tensors).map(atleast2d), 0);
}

/** Joined one behind the other, along dimension 2. PyTorch: `dstack`. */
export function dstack(tensors: readonly Tensor[]): Tensor {
  return cat(joinable('dstack', tensors).map(atleast3d), 2);
}

/** Joined side by side: vectors are columns. PyTorch: `column_stack`. */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  const columns = joinable('columnStack', tensors).map((t) => (t.ndim < 2 ? unsqueeze(atleast1d(t), 1) : t));
  return cat(columns, 1);
}
