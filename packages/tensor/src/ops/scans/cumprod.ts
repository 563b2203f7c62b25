/** Running products. */

import { checkOptions } from '../../core/arguments.ts';
import type { NamedDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { accumulatorType, type DTypeOption, inDType } from '../reductions/reduction.ts';
import { linearRecurrence } from './recurrence.ts';
import { type ScanAttributes, sampleScan, scanAttributes, scanLines } from './scan.ts';
import { shift } from './shift.ts';

export const cumprodOp: PrimitiveOp<'x', ScanAttributes> = {
  kind: 'primitive',
  name: 'cumprod',
  operands: ['x'],
  formula: 'y_i = prod_{j <= i} x_j',
  infer: ([x]) => ({ shape: (x as Tensor).shape, dtype: accumulatorType((x as Tensor).dtype) }),
  // Integers wrap like every int32 op.
  reference: ([y], [x], attributes) =>
    scanLines(y, x, attributes, 1, isFloating((x as Operand).dtype) ? (product, value) => product * value : Math.imul),
  // dx_j = (prod_{k < j} x_k) s_j, where s_j = sum_{i >= j} g_i prod_{j < k <= i} x_k = g_j + x_{j+1} s_{j+1}:
  // nothing is divided, so zeros do no harm
  vjp: {
    x:
      ({ x }, { dim, reverse }) =>
      (g) => {
        const before = apply(cumprodOp, [shift(x, dim, reverse ? -1 : 1, 1)], { dim, reverse });
        return before.mul(linearRecurrence(shift(x, dim, reverse ? 1 : -1, 0), g, { dim, reverse: !reverse }));
      },
  },
  sample: sampleScan,
};

/**
 * Running products along `dim`. Booleans and integers give int32. PyTorch: `torch.cumprod`.
 *
 * @example
 * cumprod(tensor([1, 2, 3]), 0); // tensor([1., 2., 6.])
 */
export function cumprod<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'cumprod', D, RankOf<A['shape']>>>,
  options?: DTypeOption,
): Tensor<A['shape']>;
export function cumprod(x: Tensor, dim: number, options: DTypeOption = {}): Tensor {
  const attributes = scanAttributes('cumprod', x, dim);
  const products = apply(
    cumprodOp,
    [inDType('cumprod', x, checkOptions('cumprod', options, "{ dtype: 'float64' }", ['dtype']))],
    attributes,
  );
  return inDType('cumprod', products, options);
}
