/** The Gaussian error linear unit, exact or by tanh. */

import { type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { describe } from '../../core/shape.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { tanhBackward } from './hyperbolic.ts';
import { slope } from './kernels.ts';
import { erfc } from './maths/erf.ts';

const SQRT_HALF = Math.SQRT1_2;
const SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** Options of `gelu`. */
export interface GeluOptions {
  /** `'tanh'` takes the approximation of the original paper. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

/** x Phi(x), with the distribution function Phi of the normal distribution. */
export const geluOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('gelu', {
  f: (x: number) => (x * erfc(-x * SQRT_HALF)) / 2,
  result: 'float',
  kernel: 'gelu',
  ulp: 6,
  formula: 'x / 2 * (1 + erf(x / sqrt(2)))',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        geluBackward(g, x),
  },
});

/** g times the slope of gelu, Phi(x) + x phi(x), where phi(x) = e^(-x^2 / 2) / sqrt(2 pi). */
export const geluBackward: Elementwise<'g' | 'x', 'geluBackward'> = elementwise('geluBackward', {
  f: (g: number, x: number) => g * (erfc(-x * SQRT_HALF) / 2 + x * (SQRT_TWO_OVER_PI / 2) * Math.exp((-x * x) / 2)),
  kernel: slope('gelu_backward'),
  // The slope is 0 near -0.75: there the error is one of its terms.
  ulp: 8,
  domain: { x: [-0.5, 4] },
  // d (Phi(x) + x phi(x)) = (2 - x^2) phi(x) dx
  vjp: {
    g:
      ({ x }) =>
      (h) =>
        geluBackward(h, x),
    x:
      ({ g, x }) =>
      (h) => {
        const square = x.square();
        const density = square
          .mul(-0.5)
          .exp()
          .mul(SQRT_TWO_OVER_PI / 2);
        return h.mul(g).mul(square.neg().add(2).mul(density));
      },
  },
});

/** x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3) */
export const geluTanhOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('geluTanh', {
  // (1 + tanh(u)) / 2 = sigmoid(2u), which keeps its digits on the left.
  f: (x: number) => x / (1 + Math.exp(-2 * argument(x))),
  result: 'float',
  kernel: 'gelu_tanh',
  ulp: 5,
  domain: { x: [-2, 4] },
  formula: 'x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        geluTanhBackward(g, x),
  },
});

/** g times the slope of geluTanh, (1 + t + x (1 - t^2) u') / 2 with t = tanh(u). */
export const geluTanhBackward: Elementwise<'g' | 'x', 'geluTanhBackward'> = elementwise('geluTanhBackward', {
  f: (g: number, x: number) => {
    // Beyond 40 the slope is 0 or 1; its terms might overflow.
    const near = Math.abs(x) < Number.POSITIVE_INFINITY ? Math.max(-40, Math.min(40, x)) : x;
    const s = 1 / (1 + Math.exp(-2 * argument(near)));
    const steepness = 2 * SQRT_TWO_OVER_PI * (1 + 3 * CUBIC * near * near);
    return g * (s * (1 + near * steepness * (1 - s)));
  },
  kernel: slope('gelu_tanh_backward'),
  // The slope is 0 near -0.75, as above.
  ulp: 8,
  domain: { x: [-0.5, 3] },
  // d (1 + t + x (1 - t^2) u') / 2 = (1 - t^2) (u' + x (u'' / 2 - t u'^2)) dx
  vjp: {
    g:
      ({ x }) =>
      (h) =>
        geluTanhBackward(h, x),
    x:
      ({ g, x }) =>
      (h) => {
        const square = x.square();
        const t = x.mul(square.mul(CUBIC).add(1)).mul(SQRT_TWO_OVER_PI).tanh();
        const steepness = square
          .mul(3 * CUBIC)
          .add(1)
          .mul(SQRT_TWO_OVER_PI);
        const halfBend = x.mul(3 * CUBIC * SQRT_TWO_OVER_PI);
        return tanhBackward(h.mul(g), t).mul(steepness.add(x.mul(halfBend.sub(t.mul(steepness.square())))));
      },
  },
});

function argument(x: number): number {
  return SQRT_TWO_OVER_PI * (x + CUBIC * x ** 3);
}

/**
 * x times the chance that a normal variable lies below x. PyTorch: `torch.nn.functional.gelu`.
 *
 * @example
 * gelu(tensor([-1, 0, 1])); // tensor([-0.1587,  0.0000,  0.8413])
 */
export function gelu<X extends TensorLike>(x: X, options?: GeluOptions): Tensor<ShapeOf<X>>;
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  const { approximate } = withDefaults<Required<GeluOptions>>('gelu', options, { approximate: 'none' });
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ValueError(`gelu: approximate must be 'none' or 'tanh'; got ${describe(approximate)}; try 'tanh'`);
  }
  return apply(approximate === 'none' ? geluOp : geluTanhOp, toOperands('gelu', ['x'], [x]), {});
}
