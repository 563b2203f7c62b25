/** Elements picked from, and put into, a tensor read in row-major order. */

import { checkTensor } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { DTypeError, ShapeError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { expand, stretch } from '../views/expand.ts';
import { ravel } from '../views/flatten.ts';
import { onlyResult } from '../views/onlyResult.ts';
import { reshape } from '../views/reshape.ts';
import { narrow } from '../views/slice.ts';
import { indexSelect } from './indexSelect.ts';
import { nonzero } from './nonzero.ts';
import { flatPlaces } from './places.ts';
import { scatter } from './scatter.ts';

/**
 * The elements of x, in row-major order, at the places in `index`; the result has its shape. Negative indices count
 * from the end. PyTorch: `take`.
 *
 * @throws IndexError when an index is outside [-n, n) for n elements.
 * @example
 * take(tensor([[1, 2], [3, 4]]), tensor([0, -1], { dtype: 'int32' })); // tensor([1., 4.])
 */
export function take<I extends Tensor>(x: Tensor, index: I): Tensor<I['shape']>;
export function take(x: Tensor, index: Tensor): Tensor {
  checkTensor('take', 'x', x);
  checkTensor('take', 'index', index);
  return onlyResult(() => {
    const places = flatPlaces('take', [index], [x.count]);
    return reshape(indexSelect(ravel(x), 0, ravel(places)), index.shape);
  });
}

/**
 * The elements of x where `mask` is true, in row-major order; both are stretched to each other. PyTorch: `masked_select`.
 *
 * @example
 * maskedSelect(tensor([1, 2, 3]), tensor([true, false, true])); // tensor([1., 3.])
 */
export function maskedSelect(x: Tensor, mask: Tensor): Tensor<readonly [number]>;
export function maskedSelect(x: Tensor, mask: Tensor): Tensor {
  checkTensor('maskedSelect', 'x', x);
  checkMask('maskedSelect', mask);
  const shape = broadcastShapes('maskedSelect', x.shape, mask.shape);
  return onlyResult(() => indexSelect(ravel(expand(x, shape)), 0, truePlaces(expand(mask, shape))));
}

/**
 * A copy of x whose elements where `mask` is true come from `source`, one after the other. The mask is stretched to x.
 * PyTorch: `masked_scatter`.
 *
 * @throws ShapeError when source has fewer elements than the mask has trues.
 */
export function maskedScatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  checkTensor('maskedScatter', 'x', x);
  checkMask('maskedScatter', mask);
  checkTensor('maskedScatter', 'source', source);
  return onlyResult(() => {
    const places = truePlaces(stretch('maskedScatter', mask, x.shape));
    if (source.count < places.count) {
      throw new ShapeError(
        `maskedScatter: source must have an element for every true of the mask; got ${formatShape(source.shape)} for ${places.count}; try a larger source`,
      );
    }
    const values = narrow(ravel(source), 0, 0, places.count);
    return reshape(scatter(ravel(x), 0, places, values), x.shape);
  });
}

/** Throws unless `mask` is a tensor of booleans. */
function checkMask(op: string, mask: unknown): Tensor {
  const checked = checkTensor(op, 'mask', mask);
  if (checked.dtype === 'bool') return checked;
  throw new DTypeError(`${op}: mask must be bool; got ${checked.dtype}; try a comparison such as x.gt(0)`);
}

function truePlaces(mask: Tensor): Tensor {
  return ravel(nonzero(ravel(mask)));
}
