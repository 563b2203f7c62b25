/** Sums put along a dimension, one index for each term. */

import { WRITERS } from '../../core/copy.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { type AlongAttributes, placesAlong } from './along.ts';
import { gather } from './gather.ts';
import { inferScatter, sampleScatter, scatterSource } from './scattering.ts';

export const scatterAddOp: PrimitiveOp<'x' | 'index' | 'src', AlongAttributes> = {
  kind: 'primitive',
  name: 'scatterAdd',
  operands: ['x', 'index', 'src'],
  formula: 'y[index[i, j], j] += src[i, j] along dim 0, beginning with x',
  infer: (inputs, attributes) => inferScatter('scatterAdd', inputs, attributes),
  // In float64 and in the order of the index tensor, so that the result is the same every time.
  reference: ([y], [x, index, src], attributes) => {
    const [to, from] = [y as Operand, src as Operand];
    const totals = Float64Array.from((x as Operand).data);
    const places = placesAlong(index as Operand, to.shape, attributes);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      totals[place] = (totals[place] as number) + (from.data[i] as number);
    }
    const write = WRITERS[to.dtype];
    for (let i = 0; i < totals.length; i++) to.data[i] = write(totals[i] as number);
  },
  vjp: {
    x: () => (g) => g,
    index: 'none',
    src:
      ({ index }, { dim }) =>
      (g) =>
        gather(g, dim, index),
  },
  sample: sampleScatter,
};

/**
 * A copy of x with `y[index[i, j, k], j, k] += src[i, j, k]` for dim 0, and so on. PyTorch: `scatter_add`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when ranks differ or index is too large;
 * DTypeError when src has another dtype than x.
 * @example
 * scatterAdd(zeros(3), 0, tensor([0, 2, 2], { dtype: 'int32' }), tensor([1, 2, 3])); // tensor([1., 0., 5.])
 */
export function scatterAdd<A extends Tensor>(x: A, dim: number, index: Tensor, src: Tensor): Tensor<A['shape']>;
export function scatterAdd(x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  const source = scatterSource('scatterAdd', x, index, src);
  return apply(scatterAddOp, [x, index, source], { dim: normalizeDim('scatterAdd', dim, x.ndim) });
}
