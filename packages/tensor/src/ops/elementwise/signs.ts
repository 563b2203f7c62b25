/** Size and sign. */

import { type TensorLike, toOperands } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { zerosLike } from '../../creation.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { rejectBool } from './integral.ts';
import { where } from './where.ts';

export const absOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('abs', {
  f: Math.abs,
  kernel: 'abs',
  ulp: 0.5,
  kinks: [0],
  formula: '|x|',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.sign()),
  },
});

/** |x|; its derivative at 0 is 0. Not for bools. PyTorch: `torch.abs`. */
export function abs<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function abs(x: TensorLike): Tensor {
  const operands = toOperands('abs', ['x'], [x]);
  rejectBool('abs', operands);
  return apply(absOp, operands, {});
}

/** -1, 0 or 1; 0 for NaN, as in PyTorch. PyTorch: `torch.sign`. */
export const sign: Elementwise<'x'> = elementwise('sign', {
  f: (x: number) => Number(x > 0) - Number(x < 0),
  ulp: 0.5,
  kinks: [0],
  vjp: { x: () => (g) => zerosLike(g) },
});

/** The same as `sign`: it differs for complex numbers, of which there are no tensors. PyTorch: `torch.sgn`. */
export function sgn<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function sgn(x: TensorLike): Tensor {
  return sign(x);
}

/** Whether x is below zero, or the zero with a minus. The sign of a NaN cannot be told. PyTorch: `torch.signbit`. */
export const signbit: Elementwise<'x'> = elementwise('signbit', {
  f: (x: number) => Number(isNegative(x)),
  result: 'bool',
  vjp: { x: 'none' },
});

/** |x| with the sign of y, which -0 has too. PyTorch: `torch.copysign`. */
export const copysign: Elementwise<'x' | 'y', 'copysign'> = elementwise('copysign', {
  f: (x: number, y: number) => (isNegative(y) ? -Math.abs(x) : Math.abs(x)),
  result: 'float',
  ulp: 0.5,
  domain: { x: [0.25, 3], y: [0.25, 3] },
  // d copysign(x, y) = (copysign(x, y) / x) dx, and 0 at x = 0
  vjp: {
    x:
      ({ x, out }) =>
      (g) =>
        g.mul(where(x.eq(0), 0, out.div(x))),
    y: () => (g) => zerosLike(g),
  },
});

/** 0 below zero, 1 above, and `values` at zero. PyTorch: `torch.heaviside`. */
export const heaviside: Elementwise<'x' | 'values', 'heaviside'> = elementwise('heaviside', {
  f: (x: number, values: number) => (x === 0 ? values : Number(x > 0)),
  ulp: 0.5,
  kinks: [0],
  vjp: {
    x: () => (g) => zerosLike(g),
    values:
      ({ x }) =>
      (g) =>
        where(x.eq(0), g, 0),
  },
});

function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}
