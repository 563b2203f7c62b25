/** Sums over dimensions. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { launchFold } from './layout.ts';
import {
  accumulatorType,
  type Dims,
  type DTypeOption,
  expandReduced,
  inDType,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from './reduction.ts';

export const sumOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'sum',
  operands: ['x'],
  formula: 'y = sum_i x_i',
  infer: ([x], attributes) => ({
    shape: reducedShape((x as Tensor).shape, attributes),
    dtype: accumulatorType((x as Tensor).dtype),
  }),
  reference: ([y], [x], attributes) =>
    reduceRows(y, x, attributes, (row) => {
      let total = 0;
      for (const value of row) total += value;
      return total;
    }),
  kernel: ([y], [x], { dims }) => launchFold('sum', y as Tensor, x as Tensor, dims),
  vjp: {
    x:
      ({ shapes }, attributes) =>
      (g) =>
        expandReduced(g, shapes.x, attributes),
  },
  sample: sampleReduction,
};

/**
 * The sum over `dim` (one, several, or all dimensions), accumulated in float64. Booleans and integers give int32.
 * PyTorch: `torch.sum`.
 *
 * @example
 * sum(ones(2, 3), 1); // tensor([3., 3.])
 */
export function sum(x: Tensor): Tensor<readonly []>;
export function sum<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'sum', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'sum', A['shape'], D, K>>>;
export function sum(x: Tensor, dim?: Dims, options: ReductionOptions & DTypeOption = {}): Tensor {
  const attributes = reductionAttributes('sum', checkTensor('sum', 'x', x), dim, options, ['dtype']);
  const total = apply(sumOp, [inDType('sum', x, options)], attributes);
  return inDType('sum', total, options);
}

/** The sum over `dim`, in which NaN counts as 0. PyTorch: `torch.nansum`. */
export function nansum(x: Tensor): Tensor<readonly []>;
export function nansum<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'nansum', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'nansum', A['shape'], D, K>>>;
export function nansum(x: Tensor, dim?: Dims, options: ReductionOptions & DTypeOption = {}): Tensor {
  const attributes = reductionAttributes('nansum', checkTensor('nansum', 'x', x), dim, options, ['dtype']);
  const typed = inDType('nansum', x, options);
  return apply(sumOp, [where(typed.ne(typed), 0, typed)], attributes);
}
