/** Dimensions of size 1: away with them, or in with them. All are views. */
import { checkTensor } from '../../core/arguments.ts';
import { normalizeDim, normalizeDims } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { numberList } from './dimensions.ts';
import { reshape } from './reshape.ts';

/**
 * A view without dimensions of size 1: without all of them, or without those in `dim` that have size 1.
 * PyTorch: `squeeze`.
 *
 * @example
 * squeeze(zeros(1, 3, 1, 2)).shape; // [3, 2]
 * squeeze(zeros(1, 3, 1, 2), 2).shape; // [1, 3, 2]
 */
export function squeeze(x: Tensor, dim?: number | readonly number[]): Tensor {
  checkTensor('squeeze', 'x', x);
  const named = dim === undefined ? undefined : numberList('squeeze', 'dim', dim);
  const dims = normalizeDims('squeeze', named, x.ndim);
  const shape = x.shape.filter((size, d) => size !== 1 || !dims.includes(d));
  return reshape(x, shape);
}

/**
 * A view with a new dimension of size 1 at `dim`. PyTorch: `unsqueeze`.
 *
 * @example
 * unsqueeze(zeros(3, 2), -1).shape; // [3, 2, 1]
 */
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
