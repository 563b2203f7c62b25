/** Differences of neighbours. */
import { checkInteger, checkOptions, checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Tensor } from '../../tensor.ts';
import { cat } from '../joining/cat.ts';

export interface DiffOptions {
  /** How many times differences are taken. Default 1. */
  readonly n?: number;
  /** Stands before the first element. */
  readonly prepend?: Tensor;
  /** Stands after the last element. */
  readonly append?: Tensor;
}

/**
 * `x[i + 1] - x[i]` along `dim` (default the last), `n` times; for booleans, whether neighbours differ.
 * PyTorch: `torch.diff`.
 *
 * @throws ShapeError for a tensor without dimensions.
 * @example
 * diff(tensor([1, 3, 2])); // tensor([ 2., -1.])
 */
export function diff(x: Tensor, dim = -1, options: DiffOptions = {}): Tensor {
  checkTensor('diff', 'x', x);
  if (x.ndim === 0) throw new ShapeError('diff: the tensor must have a dimension; got []; try unsqueeze(0)');
  const axis = normalizeDim('diff', dim, x.ndim);
  const { n = 1, prepend, append } = checkOptions('diff', options, '{ n: 2 }', ['n', 'prepend', 'append']);
  checkInteger('diff', 'n', n, 0);
  const ends = [
    prepend === undefined ? [] : checkTensor('diff', 'prepend', prepend),
    x,
    append === undefined ? [] : checkTensor('diff', 'append', append),
  ].flat();
  let result = ends.length === 1 ? x : cat(ends, axis);
  for (let i = 0; i < n && (result.shape[axis] as number) > 0; i++) {
    const size = (result.shape[axis] as number) - 1;
    const later = result.narrow(axis, 1, size);
    const earlier = result.narrow(axis, 0, size);
    result = result.dtype === 'bool' ? later.ne(earlier) : later.sub(earlier);
  }
  return result;
}
