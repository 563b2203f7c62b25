/** Elements picked along a dimension, one index for each. */

import { checkIndices, checkTensor } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import { zeros } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../views/expand.ts';
import { ravel } from '../views/flatten.ts';
import { type AlongAttributes, placesAlong, sampleAlong } from './along.ts';
import { atLeastOne, checkBounds, checkFits } from './bounds.ts';
import { scatterAdd } from './scatterAdd.ts';

interface GatherAttributes extends AlongAttributes {
  /** The shape of x. */
  readonly from: Shape;
}

export const gatherOp: PrimitiveOp<'x' | 'index', GatherAttributes> = {
  kind: 'primitive',
  name: 'gather',
  operands: ['x', 'index'],
  formula: 'y[i, j] = x[index[i, j], j] along dim 0',
  infer: ([x, index], { dim }) => {
    const [source, places] = [x as Tensor, index as Tensor];
    checkFits('gather', places, 'x', source, dim);
    checkBounds('gather', 'index', places, 0, atLeastOne(source.shape)[dim] as number);
    return { shape: places.shape, dtype: source.dtype };
  },
  reference: ([y], [x, index], attributes) => {
    const [to, from] = [y as Operand, x as Operand];
    const places = placesAlong(index as Operand, from.shape, attributes);
    for (let i = 0; i < places.length; i++) to.data[i] = from.data[places[i] as number] as number;
  },
  vjp: {
    x:
      ({ index }, { dim, from }) =>
      (g) =>
        scatterAdd(zeros(from, { dtype: g.dtype }), dim, index, g),
    index: 'none',
  },
  sample: (draw) => {
    const { x, index, dim } = sampleAlong(draw);
    return { inputs: [x, index], attributes: { dim, from: x.shape } };
  },
};

/**
 * `y[i, j, k] = x[index[i, j, k], j, k]` for dim 0, and so on: x at places that keep their coordinates but along `dim`.
 * The result has the shape of `index`, which may be smaller than x in the other dimensions. PyTorch: `gather`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when ranks differ or index is too large.
 * @example
 * gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0, 0], [1, 0]], { dtype: 'int32' })); // tensor([[1., 1.], [4., 3.]])
 */
export function gather<A extends Tensor, D extends number, I extends Tensor>(
  x: A,
  dim: D & Check<NamedDim<'gather', D, RankOf<A['shape']>>>,
  index: I,
): Tensor<I['shape']>;
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('gather', 'x', x);
  checkTensor('gather', 'index', index);
  return apply(gatherOp, [x, index], { dim: normalizeDim('gather', dim, x.ndim), from: x.shape });
}

/**
 * `gather` with x and index stretched to each other in all dimensions but `dim`; without `dim`, over all elements in
 * row-major order. Takes what argsort and argmax with keepdim give. PyTorch: `take_along_dim`.
 *
 * @example
 * const x = tensor([[3, 1, 2]]);
 * takeAlongDim(x, argsort(x, 1), 1); // tensor([[1., 2., 3.]])
 */
export function takeAlongDim(x: Tensor, index: Tensor, dim?: number): Tensor {
  checkTensor('takeAlongDim', 'x', x);
  checkIndices('takeAlongDim', 'index', checkTensor('takeAlongDim', 'index', index));
  if (dim === undefined) return gather(ravel(x), 0, ravel(index));
  const axis = normalizeDim('takeAlongDim', dim, x.ndim);
  if (x.ndim !== index.ndim) {
    throw new ShapeError(
      `takeAlongDim: x and index must have one rank; got ${formatShape(x.shape)} and ${formatShape(index.shape)}; try unsqueeze`,
    );
  }
  if (x.ndim === 0) return gather(x, 0, index);
  const common = broadcastShapes('takeAlongDim', x.shape.with(axis, 1), index.shape.with(axis, 1));
  const stretched = [x, index].map((t) => expand(t, common.with(axis, t.shape[axis] as number)));
  const [source, places] = stretched as [Tensor, Tensor];
  return gather(source, axis, places);
}
