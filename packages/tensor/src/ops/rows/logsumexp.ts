/** The logarithm of a sum of exponentials. */
import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import {
  type Dims,
  inDType,
  keepReduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from '../reductions/reduction.ts';

export const logsumexpOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'logsumexp',
  operands: ['x'],
  formula: 'y = log(sum_i exp(x_i))',
  infer: ([x], attributes) => ({ shape: reducedShape((x as Tensor).shape, attributes), dtype: (x as Tensor).dtype }),
  reference: ([y], [x], attributes) => reduceRows(y, x, attributes, logOfSum),
  vjp: {
    // dy = sum_i exp(x_i - y) dx_i
    x:
      ({ x, out }, attributes) =>
      (g) => {
        // Where all x are -Infinity, so is y, and the derivative is 0.
        const finite = where(out.eq(-Infinity), 0, out);
        return x
          .sub(keepReduced(finite, x.shape, attributes))
          .exp()
          .mul(keepReduced(g, x.shape, attributes));
      },
  },
  sample: sampleReduction,
};

function logOfSum(row: Float64Array): number {
  const high = row.reduce((a, b) => Math.max(a, b), -Infinity);
  // Infinity and NaN need no help, and -Infinity is the logarithm of nothing.
  const shift = Number.isFinite(high) ? high : 0;
  return shift + Math.log(row.reduce((total, value) => total + Math.exp(value - shift), 0));
}

/**
 * log(sum(exp(x))) over `dim` (one, several, or all dimensions) without overflow; -Infinity where there is nothing.
 * PyTorch: `torch.logsumexp`.
 *
 * @throws DTypeError for integers and booleans.
 * @example
 * logsumexp(tensor([1000, 1000]), 0); // tensor(1000.6931)
 */
export function logsumexp(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  const attributes = reductionAttributes('logsumexp', checkTensor('logsumexp', 'x', x), dim, options);
  return apply(logsumexpOp, [inDType('logsumexp', x, {}, true)], attributes);
}
