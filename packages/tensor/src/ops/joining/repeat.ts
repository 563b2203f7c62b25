/** Elements several times over. */
import { checkIndices, checkInteger, checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { normalizeDim } from '../../core/dims.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import { fromArray } from '../../fromValues.ts';
import type { Tensor } from '../../tensor.ts';
import { indexSelect } from '../indexing/indexSelect.ts';
import { clone } from '../views/contiguous.ts';
import { numberList } from '../views/dimensions.ts';
import { expand } from '../views/expand.ts';
import { flatten, ravel } from '../views/flatten.ts';
import { reshape } from '../views/reshape.ts';
import { unsqueeze } from '../views/squeeze.ts';

/**
 * The tensor `repeats[d]` times along every dimension; more numbers than dimensions put new ones in front. Always a
 * copy. PyTorch: `Tensor.repeat`.
 *
 * @example
 * repeat(zeros(2, 3), [2, 1, 2]).shape; // [2, 2, 6]
 */
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  checkTensor('repeat', 'x', x);
  const times = numberList('repeat', 'repeats', repeats, 0);
  const lead = times.length - x.ndim;
  if (lead < 0) {
    throw new ShapeError(
      `repeat: every dimension needs a number of repeats; got ${formatShape(times)} for ${formatShape(x.shape)}; try tile, which fills in ones`,
    );
  }
  const shape = [...new Array<number>(lead).fill(1), ...x.shape];
  // (n, m) -> (1, n, 1, m) -> (r, n, s, m) -> (r * n, s * m)
  const apart = reshape(
    x,
    shape.flatMap((size) => [1, size]),
  );
  const stretched = expand(
    apart,
    shape.flatMap((size, d) => [times[d] as number, size]),
  );
  const target = shape.map((size, d) => size * (times[d] as number));
  return reshape(clone(stretched), target);
}

/**
 * The tensor `dims[d]` times along every dimension; missing numbers in front are 1. Always a copy. PyTorch: `tile`.
 *
 * @example
 * tile(zeros(2, 3), [2]).shape; // [2, 6]
 */
export function tile(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('tile', 'x', x);
  const times = numberList('tile', 'dims', dims, 0);
  return repeat(x, [...new Array<number>(Math.max(0, x.ndim - times.length)).fill(1), ...times]);
}

/**
 * Every index along `dim` several times in a row: all `repeats` times, or each as often as an integer tensor says.
 * Without `dim` the tensor is flattened first. PyTorch: `repeat_interleave`.
 *
 * @example
 * repeatInterleave(tensor([1, 2]), 2); // tensor([1., 1., 2., 2.])
 * repeatInterleave(tensor([1, 2]), tensor([1, 3], { dtype: 'int32' })); // tensor([1., 2., 2., 2.])
 */
export function repeatInterleave(x: Tensor, repeats: number | Tensor, dim?: number): Tensor {
  checkTensor('repeatInterleave', 'x', x);
  if (dim === undefined) return repeatInterleave(ravel(x), repeats, 0);
  const axis = normalizeDim('repeatInterleave', dim, x.ndim);
  if (x.ndim === 0) return repeatInterleave(ravel(x), repeats, 0);
  if (isTensor(repeats)) return indexSelect(x, axis, repeatedIndices(repeats, x.shape[axis] as number));
  checkInteger('repeatInterleave', 'repeats', repeats, 0);
  const apart = unsqueeze(x, axis + 1); // (..., n, ...) -> (..., n, 1, ...)
  const stretched = expand(apart, apart.shape.with(axis + 1, repeats)); // -> (..., n, r, ...)
  return flatten(clone(stretched), axis, axis + 1); // -> (..., n * r, ...)
}

/** [2, 0, 1] -> [0, 0, 2]; a single number counts for every index. */
function repeatedIndices(repeats: Tensor, size: number): Tensor {
  checkIndices('repeatInterleave', 'repeats', repeats);
  if (repeats.ndim > 1 || (repeats.count !== size && repeats.count !== 1)) {
    throw new ShapeError(
      `repeatInterleave: repeats must be one number, or one for each of ${size} indices; got ${formatShape(repeats.shape)}; try shape [${size}]`,
    );
  }
  const counts = repeats.data;
  const wrong = counts.findIndex((count) => count < 0);
  if (wrong >= 0) {
    throw new ValueError(`repeatInterleave: repeats must be 0 or more; got ${counts[wrong]} at [${wrong}]; try clamp`);
  }
  const indices: number[] = [];
  for (let i = 0; i < size; i++) {
    const count = counts[counts.length === 1 ? 0 : i] as number;
    for (let k = 0; k < count; k++) indices.push(i);
  }
  return fromArray(Int32Array.from(indices), [indices.length]);
}
