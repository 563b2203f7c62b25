/** The logistic function and the activations made of it. */
import { checkNumber, type TensorLike, toOperands } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

/** 1 / (1 + e^-x). PyTorch: `torch.sigmoid`. */
export const sigmoid: Elementwise<'x'> = elementwise('sigmoid', {
  f: (x: number) => 1 / (1 + Math.exp(-x)),
  result: 'float',
  kernel: 'sigmoid',
  ulp: 3,
  // d s(x) = s(x) (1 - s(x)) dx
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(out.neg().add(1).mul(out)),
  },
});

/** log(sigmoid(x)), without overflow. PyTorch: `torch.nn.functional.logsigmoid`. */
export const logsigmoid: Elementwise<'x'> = elementwise('logsigmoid', {
  f: (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  result: 'float',
  ulp: 0.5,
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
  ulp: 0.5,
  // d x s = s (1 + x (1 - s)) dx
  vjp: {
    x:
      ({ x }) =>
      (g) => {
        const s = x.sigmoid();
        return g.mul(s.mul(s.neg().add(1).mul(x).add(1)));
      },
  },
});

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
      x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta,
    result: 'float',
    ulp: 0.5,
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
export function softplus(x: TensorLike, options: SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold = 20 } = options;
  if (checkNumber('softplus', 'beta', beta) === 0) {
    throw new ValueError(`softplus: beta must not be 0; got ${beta}; try { beta: 1 }`);
  }
  checkNumber('softplus', 'threshold', threshold);
  return apply(softplusOp, toOperands('softplus', ['x'], [x]), { beta, threshold });
}
