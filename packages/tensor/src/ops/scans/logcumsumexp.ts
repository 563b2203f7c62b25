/** Logarithms of running sums of exponentials. */

import { checkFloat } from '../../core/arguments.ts';
import type { NamedDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { inDType } from '../reductions/reduction.ts';
import { linearRecurrence } from './recurrence.ts';
import { type ScanAttributes, sampleScan, scanAttributes, scanLines } from './scan.ts';
import { shift } from './shift.ts';

export const logcumsumexpOp: PrimitiveOp<'x', ScanAttributes> = {
  kind: 'primitive',
  name: 'logcumsumexp',
  operands: ['x'],
  formula: 'y_i = log(sum_{j <= i} exp(x_j))',
  infer: ([x]) => checkFloat('logcumsumexp', 'x', x as Tensor),
  reference: ([y], [x], attributes) => scanLines(y, x, attributes, -Infinity, logAddExp),
  // dx_j = sum_{i >= j} g_i exp(x_j - y_i) = exp(x_j - y_j) s_j, where s_j = g_j + exp(y_j - y_{j+1}) s_{j+1}: no exponent
  // is above 0, as y only grows
  vjp: {
    x:
      ({ x, out }, { dim, reverse }) =>
      (g) => {
        // Where all so far is -Infinity, so is x: exp of that is the 0 that is wanted, and -Infinity + Infinity is not.
        const finite = where(out.eq(-Infinity), 0, out);
        const next = shift(finite, dim, reverse ? 1 : -1, Infinity);
        return x
          .sub(finite)
          .exp()
          .mul(linearRecurrence(out.sub(next).exp(), g, { dim, reverse: !reverse }));
      },
  },
  sample: sampleScan,
};

function logAddExp(a: number, b: number): number {
  const high = Math.max(a, b);
  return Math.abs(high) === Infinity || Number.isNaN(high) ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** `log(cumsum(exp(x), dim))` without overflow. PyTorch: `torch.logcumsumexp`. */
export function logcumsumexp<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'logcumsumexp', D, RankOf<A['shape']>>>,
): Tensor<A['shape']>;
export function logcumsumexp(x: Tensor, dim: number): Tensor {
  const attributes = scanAttributes('logcumsumexp', x, dim);
  return apply(logcumsumexpOp, [inDType('logcumsumexp', x, {}, true)], attributes);
}
