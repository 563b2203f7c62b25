/** The logistic function and the activations made of it. */

import { checkNumber, type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { flat, slope } from './kernels.ts';
import { where } from './where.ts';

/** 1 / (1 + e^-x). PyTorch: `torch.sigmoid`. */
export const sigmoid: Elementwise<'x'> = elementwise('sigmoid', {
  f: logistic,
  result: 'float',
  kernel: 'sigmoid',
  ulp: 3,
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        sigmoidBackward(g, out),
  },
});

/** From y = sigmoid(x): g y (1 - y). */
export const sigmoidBackward: Elementwise<'g' | 'y', 'sigmoidBackward'> = elementwise('sigmoidBackward', {
  f: (g: number, y: number) => g * (y * (1 - y)),
  kernel: flat('sigmoid_backward'),
  ulp: 2.5,
  domain: { y: [0, 1] },
  vjp: {
    g:
      ({ y }) =>
      (h) =>
        sigmoidBackward(h, y),
    y:
      ({ g, y }) =>
      (h) =>
        h.mul(g).mul(y.mul(-2).add(1)),
  },
});

/** log(sigmoid(x)), without overflow. PyTorch: `torch.nn.functional.logsigmoid`. */
export const logsigmoid: Elementwise<'x'> = elementwise('logsigmoid', {
  f: (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  result: 'float',
  kernel: 'logsigmoid',
  ulp: 4,
  formula: '-log(1 + e^-x)',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.neg().sigmoid()),
  },
});

/** x * sigmoid(x), also called swish. PyTorch: `torch.nn.functional.silu`. */
export const silu: Elementwise<'x'> = elementwise('silu', {
  f: (x: number) => x / (1 + Math.exp(-x)),
  result: 'float',
  kernel: 'silu',
  ulp: 3.5,
  formula: 'x * sigmoid(x)',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        siluBackward(g, x),
  },
});

/** g times the slope of silu, s (1 + x (1 - s)) with s = sigmoid(x). */
export const siluBackward: Elementwise<'g' | 'x', 'siluBackward'> = elementwise('siluBackward', {
  f: (g: number, x: number) => {
    const s = logistic(x);
    return g * (s * (1 + x * (1 - s)));
  },
  kernel: slope('silu_backward'),
  // The slope is 0 near -1.28: there the error is one of its terms.
  ulp: 8,
  domain: { x: [-1, 6] },
  // d s (1 + x (1 - s)) = s (1 - s) (2 + x (1 - 2 s)) dx
  vjp: {
    g:
      ({ x }) =>
      (h) =>
        siluBackward(h, x),
    x:
      ({ g, x }) =>
      (h) => {
        const s = x.sigmoid();
        return sigmoidBackward(h.mul(g), s).mul(s.mul(-2).add(1).mul(x).add(2));
      },
  },
});

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** How sharp the bend is. Default 1. */
  readonly beta?: number;
  /** Where beta * x is above this, the result is x. Default 20. */
  readonly threshold?: number;
}

export const softplusOp: ElementwiseOp<'x', Required<SoftplusOptions>> = elementwiseOp<'x', Required<SoftplusOptions>>(
  'softplus',
  {
    f: (x: number, { beta, threshold }: Required<SoftplusOptions>) =>
      x * beta > threshold ? x : (Math.max(x * beta, 0) + Math.log1p(Math.exp(-Math.abs(x * beta)))) / beta,
    result: 'float',
    kernel: { name: 'softplus', scalars: ({ beta, threshold }) => [beta, threshold] },
    ulp: 5,
    formula: 'log(1 + e^(beta x)) / beta',
    vjp: {
      x:
        ({ x }, { beta, threshold }) =>
        (g) => {
          const scaled = x.mul(beta);
          return where(scaled.gt(threshold), g, g.mul(scaled.sigmoid()));
        },
    },
    sample: (draw) => ({
      inputs: [{ shape: draw.shape(), range: [-3, 3] }],
      attributes: { beta: draw.pick([1, 2, 0.5]), threshold: 20 },
    }),
  },
);

/**
 * log(1 + e^(beta x)) / beta, a smooth relu. PyTorch: `torch.nn.functional.softplus`.
 *
 * @throws ValueError when beta is 0.
 */
export function softplus<X extends TensorLike>(x: X, options?: SoftplusOptions): Tensor<ShapeOf<X>>;
export function softplus(x: TensorLike, options: SoftplusOptions = {}): Tensor {
  const { beta, threshold } = withDefaults<Required<SoftplusOptions>>('softplus', options, { beta: 1, threshold: 20 });
  if (checkNumber('softplus', 'beta', beta) === 0) {
    throw new ValueError(`softplus: beta must not be 0; got ${beta}; try { beta: 1 }`);
  }
  checkNumber('softplus', 'threshold', threshold);
  return apply(softplusOp, toOperands('softplus', ['x'], [x]), { beta, threshold });
}
