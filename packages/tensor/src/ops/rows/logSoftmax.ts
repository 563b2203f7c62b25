/** The logarithm of softmax, computed as one: nothing is lost where softmax itself would be 0. */

import { checkFloat, checkOptions, checkTensor } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { type DTypeOption, inDType } from '../reductions/reduction.ts';
import { checkAlike } from './operands.ts';
import { launchRows, type RowAttributes, sampleRows } from './row.ts';

export const logSoftmaxOp: CompositeOp<'x', RowAttributes> = {
  kind: 'composite',
  name: 'logSoftmax',
  operands: ['x'],
  formula: 'y_i = x_i - log(sum_j exp(x_j))',
  infer: ([x]) => checkFloat('logSoftmax', 'x', x as Tensor),
  define: ([x], { dim }) => {
    const source = x as Tensor;
    if (source.count === 0) return source.clone();
    const below = source.sub(source.amax(dim, { keepdim: true }));
    return below.sub(below.exp().sum(dim, { keepdim: true }).log());
  },
  kernel: ([y], [x], { dim }) => launchRows('log_softmax', y as Tensor, [x as Tensor], dim),
  vjp: {
    x:
      ({ out }, attributes) =>
      (g) =>
        apply(logSoftmaxBackwardOp, [g, out], attributes),
  },
  sample: sampleRows,
};

/** From the cotangent g of y = logSoftmax(x) to that of x. */
export const logSoftmaxBackwardOp: CompositeOp<'g' | 'y', RowAttributes> = {
  kind: 'composite',
  name: 'logSoftmaxBackward',
  operands: ['g', 'y'],
  formula: 'dx = g - exp(y) sum_j g_j',
  infer: (inputs) => checkAlike('logSoftmaxBackward', ['g', 'y'], inputs),
  define: ([g, y], { dim }) => (g as Tensor).sub((y as Tensor).exp().mul((g as Tensor).sum(dim, { keepdim: true }))),
  kernel: ([dx], inputs, { dim }) => launchRows('log_softmax_backward', dx as Tensor, inputs, dim),
  vjp: {
    g:
      ({ y }, { dim }) =>
      (h) =>
        h.sub(h.mul(y.exp()).sum(dim, { keepdim: true })),
    y:
      ({ g, y }, { dim }) =>
      (h) =>
        h
          .mul(y.exp())
          .mul(g.sum(dim, { keepdim: true }))
          .neg(),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleRows(draw);
    return { inputs: [...inputs, ...inputs], attributes };
  },
};

/**
 * log(softmax(x)) along `dim`, exact also where softmax is too small for a float. PyTorch: `torch.log_softmax`.
 *
 * @throws DTypeError for integers and booleans, unless `dtype` says what float to compute in.
 * @example
 * logSoftmax(tensor([0, 1000]), -1); // tensor([-1000.,     0.])
 */
export function logSoftmax<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'logSoftmax', D, RankOf<A['shape']>>>,
  options?: DTypeOption,
): Tensor<A['shape']>;
export function logSoftmax(x: Tensor, dim: number, options: DTypeOption = {}): Tensor {
  const typed = inDType(
    'logSoftmax',
    checkTensor('logSoftmax', 'x', x),
    checkOptions('logSoftmax', options, "{ dtype: 'float32' }", ['dtype']),
    true,
  );
  return apply(logSoftmaxOp, [typed], { dim: normalizeDim('logSoftmax', dim, x.ndim) });
}
