/** Neighbours: the elements one place earlier or later along a dimension. */
import { filled } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { cat } from '../joining/cat.ts';

/** Every element moved by one place along `dim`, forwards (1) or backwards (-1); `fill` comes in at the free end. */
export function shift(x: Tensor, dim: number, by: 1 | -1, fill: number): Tensor {
  const n = x.shape[dim] ?? 0;
  if (x.ndim === 0) return filled([], fill, x.dtype);
  if (n === 0) return x;
  const end = filled(x.shape.with(dim, 1), fill, x.dtype);
  return by === 1 ? cat([end, x.narrow(dim, 0, n - 1)], dim) : cat([x.narrow(dim, 1, n - 1), end], dim);
}
