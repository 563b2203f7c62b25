/** Several index tensors as one: places counted through the dimensions that they point into. */
import { checkIndices } from '../../core/arguments.ts';
import { allocate } from '../../core/base.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { elementsInPlace, freeTemporaries, toContiguous } from '../../core/copy.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { IndexError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../views/expand.ts';
import { positionOf } from './bounds.ts';

/**
 * For index tensors i, j, ... into dimensions of sizes n, m, ..., stretched to one shape: i * m * ... + j * ... + ...
 * Negative indices count from the end. Indices are data: no derivative passes here.
 *
 * @throws IndexError when an index is outside [-size, size).
 */
export function flatPlaces(op: string, indices: readonly Tensor[], sizes: readonly number[]): Tensor {
  for (const index of indices) checkIndices(op, 'index', index);
  const shape = broadcastShapes(op, ...indices.map((index) => index.shape));
  const stretched = indices.map((index) => toContiguous(expand(index, shape)));
  const out = allocate(shape, 'int32');
  const [places, ...lists] = elementsInPlace([out, ...stretched]) as [TypedArray, ...TypedArray[]];
  places.fill(0);
  lists.forEach((list, k) => {
    const size = sizes[k] as number;
    for (let i = 0; i < list.length; i++) {
      const index = list[i] as number;
      if (index < -size || index >= size) throw outOfBounds(op, index, positionOf(i, shape), k, indices.length, size);
      places[i] = (places[i] as number) * size + (index < 0 ? index + size : index);
    }
  });
  freeTemporaries(stretched, indices);
  return out;
}

function outOfBounds(
  op: string,
  index: number,
  position: number[],
  k: number,
  count: number,
  size: number,
): IndexError {
  const which = count === 1 ? 'index' : `index ${k}`;
  const hint =
    size === 0 ? 'a tensor that is not empty' : `clamp(${-size}, ${size - 1}), or check what made the indices`;
  return new IndexError(
    `${op}: ${which} must be in [${-size}, ${size}); got ${index} at ${formatShape(position)}; try ${hint}`,
  );
}
