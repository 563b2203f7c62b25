/** Elements put along a dimension, one index for each. */
import { checkOptions } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import { describe, elementsOf, type Shape } from '../../core/shape.ts';
import { zeros } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { type AlongAttributes, copyData, placesAlong, sampleAlong } from './along.ts';
import { atLeastOne, checkBounds, checkFits } from './bounds.ts';
import { scatterAdd } from './scatterAdd.ts';
import { inferScatter, sampleScatter, scatterSource } from './scattering.ts';
import { scatterReduce } from './scatterReduce.ts';

export const scatterOp: PrimitiveOp<'x' | 'index' | 'src', AlongAttributes> = {
  kind: 'primitive',
  name: 'scatter',
  operands: ['x', 'index', 'src'],
  formula: 'y[index[i, j], j] = src[i, j] along dim 0, else x',
  infer: (inputs, attributes) => inferScatter('scatter', inputs, attributes),
  reference: ([y], [x, index, src], attributes) => {
    const [to, from] = [y as Operand, src as Operand];
    copyData(to, x as Operand);
    const places = placesAlong(index as Operand, to.shape, attributes);
    for (let i = 0; i < places.length; i++) to.data[places[i] as number] = from.data[i] as number;
  },
  vjp: {
    x:
      ({ index }, { dim }) =>
      (g) =>
        scatter(g, dim, index, 0),
    index: 'none',
    src:
      ({ index }, { dim }) =>
      (g) =>
        gatherLast(g, dim, index),
  },
  sample: sampleScatter,
};

interface GatherLastAttributes extends AlongAttributes {
  readonly from: Shape;
}

/** The adjoint of what scatter does with src: where several indices meet, only the last one was written. */
export const gatherLastOp: PrimitiveOp<'x' | 'index', GatherLastAttributes> = {
  kind: 'primitive',
  name: 'gatherLast',
  operands: ['x', 'index'],
  infer: ([x, index], { dim }) => {
    const [source, places] = [x as Tensor, index as Tensor];
    checkFits('gatherLast', places, 'x', source, dim);
    checkBounds('gatherLast', 'index', places, 0, atLeastOne(source.shape)[dim] as number);
    return { shape: places.shape, dtype: source.dtype };
  },
  reference: ([y], [x, index], attributes) => {
    const [to, from] = [y as Operand, x as Operand];
    const places = placesAlong(index as Operand, from.shape, attributes);
    const last = new Int32Array(elementsOf(from.shape));
    places.forEach((place, i) => {
      last[place] = i;
    });
    places.forEach((place, i) => {
      to.data[i] = last[place] === i ? (from.data[place] as number) : 0;
    });
  },
  vjp: {
    x:
      ({ index }, { dim, from }) =>
      (g) =>
        scatter(zeros(from, { dtype: g.dtype }), dim, index, g),
    index: 'none',
  },
  sample: (draw) => {
    const { x, index, dim } = sampleAlong(draw);
    return { inputs: [x, index], attributes: { dim, from: x.shape } };
  },
};

function gatherLast(x: Tensor, dim: number, index: Tensor): Tensor {
  return apply(gatherLastOp, [x, index], { dim, from: x.shape });
}

export interface ScatterOptions {
  /** What to do with what is there: replace it (default), add to it, or multiply it. */
  readonly reduce?: 'add' | 'multiply';
}

/**
 * A copy of x with `y[index[i, j, k], j, k] = src[i, j, k]` for dim 0, and so on; `src` may be a number. Where indices
 * meet the last one counts, and only it has a gradient. PyTorch: `scatter`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when ranks differ or index is too large;
 * DTypeError when src has another dtype than x.
 * @example
 * scatter(zeros(2, 3), 1, tensor([[2], [0]], { dtype: 'int32' }), 1); // tensor([[0., 0., 1.], [1., 0., 0.]])
 */
export function scatter(
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | number,
  options: ScatterOptions = {},
): Tensor {
  const { reduce } = checkOptions('scatter', options, "{ reduce: 'add' }", ['reduce']);
  if (reduce === 'add') return scatterAdd(x, dim, index, scatterSource('scatter', x, index, src));
  if (reduce === 'multiply') return scatterReduce(x, dim, index, scatterSource('scatter', x, index, src), 'prod');
  if (reduce !== undefined) {
    throw new ValueError(`scatter: reduce must be 'add' or 'multiply'; got ${describe(reduce)}; try scatterReduce`);
  }
  const source = scatterSource('scatter', x, index, src);
  return apply(scatterOp, [x, index, source], { dim: normalizeDim('scatter', dim, x.ndim) });
}
