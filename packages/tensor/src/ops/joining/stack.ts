/** Tensors joined along a dimension that some of them do not have yet. */

import type { ShowAll } from '../../core/broadcast.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result } from '../../core/rule.ts';
import { formatShape, type Inserted, type Shape, sameShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { atleast1d, atleast2d, atleast3d, unsqueeze } from '../views/squeeze.ts';
import { cat, joinable, type ShapesOf } from './cat.ts';

/** The shape rule of `stack`: as many as there are tensors, in a new dimension D. */
export type Stacked<T extends readonly Tensor[], D extends number> = number extends T['length']
  ? Shape
  : ShapesOf<T> extends infer All extends readonly Shape[]
    ? All extends readonly [infer First extends Shape, ...(readonly Shape[])]
      ? IsRanked<First> extends true
        ? NamedDim<'stack', D, RankOf<First>, 1> extends infer I
          ? I extends number
            ? number extends I
              ? Shape
              : Alike<All, First> extends infer S
                ? S extends Shape
                  ? number extends RankOf<S>
                    ? Shape
                    : Inserted<S, I, T['length']>
                  : `stack: all tensors must have one shape; got ${ShowAll<All>}`
                : never
            : I
          : never
        : Shape
      : 'stack: takes one or more tensors; got none'
    : never;

/** The one shape of all, as far as it is known; `Shape` where a rank is not known, and false where two differ. */
type Alike<Rest extends readonly Shape[], S extends Shape> = Rest extends readonly [
  infer Next extends Shape,
  ...infer More extends readonly Shape[],
]
  ? IsRanked<Next> extends true
    ? RankOf<Next> extends RankOf<S>
      ? { readonly [P in keyof S]: S[P] & Next[P & keyof Next] } extends infer Both extends Shape
        ? HasNever<Both> extends true
          ? false
          : Alike<More, Both>
        : false
      : false
    : Shape
  : S;

type HasNever<S extends Shape> = S extends readonly [infer First, ...infer Rest extends Shape]
  ? [First] extends [never]
    ? true
    : HasNever<Rest>
  : false;

/**
 * Tensors of one shape joined along a new dimension. PyTorch: `stack`.
 *
 * @throws ShapeError when shapes differ.
 * @example
 * stack([zeros(3), ones(3)]).shape; // [2, 3]
 */
export function stack<const T extends readonly Tensor[], D extends number = 0>(
  tensors: T & Check<Stacked<T, D>>,
  dim?: D,
): Tensor<Result<Stacked<T, D>>>;
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
