/** Lines in order. */

import { checkOptions, checkTensor } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { dispatch } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import { describe } from '../../core/shape.ts';
import type { Operand, PrimitiveOp, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

import { scatterAlong, type ValuesAndIndices } from '../reductions/selection.ts';
import { eachLine, linesOf, writeLine } from '../scans/lines.ts';
import { elementsAt, sortedOrder } from './order.ts';

export interface SortOptions {
  /** The greatest first. Default false. */
  readonly descending?: boolean;
  /** Whether equal elements must keep their order. They always do. */
  readonly stable?: boolean;
}

interface SortAttributes {
  readonly dim: number;
  readonly descending: boolean;
  /** How many of each line are given, from its beginning. */
  readonly length: number;
}

/** The first `length` elements of every line in sorted order, and where each stood. */
export const sortOp: PrimitiveOp<'x', SortAttributes> = {
  kind: 'primitive',
  name: 'sort',
  operands: ['x'],
  outputs: ['values', 'indices'],
  infer: ([x], { dim, length }) => {
    const { shape, dtype } = x as Tensor;
    const cut = shape.length === 0 ? [] : shape.with(dim, length);
    return [
      { shape: cut, dtype },
      { shape: cut, dtype: 'int32' },
    ];
  },
  reference: ([values, indices], [x], { dim, descending, length }) => {
    const { shape, data } = x as Operand;
    const target = linesOf((values as Operand).shape, dim);
    eachLine(data, linesOf(shape, dim), (line, number) => {
      const order = sortedOrder(line, descending).subarray(0, length);
      writeLine((indices as Operand).data, order, number, target);
      writeLine((values as Operand).data, elementsAt(line, order), number, target);
    });
  },
  vjp: {
    x: (values, { dim }) => {
      const { shapes, indices } = values as Values<'x' | 'indices'>;
      return (g) => scatterAlong(g, indices, shapes.x, dim);
    },
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { min: 1 });
    const dim = draw.integer(0, shape.length - 1);
    return {
      inputs: [{ shape, distinct: true }],
      attributes: { dim, descending: draw.boolean(), length: draw.integer(1, shape[dim] as number) },
    };
  },
};

/**
 * Every line along `dim` (default the last) in ascending order, and where each element stood. Equal elements keep their
 * order; NaN counts as the greatest. PyTorch: `torch.sort`.
 *
 * @example
 * sort(tensor([3, 1, 2]), -1, { descending: true }).indices; // tensor([0, 2, 1], dtype=int32)
 */
export function sort<A extends Tensor, D extends number = -1>(
  x: A,
  dim?: D & Check<NamedDim<'sort', D, RankOf<A['shape']>>>,
  options?: SortOptions,
): ValuesAndIndices<A['shape']>;
export function sort(x: Tensor, dim = -1, options: SortOptions = {}): ValuesAndIndices {
  return sorted('sort', x, dim, options);
}

/** The indices along `dim` that would sort `x`, as `sort` does. PyTorch: `torch.argsort`. */
export function argsort<A extends Tensor, D extends number = -1>(
  x: A,
  dim?: D & Check<NamedDim<'argsort', D, RankOf<A['shape']>>>,
  options?: SortOptions,
): Tensor<A['shape']>;
export function argsort(x: Tensor, dim = -1, options: SortOptions = {}): Tensor {
  const { trace } = checkTensor('argsort', 'x', x);
  return sorted('argsort', trace === null ? x : x.detach(), dim, options).indices;
}

function sorted(op: string, x: Tensor, dim: number, options: SortOptions): ValuesAndIndices {
  const axis = normalizeDim(op, dim, checkTensor(op, 'x', x).ndim);
  const { descending = false, stable = true } = checkOptions(op, options, '{ descending: true }', [
    'descending',
    'stable',
  ]);
  for (const [name, value] of Object.entries({ descending, stable })) {
    if (typeof value !== 'boolean')
      throw new ValueError(`${op}: ${name} must be true or false; got ${describe(value)}; try { ${name}: true }`);
  }
  return sortLines(x, { dim: axis, descending, length: x.shape[axis] ?? 1 });
}

/** Runs the op on checked arguments. */
export function sortLines(x: Tensor, attributes: SortAttributes): ValuesAndIndices {
  const [values, indices] = dispatch(sortOp, [x], attributes) as [Tensor, Tensor];
  return { values, indices };
}
