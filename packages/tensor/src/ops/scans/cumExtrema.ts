/** The greatest and the least so far, and where they stand. */

import type { NamedDim } from '../../core/dims.ts';
import { dispatch } from '../../core/dispatch.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { Operand, PrimitiveOp, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { scatterAlong, type ValuesAndIndices } from '../reductions/selection.ts';
import { elementsAt } from '../sorting/order.ts';
import { eachLine, linesOf, writeLine } from './lines.ts';
import { scanAttributes } from './scan.ts';

interface CumulativeAttributes {
  readonly dim: number;
}

function cumulativeOp(
  name: string,
  holds: (value: number, best: number) => boolean,
): PrimitiveOp<'x', CumulativeAttributes> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    outputs: ['values', 'indices'],
    infer: ([x]) => [x as Tensor, { shape: (x as Tensor).shape, dtype: 'int32' }],
    reference: ([values, indices], [x], { dim }) => {
      const { shape, data } = x as Operand;
      const lines = linesOf(shape, dim);
      const places = new Int32Array(lines.n);
      eachLine(data, lines, (line, number) => {
        let best = 0;
        for (let i = 0; i < line.length; i++) {
          const value = line[i] as number;
          // A NaN takes over and stays; only another NaN follows it.
          if (Number.isNaN(value) || (!Number.isNaN(line[best]) && holds(value, line[best] as number))) best = i;
          places[i] = best;
        }
        writeLine((indices as Operand).data, places, number, lines);
        writeLine((values as Operand).data, elementsAt(line, places), number, lines);
      });
    },
    vjp: {
      x: (values, { dim }) => {
        const { shapes, indices } = values as Values<'x' | 'indices'>;
        return (g) => scatterAlong(g, indices, shapes.x, dim);
      },
    },
    sample: (draw) => {
      const shape = draw.shape([1, 3]);
      return { inputs: [{ shape, distinct: true }], attributes: { dim: draw.integer(0, shape.length - 1) } };
    },
  };
}

export const cummaxOp: PrimitiveOp<'x', CumulativeAttributes> = cumulativeOp('cummax', (value, best) => value >= best);
export const cumminOp: PrimitiveOp<'x', CumulativeAttributes> = cumulativeOp('cummin', (value, best) => value <= best);

/**
 * The greatest element so far along `dim`, and its index: the last at ties. PyTorch: `torch.cummax`.
 *
 * @example
 * cummax(tensor([1, 3, 2]), 0).values; // tensor([1., 3., 3.])
 */
export function cummax<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'cummax', D, RankOf<A['shape']>>>,
): ValuesAndIndices<A['shape']>;
export function cummax(x: Tensor, dim: number): ValuesAndIndices {
  return cumulative(cummaxOp, x, dim);
}

/** The least element so far along `dim`, and its index, as `cummax`. PyTorch: `torch.cummin`. */
export function cummin<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'cummin', D, RankOf<A['shape']>>>,
): ValuesAndIndices<A['shape']>;
export function cummin(x: Tensor, dim: number): ValuesAndIndices {
  return cumulative(cumminOp, x, dim);
}

function cumulative(op: PrimitiveOp<'x', CumulativeAttributes>, x: Tensor, dim: number): ValuesAndIndices {
  const attributes = { dim: scanAttributes(op.name, x, dim).dim };
  const [values, indices] = dispatch(op, [x], attributes) as [Tensor, Tensor];
  return { values, indices };
}
