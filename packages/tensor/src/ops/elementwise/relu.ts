/** Rectifiers: the identity above zero, and less below. */

import { launch } from '@tessera/kernels';
import { checkNumber, type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { allocate } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { zerosLike } from '../../creation.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { flat } from './kernels.ts';
import { where } from './where.ts';

/** max(x, 0); NaN stays NaN, and the derivative at 0 is 0. PyTorch: `torch.relu`. */
export const relu: Elementwise<'x'> = elementwise('relu', {
  f: (x: number) => Math.max(x, 0),
  kernel: 'relu',
  ulp: 0.5,
  kinks: [0],
  formula: 'max(x, 0)',
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        reluBackward(g, out),
  },
});

/** From y = relu(x): g where y is above zero, or NaN. */
export const reluBackward: Elementwise<'g' | 'y', 'reluBackward'> = elementwise('reluBackward', {
  f: (g: number, y: number) => (y <= 0 ? 0 : g),
  kernel: flat('relu_backward'),
  ulp: 0.5,
  kinks: [0],
  vjp: {
    g:
      ({ y }) =>
      (h) =>
        reluBackward(h, y),
    y: () => (h) => zerosLike(h),
  },
});

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** The slope below zero. Default 0.01. */
  readonly negativeSlope?: number;
}

export const leakyReluOp: ElementwiseOp<'x', Required<LeakyReluOptions>> = elementwiseOp<
  'x',
  Required<LeakyReluOptions>
>('leakyRelu', {
  f: (x: number, { negativeSlope }: Required<LeakyReluOptions>) => (x > 0 ? x : x * negativeSlope),
  result: 'float',
  kernel: runLeakyRelu,
  ulp: 1,
  kinks: [0],
  vjp: {
    x:
      ({ x }, { negativeSlope }) =>
      (g) =>
        where(x.gt(0), g, g.mul(negativeSlope)),
  },
  sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { negativeSlope: draw.pick([0.01, 0.5, -1]) } }),
});

/** max(x, 0) + negativeSlope * min(x, 0) */
function runLeakyRelu(out: Tensor, [x]: readonly Tensor[], { negativeSlope }: Required<LeakyReluOptions>): void {
  const { suffix } = DTYPES[out.dtype];
  const below = allocate(out.shape, out.dtype);
  launch(`clamp_${suffix}`, [below, x as Tensor, Number.NEGATIVE_INFINITY, 0], out.count);
  flat('relu')(out, [x as Tensor]);
  launch(`scale_add_${suffix}`, [out, out, negativeSlope, below], out.count);
  below.dispose();
}

/** x above zero and negativeSlope * x below. PyTorch: `torch.nn.functional.leaky_relu`. */
export function leakyRelu<X extends TensorLike>(x: X, options?: LeakyReluOptions): Tensor<ShapeOf<X>>;
export function leakyRelu(x: TensorLike, options: LeakyReluOptions = {}): Tensor {
  const { negativeSlope } = withDefaults<Required<LeakyReluOptions>>('leakyRelu', options, { negativeSlope: 0.01 });
  checkNumber('leakyRelu', 'negativeSlope', negativeSlope);
  return apply(leakyReluOp, toOperands('leakyRelu', ['x'], [x]), { negativeSlope });
}
