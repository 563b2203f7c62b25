/** Reductions that choose one element of every line along a dimension, and tell which. */

import { checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { dispatch } from '../../core/dispatch.ts';
import type { Shape } from '../../core/shape.ts';
import { filled } from '../../creation.ts';
import type { Operand, PrimitiveOp, PullbackRule, Sample, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { eachLine, linesOf } from '../scans/lines.ts';
import {
  keepReduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reductionAttributes,
  rejectEmpty,
} from './reduction.ts';

/** Chosen values, and where along the dimension each stood. */
export interface ValuesAndIndices<S extends Shape = Shape> {
  readonly values: Tensor<S>;
  /** int32. */
  readonly indices: Tensor<S>;
}

export interface SelectionAttributes {
  readonly dim: number;
  readonly keepdim: boolean;
}

/** The record of such an op: `pick` gives the place of the chosen element in a line. */
export function selectionOp<A extends SelectionAttributes>(
  name: string,
  pick: (line: Float64Array, attributes: A) => number,
  attributes: (shape: Shape, dim: number, keepdim: boolean) => A,
): PrimitiveOp<'x', A> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    outputs: ['values', 'indices'],
    infer: ([x], { dim, keepdim }) => {
      const { shape, dtype } = x as Tensor;
      const dims = shape.length === 0 ? [] : [dim];
      rejectEmpty(name, shape, { dims });
      const reduced = reducedShape(shape, { dims, keepdim });
      return [
        { shape: reduced, dtype },
        { shape: reduced, dtype: 'int32' },
      ];
    },
    reference: ([values, indices], [x], given) => {
      const { shape, data } = x as Operand;
      eachLine(data, linesOf(shape, given.dim), (line, number) => {
        const place = pick(line, given);
        (indices as Operand).data[number] = place;
        (values as Operand).data[number] = line[place] as number;
      });
    },
    vjp: { x: pullBackSelected },
    sample: (draw): Sample<A> => {
      const shape = draw.shape([1, 3], { min: 1 });
      const dim = draw.integer(0, shape.length - 1);
      return { inputs: [{ shape, distinct: true }], attributes: attributes(shape, dim, draw.boolean()) };
    },
  };
}

/** The cotangent of a chosen value goes to where it was chosen. */
const pullBackSelected: PullbackRule<'x', SelectionAttributes> = (values, { dim, keepdim }) => {
  const { shapes, indices } = values as Values<'x' | 'indices'>;
  return (g) =>
    keepdim || shapes.x.length === 0
      ? scatterAlong(g, indices, shapes.x, dim)
      : scatterAlong(g.unsqueeze(dim), indices.unsqueeze(dim), shapes.x, dim);
};

/** Zeros of `shape` to which every element of g is added at its index along `dim`. */
export function scatterAlong(g: Tensor, indices: Tensor, shape: Shape, dim: number): Tensor {
  return shape.length === 0 ? g : filled(shape, 0, g.dtype).scatterAdd(dim, indices, g);
}

/** Runs such an op on checked arguments. */
export function choose<A extends SelectionAttributes>(
  op: PrimitiveOp<'x', A>,
  x: Tensor,
  attributes: A,
): ValuesAndIndices {
  const [values, indices] = dispatch(op, [x], attributes) as [Tensor, Tensor];
  return { values, indices };
}

export function selectionAttributes(
  op: string,
  x: Tensor,
  dim: number,
  options: ReductionOptions,
): SelectionAttributes {
  const { ndim } = checkTensor(op, 'x', x);
  const { keepdim } = reductionAttributes(op, x, undefined, options);
  return { dim: normalizeDim(op, dim, ndim), keepdim };
}

/** The pull-back of a chosen value: elements that are equal to it share the cotangent evenly. */
export function shareAmongEqual(g: Tensor, x: Tensor, y: Tensor, attributes: ReductionAttributes): Tensor {
  const chosen = x.eq(keepReduced(y, x.shape, attributes)).to(g.dtype);
  const sharers = chosen.sum(attributes.dims, { keepdim: true });
  return chosen.mul(keepReduced(g, x.shape, attributes).div(sharers));
}

/** The place of the first element that no other beats; NaN beats everything. */
export function placeOfBest(row: Float64Array, better: (a: number, b: number) => boolean): number {
  let best = 0;
  for (let i = 1; i < row.length && !Number.isNaN(row[best]); i++) {
    const value = row[i] as number;
    if (Number.isNaN(value) || better(value, row[best] as number)) best = i;
  }
  return best;
}

export const greater = (a: number, b: number): boolean => a > b;
export const less = (a: number, b: number): boolean => a < b;
