/** The logarithm of a sum of exponentials. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { Shape } from '../../core/shape.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { amax } from '../reductions/extrema.ts';
import { computeInto, isLongRow, launchOverMiddle } from '../reductions/layout.ts';
import {
  type Dims,
  inDType,
  keepReduced,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from '../reductions/reduction.ts';
import { sum } from '../reductions/sum.ts';

export const logsumexpOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'logsumexp',
  operands: ['x'],
  formula: 'y = log(sum_i exp(x_i))',
  infer: ([x], attributes) => {
    const { shape, dtype } = checkFloat('logsumexp', 'x', x as Tensor);
    return { shape: reducedShape(shape, attributes), dtype };
  },
  reference: ([y], [x], attributes) => reduceRows(y, x, attributes, logOfSum),
  kernel: ([y], [x], { dims }) => {
    const [to, from] = [y as Tensor, x as Tensor];
    launchOverMiddle(from, dims, (source, n, inner, grain) => {
      // One long row, and rows whose elements lie apart, go through ops that all threads share.
      if (n > 0 && (inner > 1 || isLongRow(to, from))) computeInto(to, from, (bare) => logOfSums(bare, dims, to.shape));
      else launch(`logsumexp_${DTYPES[from.dtype].suffix}`, [to, source, n], to.count, grain);
    });
  },
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

/** The same by whole tensors. */
function logOfSums(x: Tensor, dims: readonly number[], shape: Shape): Tensor {
  const high = amax(x, dims, { keepdim: true });
  const shift = where(high.isfinite(), high, 0);
  return sum(x.sub(shift).exp(), dims, { keepdim: true }).log().add(shift).reshape(shape);
}

/**
 * log(sum(exp(x))) over `dim` (one, several, or all dimensions) without overflow; -Infinity where there is nothing.
 * PyTorch: `torch.logsumexp`.
 *
 * @throws DTypeError for integers and booleans.
 * @example
 * logsumexp(tensor([1000, 1000]), 0); // tensor(1000.6932)
 */
export function logsumexp(x: Tensor): Tensor<readonly []>;
export function logsumexp<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'logsumexp', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'logsumexp', A['shape'], D, K>>>;
export function logsumexp(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  const attributes = reductionAttributes('logsumexp', checkTensor('logsumexp', 'x', x), dim, options);
  return apply(logsumexpOp, [inDType('logsumexp', x, {}, true)], attributes);
}
