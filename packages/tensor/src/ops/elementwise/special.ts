/** Special functions. Their meanings are the formulas in `maths/`. */

import { checkInteger, checkNumber, checkOptions, type TensorLike, toOperands } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import * as bessel from './maths/bessel.ts';
import * as error from './maths/erf.ts';
import * as gamma from './maths/gamma.ts';
import { where } from './where.ts';

/** 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. PyTorch: `torch.erf`. */
export const erf: Elementwise<'x'> = elementwise('erf', {
  f: error.erf,
  result: 'float',
  kernel: 'erf',
  ulp: 2,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(
          x
            .square()
            .neg()
            .exp()
            .mul(2 / Math.sqrt(Math.PI)),
        ),
  },
});

/** 1 - erf(x), sharp where it is small. PyTorch: `torch.erfc`. */
export const erfc: Elementwise<'x'> = elementwise('erfc', {
  f: error.erfc,
  result: 'float',
  kernel: 'erfc',
  ulp: 1.5,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(
          x
            .square()
            .neg()
            .exp()
            .mul(-2 / Math.sqrt(Math.PI)),
        ),
  },
});

/** The x whose erf is given. PyTorch: `torch.erfinv`. */
export const erfinv: Elementwise<'x'> = elementwise('erfinv', {
  f: error.erfinv,
  result: 'float',
  ulp: 0.5,
  domain: { x: [-0.875, 0.875] },
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(
          out
            .square()
            .exp()
            .mul(Math.sqrt(Math.PI) / 2),
        ),
  },
});

/** log |gamma(x)|. PyTorch: `torch.lgamma`. */
export const lgamma: Elementwise<'x'> = elementwise('lgamma', {
  f: gamma.lgamma,
  result: 'float',
  ulp: 0.5,
  domain: { x: [0.25, 4] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.digamma()),
  },
});

/** The derivative of lgamma. PyTorch: `torch.digamma`. */
export const digamma: Elementwise<'x'> = elementwise('digamma', {
  f: gamma.digamma,
  result: 'float',
  ulp: 0.5,
  domain: { x: [0.25, 4] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(polygamma(1, x)),
  },
});

interface Order {
  readonly n: number;
}

export const polygammaOp: ElementwiseOp<'x', Order> = elementwiseOp<'x', Order>('polygamma', {
  f: (x: number, { n }: Order) => gamma.polygamma(n, x),
  result: 'float',
  ulp: 0.5,
  vjp: {
    x:
      ({ x }, { n }) =>
      (g) =>
        g.mul(polygamma(n + 1, x)),
  },
  sample: (draw) => ({ inputs: [{ shape: draw.shape(), range: [1, 4] }], attributes: { n: draw.integer(0, 3) } }),
});

/** The n-th derivative of digamma. PyTorch: `torch.polygamma`. */
export function polygamma<X extends TensorLike>(n: number, x: X): Tensor<ShapeOf<X>>;
export function polygamma(n: number, x: TensorLike): Tensor {
  checkInteger('polygamma', 'n', n, 0, 170);
  return apply(polygammaOp, toOperands('polygamma', ['x'], [x]), { n });
}

/** The modified Bessel function of order 0. PyTorch: `torch.i0`. */
export const i0: Elementwise<'x'> = elementwise('i0', {
  f: bessel.i0,
  result: 'float',
  ulp: 0.5,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(i1(x)),
  },
});

/** The modified Bessel function of order 1. PyTorch: `torch.special.i1`. */
export const i1: Elementwise<'x'> = elementwise('i1', {
  f: bessel.i1,
  result: 'float',
  ulp: 0.5,
  // d i1(x) = (i0(x) - i1(x) / x) dx, where i1(x) / x is 1/2 at 0
  vjp: {
    x:
      ({ x, out }) =>
      (g) =>
        g.mul(i0(x).sub(where(x.eq(0), 0.5, out.div(where(x.eq(0), 1, x))))),
  },
});

/** Options of `logit`. */
export interface LogitOptions {
  /** Keeps x in [eps, 1 - eps]. Default: no bounds, so that what lies outside [0, 1] gives NaN. */
  readonly eps?: number | null;
}

interface Margin {
  readonly eps: number | null;
}

export const logitOp: ElementwiseOp<'x', Margin> = elementwiseOp<'x', Margin>('logit', {
  f: (x: number, { eps }: Margin) => {
    const inner = eps === null ? x : Math.min(Math.max(x, eps), 1 - eps);
    return Math.log(inner / (1 - inner));
  },
  result: 'float',
  ulp: 0.5,
  formula: 'log(x / (1 - x))',
  // dx / (x (1 - x)) inside the bounds; at and beyond them, 0 with eps and NaN without
  vjp: {
    x:
      ({ x }, { eps }) =>
      (g) => {
        const outside = x.lt(eps ?? 0).logicalOr(x.gt(1 - (eps ?? 0)));
        return where(outside, eps === null ? Number.NaN : 0, g.div(x.mul(x.neg().add(1))));
      },
  },
  sample: (draw) => ({
    inputs: [{ shape: draw.shape(), range: [0.125, 0.875] }],
    attributes: { eps: draw.pick([null, 0.0625]) },
  }),
});

/**
 * log(x / (1 - x)), the inverse of the sigmoid. PyTorch: `torch.logit`.
 *
 * @throws ValueError when eps is not in [0, 1].
 */
export function logit<X extends TensorLike>(x: X, options?: LogitOptions): Tensor<ShapeOf<X>>;
export function logit(x: TensorLike, options: LogitOptions = {}): Tensor {
  const { eps = null } = checkOptions('logit', options, '{ eps: 1e-6 }', ['eps']);
  if (eps !== null && !(checkNumber('logit', 'eps', eps) >= 0 && eps <= 1)) {
    throw new ValueError(`logit: eps must be in [0, 1]; got ${eps}; try { eps: 1e-6 }`);
  }
  return apply(logitOp, toOperands('logit', ['x'], [x]), { eps });
}
