/** One tensor as several views along a dimension. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { dimOf, numberList } from '../views/dimensions.ts';
import { narrow, select, slice } from '../views/slice.ts';

/**
 * Views of `size` indices each along `dim`, the last perhaps smaller; or views of the given sizes, which must add up.
 * PyTorch: `split`.
 *
 * @example
 * split(arange(5), 2).map((part) => part.shape); // [[2], [2], [1]]
 */
export function split(x: Tensor, sizes: number | readonly number[], dim = 0): Tensor[] {
  checkTensor('split', 'x', x);
  const axis = dimOf('split', x, dim);
  const total = x.shape[axis] as number;
  if (typeof sizes === 'number')
    return parts(x, axis, even(checkInteger('split', 'size', sizes, total > 0 ? 1 : 0), total));
  const list = numberList('split', 'sizes', sizes, 0);
  if (list.reduce((sum, size) => sum + size, 0) !== total) {
    throw new ShapeError(
      `split: sizes must add up to dim ${axis} of ${formatShape(x.shape)}; got ${formatShape(list)}; try sizes whose sum is ${total}`,
    );
  }
  return parts(x, axis, list);
}

/** Sizes of `size` until `total` is reached; at least one, which may be 0. */
function even(size: number, total: number): number[] {
  const count = Math.max(1, Math.ceil(total / Math.max(1, size)));
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

function parts(x: Tensor, dim: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((size) => {
    const part = narrow(x, dim, start, size);
    start += size;
    return part;
  });
}

/**
 * At most `chunks` views along `dim`, all of one size but perhaps the last. PyTorch: `chunk`.
 *
 * @example
 * chunk(arange(7), 3).map((part) => part.shape); // [[3], [3], [1]]
 */
export function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  checkTensor('chunk', 'x', x);
  const axis = dimOf('chunk', x, dim);
  checkInteger('chunk', 'chunks', chunks, 1);
  const total = x.shape[axis] as number;
  if (total === 0) return parts(x, axis, new Array<number>(chunks).fill(0));
  return parts(x, axis, even(Math.ceil(total / chunks), total));
}

/**
 * As many views along `dim` as asked for, the first ones larger by 1 where it does not come out even; or views between
 * the given indices, as slices. PyTorch: `tensor_split`.
 *
 * @example
 * tensorSplit(arange(7), 3).map((part) => part.shape); // [[3], [2], [2]]
 * tensorSplit(arange(7), [2, 5]).map((part) => part.shape); // [[2], [3], [2]]
 */
export function tensorSplit(x: Tensor, sectionsOrIndices: number | readonly number[], dim = 0): Tensor[] {
  checkTensor('tensorSplit', 'x', x);
  const axis = dimOf('tensorSplit', x, dim);
  const total = x.shape[axis] as number;
  if (typeof sectionsOrIndices === 'number') {
    const sections = checkInteger('tensorSplit', 'sections', sectionsOrIndices, 1);
    const sizes = Array.from(
      { length: sections },
      (_, i) => Math.floor(total / sections) + (i < total % sections ? 1 : 0),
    );
    return parts(x, axis, sizes);
  }
  const cuts = numberList('tensorSplit', 'indices', sectionsOrIndices);
  return [...cuts, null].map((end, i) => slice(x, axis, i === 0 ? 0 : cuts[i - 1], end));
}

/**
 * Views of every index along `dim`, without that dimension. PyTorch: `unbind`.
 *
 * @example
 * unbind(zeros(3, 2)).length; // 3
 */
export function unbind(x: Tensor, dim = 0): Tensor[] {
  checkTensor('unbind', 'x', x);
  const axis = dimOf('unbind', x, dim);
  return Array.from({ length: x.shape[axis] as number }, (_, i) => select(x, axis, i));
}
