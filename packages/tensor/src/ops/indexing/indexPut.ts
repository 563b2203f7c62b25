/** The other side of `at`: new values for part of a tensor. */
import { checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import { assignInPlace } from '../../core/inPlace.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import { arange } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { fillValue } from '../elementwise/where.ts';
import { clone } from '../views/contiguous.ts';
import { expand } from '../views/expand.ts';
import { ravel } from '../views/flatten.ts';
import { onlyResult } from '../views/onlyResult.ts';
import { reshape } from '../views/reshape.ts';
import { type IndexItem, indexWith, takeApart } from './at.ts';
import { scatter } from './scatter.ts';
import { scatterAdd } from './scatterAdd.ts';

export interface IndexPutOptions {
  /** Adds to what is there, as often as an index occurs, instead of replacing it. Default false. */
  readonly accumulate?: boolean;
}

/**
 * A copy of x in which `x.at(...items)` is `values`, a number or a tensor that stretches to that shape. Where an index
 * occurs twice the last value counts, or, with `accumulate`, all are added. PyTorch: `index_put`.
 *
 * @throws IndexError as `at` does; ShapeError when values do not stretch; DTypeError when they have another dtype.
 * @example
 * indexPut(zeros(2, 3), [0, '1:'], 5); // tensor([[0., 5., 5.], [0., 0., 0.]])
 */
export function indexPut(
  x: Tensor,
  items: readonly IndexItem[],
  values: Tensor | number,
  options: IndexPutOptions = {},
): Tensor {
  const source = checkValues('indexPut', x, values);
  const { accumulate = false } = checkOptions('indexPut', options, '{ accumulate: true }', ['accumulate']);
  return withValues('indexPut', x, items, source, accumulate);
}

function withValues(op: string, x: Tensor, items: readonly IndexItem[], values: Tensor, accumulate: boolean): Tensor {
  return onlyResult(() => {
    // Where the elements of `at` come from, whatever the items are: index a tensor of places alike.
    const places = indexWith(op, reshape(arange(x.count), x.shape), items);
    const spread = ravel(stretch(op, values, places.shape));
    const put = accumulate ? scatterAdd : scatter;
    return reshape(put(ravel(x), 0, ravel(places), spread), x.shape);
  });
}

/**
 * `indexPut` in place: x itself is changed and returned. PyTorch: `index_put_`, `x[items] = values`.
 *
 * @example
 * zeros(2, 3).indexPut_([0, '1:'], 5); // tensor([[0., 5., 5.], [0., 0., 0.]])
 */
export function indexPut_(
  x: Tensor,
  items: readonly IndexItem[],
  values: Tensor | number,
  options: IndexPutOptions = {},
): Tensor {
  const source = checkValues('indexPut_', x, values);
  const { accumulate = false } = checkOptions('indexPut_', options, '{ accumulate: true }', ['accumulate']);
  const { storage } = x;
  const { shared } = storage;
  const plain = x.trace === null && source.trace === null && !accumulate;
  const { view, lists } = plain ? takeApart('indexPut_', x, items) : { view: x, lists: null };
  // Plain values into a plain view: only that part of the memory is touched.
  const part = lists?.size === 0;
  const result = part
    ? stretch('indexPut_', source.storage === storage ? clone(source) : source, view.shape)
    : withValues('indexPut_', x, items, source, accumulate);
  // The views of x that were made on the way are gone again.
  storage.shared = shared;
  assignInPlace('indexPut_', part ? view : x, result);
  return x;
}

function checkValues(op: string, x: Tensor, values: Tensor | number): Tensor {
  checkTensor(op, 'x', x);
  if (typeof values === 'number') return fillValue(op, x, values);
  checkSameDType(op, x, checkTensor(op, 'values', values));
  return values;
}

/** `values` stretched to `shape`; sizes of 1 that it has too many in front do not matter. */
function stretch(op: string, values: Tensor, shape: Shape): Tensor {
  const extra = Math.max(0, values.ndim - shape.length);
  const own = values.shape.slice(extra);
  const lead = shape.length - own.length;
  const fits = own.every((size, d) => size === 1 || size === shape[lead + d]);
  if (!fits || values.shape.slice(0, extra).some((size) => size !== 1)) {
    throw new ShapeError(
      `${op}: values must stretch to what is indexed; got ${formatShape(values.shape)} for ${formatShape(shape)}; try values of shape ${formatShape(shape)}`,
    );
  }
  return expand(reshape(values, own), shape);
}
