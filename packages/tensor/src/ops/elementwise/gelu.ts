/** The Gaussian error linear unit, exact or by tanh. */
import { type TensorLike, toOperands } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import { describe } from '../../core/shape.ts';
import { type Elementwise, elementwise } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import * as error from './maths/erf.ts';

const SQRT_HALF = Math.SQRT1_2;
const SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** Options of `gelu`. */
export interface GeluOptions {
  /** `'tanh'` takes the approximation of the original paper. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

/** x Phi(x), with the distribution function Phi of the normal distribution. */
export const geluExact: Elementwise<'x'> = elementwise('geluExact', {
  f: (x: number) => (x * error.erfc(-x * SQRT_HALF)) / 2,
  result: 'float',
  ulp: 0.5,
  formula: 'x / 2 * (1 + erf(x / sqrt(2)))',
  // d x Phi(x) = (Phi(x) + x phi(x)) dx
  vjp: {
    x:
      ({ x }) =>
      (g) => {
        const distribution = x.mul(SQRT_HALF).erf().add(1).mul(0.5);
        const density = x
          .square()
          .mul(-0.5)
          .exp()
          .mul(SQRT_TWO_OVER_PI / 2);
        return g.mul(distribution.add(x.mul(density)));
      },
  },
});

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 */
export const geluTanh: Elementwise<'x'> = elementwise('geluTanh', {
  f: (x: number) => (x / 2) * (1 + Math.tanh(SQRT_TWO_OVER_PI * (x + CUBIC * x ** 3))),
  result: 'float',
  ulp: 0.5,
  formula: 'x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))',
  // d x (1 + t) / 2 = ((1 + t) + x (1 - t^2) sqrt(2 / pi) (1 + 3 * 0.044715 x^2)) / 2 dx
  vjp: {
    x:
      ({ x }) =>
      (g) => {
        const square = x.square();
        const t = x.mul(square.mul(CUBIC).add(1)).mul(SQRT_TWO_OVER_PI).tanh();
        const slope = square
          .mul(3 * CUBIC)
          .add(1)
          .mul(SQRT_TWO_OVER_PI);
        return g.mul(
          t
            .add(1)
            .add(x.mul(t.square().neg().add(1)).mul(slope))
            .mul(0.5),
        );
      },
  },
});

/**
 * x times the chance that a normal variable lies below x. PyTorch: `torch.nn.functional.gelu`.
 *
 * @example
 * gelu(tensor([-1, 0, 1])); // tensor([-0.1587,  0.0000,  0.8413])
 */
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = options;
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ValueError(`gelu: approximate must be 'none' or 'tanh'; got ${describe(approximate)}; try 'tanh'`);
  }
  return apply(approximate === 'none' ? geluExact : geluTanh, toOperands('gelu', ['x'], [x]), {});
}
