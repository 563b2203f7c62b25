/** Softmax: exponentials over their sum, along one dimension. */

import { checkFloat, checkOptions, checkTensor } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, RankOf } from '../../core/rule.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { type DTypeOption, inDType } from '../reductions/reduction.ts';
import { checkAlike } from './operands.ts';
import { launchRows, type RowAttributes, sampleRows } from './row.ts';

/** y = exp(x - max(x)) / sum(exp(x - max(x))): no exponential overflows. A row of -Infinity alone gives NaN. */
export const softmaxOp: CompositeOp<'x', RowAttributes> = {
  kind: 'composite',
  name: 'softmax',
  operands: ['x'],
  formula: 'y_i = exp(x_i) / sum_j exp(x_j)',
  infer: ([x]) => checkFloat('softmax', 'x', x as Tensor),
  define: ([x], { dim }) => {
    const source = x as Tensor;
    if (source.count === 0) return source.clone();
    const powers = source.sub(source.amax(dim, { keepdim: true })).exp();
    return powers.div(powers.sum(dim, { keepdim: true }));
  },
  kernel: ([y], [x], { dim }) => launchRows('softmax', y as Tensor, [x as Tensor], dim),
  vjp: {
    x:
      ({ out }, attributes) =>
      (g) =>
        apply(softmaxBackwardOp, [g, out], attributes),
  },
  sample: sampleRows,
};

/** From the cotangent g of y = softmax(x) to that of x. */
export const softmaxBackwardOp: CompositeOp<'g' | 'y', RowAttributes> = {
  kind: 'composite',
  name: 'softmaxBackward',
  operands: ['g', 'y'],
  formula: 'dx = y (g - sum_j g_j y_j)',
  infer: (inputs) => checkAlike('softmaxBackward', ['g', 'y'], inputs),
  define: ([g, y], { dim }) =>
    (y as Tensor).mul((g as Tensor).sub((g as Tensor).mul(y as Tensor).sum(dim, { keepdim: true }))),
  kernel: ([dx], inputs, { dim }) => launchRows('softmax_backward', dx as Tensor, inputs, dim),
  vjp: {
    // symmetric in what it does to g
    g:
      ({ y }, attributes) =>
      (h) =>
        apply(softmaxBackwardOp, [h, y], attributes),
    // y (g - sum(g y)) by y: h (g - sum(g y)) - g sum(h y)
    y:
      ({ g, y }, { dim }) =>
      (h) => {
        const rest = g.sub(g.mul(y).sum(dim, { keepdim: true }));
        return h.mul(rest).sub(g.mul(h.mul(y).sum(dim, { keepdim: true })));
      },
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleRows(draw);
    return { inputs: [...inputs, ...inputs], attributes };
  },
};

/**
 * exp(x) over its sum along `dim`: positive, and 1 in all. PyTorch: `torch.softmax`.
 *
 * @throws DTypeError for integers and booleans, unless `dtype` says what float to compute in.
 * @example
 * softmax(tensor([0, 0, Math.log(2)]), -1); // tensor([0.2500, 0.2500, 0.5000])
 */
export function softmax<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'softmax', D, RankOf<A['shape']>>>,
  options?: DTypeOption,
): Tensor<A['shape']>;
export function softmax(x: Tensor, dim: number, options: DTypeOption = {}): Tensor {
  return apply(softmaxOp, [rowInput('softmax', x, options)], { dim: normalizeDim('softmax', dim, x.ndim) });
}

/** softmax(-x): the least get the most. PyTorch: `torch.nn.functional.softmin`. */
export function softmin<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<NamedDim<'softmin', D, RankOf<A['shape']>>>,
  options?: DTypeOption,
): Tensor<A['shape']>;
export function softmin(x: Tensor, dim: number, options: DTypeOption = {}): Tensor {
  const typed = rowInput('softmin', x, options);
  return softmax(typed.neg(), normalizeDim('softmin', dim, x.ndim));
}

function rowInput(op: string, x: Tensor, options: DTypeOption): Tensor {
  return inDType(op, checkTensor(op, 'x', x), checkOptions(op, options, "{ dtype: 'float32' }", ['dtype']), true);
}
