/** Powers, roots and lengths. */

import { launch } from '@tessera/kernels';
import { type TensorLike, toOperands } from '../../core/arguments.ts';
import type { Beside, Paired } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { filled, zerosLike } from '../../creation.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { arithmeticOf, type Integral, rejectBool, sampleArithmetic } from './integral.ts';
import { flat, inFloat64, pairwise } from './kernels.ts';
import { to } from './to.ts';
import { where } from './where.ts';

/** The square root. PyTorch: `torch.sqrt`. */
export const sqrt: Elementwise<'x'> = elementwise('sqrt', {
  f: Math.sqrt,
  result: 'float',
  kernel: 'sqrt',
  ulp: 0.5,
  domain: { x: [0.25, 4] },
  // d sqrt(x) = dx / (2 sqrt(x))
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.div(out.mul(2)),
  },
});

/** 1 / sqrt(x). PyTorch: `torch.rsqrt`. */
export const rsqrt: Elementwise<'x'> = elementwise('rsqrt', {
  f: (x: number) => 1 / Math.sqrt(x),
  result: 'float',
  kernel: 'rsqrt',
  ulp: 1.5,
  domain: { x: [0.25, 4] },
  // d x^(-1/2) = -1/2 x^(-3/2) dx
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(-0.5).mul(out.mul(out).mul(out)),
  },
});

/** 1 / x. PyTorch: `torch.reciprocal`. */
export const reciprocal: Elementwise<'x'> = elementwise('reciprocal', {
  f: (x: number) => 1 / x,
  result: 'float',
  kernel: 'reciprocal',
  ulp: 0.5,
  domain: { x: [0.25, 4] },
  // d(1 / x) = -x^-2 dx
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.neg().mul(out.square()),
  },
});

export const squareOp: ElementwiseOp<'x', Integral> = elementwiseOp<'x', Integral>('square', {
  f: (x: number, { integral }: Integral) => (integral ? Math.imul(x, x) : x * x),
  kernel: 'square',
  ulp: 0.5,
  formula: 'x^2',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.mul(2)),
  },
  sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { integral: false } }),
});

/** sqrt(x^2 + y^2), without overflow on the way. PyTorch: `torch.hypot`. */
export const hypot: Elementwise<'x' | 'y', 'hypot'> = elementwise('hypot', {
  f: (x: number, y: number) => Math.hypot(x, y),
  result: 'float',
  kernel: 'hypot',
  ulp: 0.51,
  domain: { x: [0.25, 3] },
  vjp: {
    x:
      ({ x, out }) =>
      (g) =>
        g.mul(x.div(out)),
    y:
      ({ y, out }) =>
      (g) =>
        g.mul(y.div(out)),
  },
});

interface Exponent {
  readonly exponent: number;
}

/** x to the power of a number. */
export const powScalarOp: ElementwiseOp<'x', Exponent> = elementwiseOp<'x', Exponent>('powScalar', {
  f: (x: number, { exponent }: Exponent) => power(x, exponent),
  kernel: runPower,
  ulp: 1.5,
  formula: 'x^exponent',
  // d x^n = n x^(n - 1) dx
  vjp: {
    x:
      ({ x }, { exponent }) =>
      (g) =>
        exponent === 0 ? zerosLike(g) : g.mul(x.pow(exponent - 1).mul(exponent)),
  },
  sample: (draw) => ({
    inputs: [{ shape: draw.shape(), range: [0.25, 3] }],
    attributes: { exponent: draw.pick([0, 1, 3, 4, -2, 1.5, 0.25]) },
  }),
});

export const powOp: ElementwiseOp<'x' | 'y', Integral> = elementwiseOp<'x' | 'y', Integral>('pow', {
  f: (x: number, y: number, { integral }: Integral) => (integral ? integerPower(x, y) : power(x, y)),
  ulp: 0.5,
  formula: 'x^y',
  // d x^y = y x^(y - 1) dx + log(x) x^y dy, where 0 * Infinity is meant as 0
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(y.eq(0), 0, g.mul(y.mul(x.pow(y.sub(1))))),
    y:
      ({ x, y, out }) =>
      (g) =>
        g.mul(where(x.eq(0).logicalAnd(y.ge(0)), 0, out.mul(x.log()))),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleArithmetic(draw);
    return { inputs: inputs.map((input) => ({ ...input, range: [0.25, 2.5] as const })), attributes };
  },
});

/** Cubes are two products; other powers are rounded once, and the exponent not at all. */
function runPower(out: Tensor, inputs: readonly Tensor[], { exponent }: Exponent): void {
  if (exponent === 3) {
    flat('square')(out, inputs);
    pairwise('mul', out, out, inputs[0] as Tensor);
    return;
  }
  inFloat64(out, inputs, (to, [x]) => {
    const y = filled([], exponent, 'float64');
    launch('pow_f64', [to, x as Tensor, to.count, 1, y, 0, 0, to.count], to.count);
    y.dispose();
  });
}

/** As C and PyTorch have it: 1 to any power is 1, and so is -1 to an infinite one. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

/** Wraps at 32 bits; negative powers are 0 but for those of 1 and -1. */
function integerPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  let base = x;
  for (let rest = y; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** x * x. Bools become int32. PyTorch: `torch.square`. */
export function square<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function square(x: TensorLike): Tensor {
  const [operand] = toOperands('square', ['x'], [x]) as [Tensor];
  const number = operand.dtype === 'bool' ? to(operand, 'int32') : operand;
  return apply(squareOp, [number], arithmeticOf([number]));
}

/**
 * x to the power of y; either may be a number. Powers of integers wrap. PyTorch: `torch.pow`.
 *
 * @throws ValueError for an integer tensor to a negative whole number, as in PyTorch; DTypeError for bools.
 * @example
 * pow(tensor([1, 2, 3]), 2); // tensor([1., 4., 9.])
 * pow(2, tensor([1, 2, 3])); // tensor([2., 4., 8.])
 */
export function pow<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'pow', ShapeOf<X>, Y>,
): Tensor<Paired<'pow', ShapeOf<X>, Y>>;
export function pow(x: TensorLike, y: TensorLike): Tensor {
  const operands = toOperands('pow', ['x', 'y'], [x, y]);
  rejectBool('pow', operands);
  const kind = arithmeticOf(operands);
  const [base] = operands as [Tensor];
  if (typeof y !== 'number' || typeof x === 'number') return apply(powOp, operands, kind);
  if (kind.integral && y < 0) {
    throw new ValueError(`pow: integers must not be raised to negative whole powers; got ${y}; try .to('float32')`);
  }
  if (!isFloating(base.dtype) || !Number.isFinite(y)) return apply(powOp, operands, kind);
  return floatPower(base, y);
}

/** The exponents that have a kernel of their own go to it. */
function floatPower(x: Tensor, exponent: number): Tensor {
  if (exponent === 2) return square(x);
  if (exponent === 0.5) return sqrt(x);
  if (exponent === -0.5) return rsqrt(x);
  if (exponent === -1) return reciprocal(x);
  return apply(powScalarOp, [x], { exponent });
}
