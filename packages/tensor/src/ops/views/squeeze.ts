/** Dimensions of size 1: away with them, or in with them. All are views. */

import { checkTensor } from '../../core/arguments.ts';
import { type NamedDim, type NamedDims, normalizeDim, normalizeDims } from '../../core/dims.ts';
import type { Check, IsRanked, RankOf, Result } from '../../core/rule.ts';
import type { Inserted, Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { numberList } from './dimensions.ts';
import { reshape } from './reshape.ts';

/** The shape rule of `squeeze`: unknown where a size that may be 1 is. */
export type Squeezed<S extends Shape, D> =
  IsRanked<S> extends true
    ? D extends undefined
      ? Without1<S, number>
      : SqueezedDims<S, D> extends infer I
        ? [I] extends [number]
          ? [I] extends [never]
            ? S
            : number extends I
              ? Shape
              : Without1<S, I>
          : I
        : never
    : Shape;

type SqueezedDims<S extends Shape, D> = D extends number
  ? NamedDim<'squeeze', D, RankOf<S>>
  : D extends readonly number[]
    ? NamedDims<'squeeze', D, RankOf<S>>
    : number;

/** S without those of the dimensions I that have size 1. */
type Without1<
  S extends Shape,
  I extends number,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? Seen['length'] extends I
    ? 1 extends First
      ? First extends 1
        ? Without1<Rest, I, [...Seen, 0], Out>
        : Shape
      : Without1<Rest, I, [...Seen, 0], readonly [...Out, First]>
    : Without1<Rest, I, [...Seen, 0], readonly [...Out, First]>
  : Out;

/**
 * A view without dimensions of size 1: without all of them, or without those in `dim` that have size 1.
 * PyTorch: `squeeze`.
 *
 * @example
 * squeeze(zeros(1, 3, 1, 2)).shape; // [3, 2]
 * squeeze(zeros(1, 3, 1, 2), 2).shape; // [1, 3, 2]
 */
export function squeeze<A extends Tensor>(x: A): Tensor<Result<Squeezed<A['shape'], undefined>>>;
export function squeeze<A extends Tensor, const D extends number | readonly number[] | undefined>(
  x: A,
  dim: D & Check<Squeezed<A['shape'], D>>,
): Tensor<Result<Squeezed<A['shape'], D>>>;
export function squeeze(x: Tensor, dim?: number | readonly number[]): Tensor {
  checkTensor('squeeze', 'x', x);
  const named = dim === undefined ? undefined : numberList('squeeze', 'dim', dim);
  const dims = normalizeDims('squeeze', named, x.ndim);
  const shape = x.shape.filter((size, d) => size !== 1 || !dims.includes(d));
  return reshape(x, shape);
}

/** The shape rule of `unsqueeze`. */
export type Unsqueezed<S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? NamedDim<'unsqueeze', D, RankOf<S>, 1> extends infer I
      ? I extends number
        ? number extends I
          ? Shape
          : Inserted<S, I, 1>
        : I
      : never
    : Shape;

/**
 * A view with a new dimension of size 1 at `dim`. PyTorch: `unsqueeze`.
 *
 * @example
 * unsqueeze(zeros(3, 2), -1).shape; // [3, 2, 1]
 */
export function unsqueeze<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<Unsqueezed<A['shape'], D>>,
): Tensor<Result<Unsqueezed<A['shape'], D>>>;
export function unsqueeze(x: Tensor, dim: number): Tensor {
  checkTensor('unsqueeze', 'x', x);
  return reshape(x, x.shape.toSpliced(normalizeDim('unsqueeze', dim, x.ndim, 1), 0, 1));
}

/** A view with at least one dimension: [] -> [1]. PyTorch: `atleast_1d`. */
export function atleast1d(x: Tensor): Tensor {
  return checkTensor('atleast1d', 'x', x).ndim >= 1 ? x : reshape(x, [1]);
}

/** A view with at least two dimensions: [] -> [1, 1], [n] -> [1, n]. PyTorch: `atleast_2d`. */
export function atleast2d(x: Tensor): Tensor {
  return checkTensor('atleast2d', 'x', x).ndim >= 2 ? x : unsqueeze(atleast1d(x), 0);
}

/** A view with at least three dimensions: [] -> [1, 1, 1], [n] -> [1, n, 1], [n, m] -> [n, m, 1]. PyTorch: `atleast_3d`. */
export function atleast3d(x: Tensor): Tensor {
  return checkTensor('atleast3d', 'x', x).ndim >= 3 ? x : unsqueeze(atleast2d(x), -1);
}
