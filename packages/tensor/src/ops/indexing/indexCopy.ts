/** Whole slices replaced along a dimension. */

import { checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../views/expand.ts';
import { reshape } from '../views/reshape.ts';
import { atLeastOne } from './bounds.ts';
import { checkRows } from './indexAdd.ts';
import { flatPlaces } from './places.ts';
import { scatter } from './scatter.ts';

/**
 * A copy of x whose slices along `dim`, at the places in `index`, are those of `source`; the last one where an index
 * occurs twice. PyTorch: `index_copy`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when source is of another size; DTypeError
 * when it is of another dtype.
 */
export function indexCopy<A extends Tensor>(x: A, dim: number, index: Tensor, source: Tensor): Tensor<A['shape']>;
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensor('indexCopy', 'x', x);
  checkTensor('indexCopy', 'index', index);
  checkTensor('indexCopy', 'source', source);
  const axis = normalizeDim('indexCopy', dim, x.ndim);
  checkRows('indexCopy', x, axis, index, source);
  return scatter(x, axis, acrossSlices(x, axis, index), source);
}

/**
 * A copy of x whose slices along `dim`, at the places in `index`, are filled with `value`, a number or a tensor without
 * dimensions. Negative indices count from the end. PyTorch: `index_fill`.
 *
 * @throws IndexError when an index is outside [-size, size) of dim; ShapeError when value has dimensions.
 */
export function indexFill<A extends Tensor>(
  x: A,
  dim: number,
  index: Tensor,
  value: number | Tensor,
): Tensor<A['shape']>;
export function indexFill(x: Tensor, dim: number, index: Tensor, value: number | Tensor): Tensor {
  checkTensor('indexFill', 'x', x);
  checkTensor('indexFill', 'index', index);
  const axis = normalizeDim('indexFill', dim, x.ndim);
  if (index.ndim > 1) {
    throw new ShapeError(`indexFill: index must have one dimension; got ${formatShape(index.shape)}; try maskedFill`);
  }
  if (typeof value !== 'number' && checkTensor('indexFill', 'value', value).ndim > 0) {
    throw new ShapeError(
      `indexFill: value must be a number or have no dimensions; got ${formatShape(value.shape)}; try indexCopy`,
    );
  }
  const slices = acrossSlices(x, axis, flatPlaces('indexFill', [index], [atLeastOne(x.shape)[axis] as number]));
  return scatter(x, axis, slices, isTensor(value) ? expand(value, slices.shape) : value);
}

/** A list of indices along `dim`, stretched over the slices of x. */
function acrossSlices(x: Tensor, dim: number, index: Tensor): Tensor {
  const shape = atLeastOne(x.shape);
  const column = reshape(
    index,
    shape.map((_, d) => (d === dim ? index.count : 1)),
  );
  return expand(column, shape.with(dim, index.count));
}
