/** Sums over dimensions. */
import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';

import { isFloating } from '../../core/dtype.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expandReduced, launchReduction, reduceRows, type ReductionAttributes, type ReductionOptions, reducedShape, reductionAttributes, sampleReduction } from './reduction.ts';

export const sumOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'sum',
  operands: ['x'],
  formula: 'y = sum_i x_i',
  infer: ([x], attributes) => ({ shape: reducedShape((x as Tensor).shape, attributes), dtype: isFloating((x as Tensor).dtype) ? (x as Tensor).dtype : 'int32' }),
  reference: ([y], [x], attributes) =>
    reduceRows(y, x, attributes, (row) => {
      let total = 0;
      for (const value of row) total += value;
      return total;
    }),
  kernel: ([y], [x], attributes) => launchReduction('sum', y as Tensor, x as Tensor, attributes),
  vjp: { x: ({ shapes }, attributes) => (g) => expandReduced(g, shapes.x, attributes) },
  sample: sampleReduction,
};

/**
 * The sum over `dim` (one, several, or all dimensions), accumulated in float64. Booleans and integers give int32.
 * PyTorch: `torch.sum`.
 *
 * @example
 * sum(ones(2, 3), 1); // tensor([3., 3.])
 */
export function sum(x: Tensor, dim?: number | readonly number[], options: ReductionOptions = {}): Tensor {
  return apply(sumOp, [checkTensor('sum', 'x', x)], reductionAttributes('sum', x, dim, options));
}
