/** Running sums. */

import { checkOptions } from '../../core/arguments.ts';
import type { NamedDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { accumulatorType, type DTypeOption, inDType } from '../reductions/reduction.ts';
import { type ScanAttributes, sampleScan, scanAttributes, scanLines } from './scan.ts';

export const cumsumOp: PrimitiveOp<'x', ScanAttributes> = {
  kind: 'primitive',
  name: 'cumsum',
  operands: ['x'],
  formula: 'y_i = sum_{j <= i} x_j',
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: accumulatorType((x as Tensor).dtype) }),
  reference: ([y], [x], attributes) => scanLines(y, x, attributes, 0, (total, value) => total + value),
  // x_j is in every y_i from i = j on
  vjp: {
    x:
      (_, { dim, reverse }) =>
      (g) =>
        apply(cumsumOp, [g], { dim, reverse: !reverse }),
  },
  sample: sampleScan,
};

/**
 * Running sums along `dim`, accumulated in float64. Booleans and integers give int32. PyTorch: `torch.cumsum`.
 *
 * @example
 * cumsum(tensor([1, 2, 3]), 0); // tensor([1., 3., 6.])
 */
export function cumsum<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'cumsum', D, RankOf<A['shape']>>>,
  options?: DTypeOption,
): Tensor<A['shape']>;
export function cumsum(x: Tensor, dim: number, options: DTypeOption = {}): Tensor {
  const attributes = scanAttributes('cumsum', x, dim);
  const sums = apply(
    cumsumOp,
    [inDType('cumsum', x, checkOptions('cumsum', options, "{ dtype: 'float64' }", ['dtype']))],
    attributes,
  );
  return inDType('cumsum', sums, options);
}
