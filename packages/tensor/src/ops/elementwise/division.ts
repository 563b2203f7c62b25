/** Quotients and what they leave over. */

import { checkOptions, type TensorLike, toOperands } from '../../core/arguments.ts';
import type { Beside, Paired } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { describe } from '../../core/shape.ts';
import { zerosLike } from '../../creation.ts';
import { type Draw, type ElementwiseOp, elementwiseOp, type Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { arithmeticOf, type Integral, rejectBool, sampleArithmetic } from './integral.ts';

/** Options of `div`. */
export interface DivOptions {
  /** `'trunc'` rounds towards zero, `'floor'` down, null (the default) not at all. */
  readonly roundingMode?: 'trunc' | 'floor' | null;
}

type Division = ElementwiseOp<'x' | 'y', Integral>;

/** Quotients that keep a distance from whole numbers: at those the ops below jump and have no derivative. */
function sampleUnevenly(draw: Draw): Sample<Integral> {
  const { inputs, attributes } = sampleArithmetic(draw);
  const ranges = draw.pick([
    [
      [5.2, 5.6],
      [2.05, 2.5],
    ],
    [
      [-5.6, -5.2],
      [2.05, 2.5],
    ],
    [
      [0.2, 0.4],
      [-0.9, -0.5],
    ],
  ] as const);
  return { inputs: inputs.map((input, i) => ({ ...input, range: ranges[i === 0 ? 0 : 1] })), attributes };
}

export const divOp: ElementwiseOp<'x' | 'y'> = elementwiseOp<'x' | 'y'>('div', {
  f: (x: number, y: number) => x / y,
  result: 'float',
  kernel: 'div',
  ulp: 0.5,
  domain: { y: [0.25, 3] },
  formula: 'x / y',
  // d(x / y) = dx / y - (x / y) / y dy
  vjp: {
    x:
      ({ y }) =>
      (g) =>
        g.div(y),
    y:
      ({ y, out }) =>
      (g) =>
        g.neg().mul(out.div(y)),
  },
});

export const truncDivideOp: Division = elementwiseOp<'x' | 'y', Integral>('truncDivide', {
  f: (x: number, y: number, { integral }: Integral) => Math.trunc(x / (integral ? nonZero('div', y) : y)),
  ulp: 0.5,
  formula: 'trunc(x / y)',
  vjp: { x: () => (g) => zerosLike(g), y: () => (g) => zerosLike(g) },
  sample: sampleUnevenly,
});

export const floorDivideOp: Division = elementwiseOp<'x' | 'y', Integral>('floorDivide', {
  f: (x: number, y: number, { integral }: Integral) => floorQuotient(x, integral ? nonZero('floorDivide', y) : y),
  ulp: 0.5,
  formula: 'floor(x / y)',
  vjp: { x: () => (g) => zerosLike(g), y: () => (g) => zerosLike(g) },
  sample: sampleUnevenly,
});

export const fmodOp: Division = elementwiseOp<'x' | 'y', Integral>('fmod', {
  f: (x: number, y: number, { integral }: Integral) => x % (integral ? nonZero('fmod', y) : y),
  kernel: 'fmod',
  ulp: 0.51,
  formula: 'x - trunc(x / y) * y',
  vjp: {
    x: () => (g) => g,
    y:
      ({ x, y }) =>
      (g) =>
        g.neg().mul(x.div(y, { roundingMode: 'trunc' })),
  },
  sample: sampleUnevenly,
});

export const remainderOp: Division = elementwiseOp<'x' | 'y', Integral>('remainder', {
  f: (x: number, y: number, { integral }: Integral) => modulo(x, integral ? nonZero('remainder', y) : y),
  kernel: 'remainder',
  ulp: 0.51,
  formula: 'x - floor(x / y) * y',
  vjp: {
    x: () => (g) => g,
    y:
      ({ x, y }) =>
      (g) =>
        g.neg().mul(x.div(y, { roundingMode: 'floor' })),
  },
  sample: sampleUnevenly,
});

/** Integers have no infinity to give. */
function nonZero(op: string, y: number): number {
  if (y !== 0) return y;
  throw new ValueError(`${op}: integers must not be divided by zero; got a divisor of 0; try .to('float32')`);
}

/** The rest with the sign of the divisor. */
function modulo(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** As Python's `//`: right even where x / y, rounded to a float, reaches the next whole number. */
function floorQuotient(x: number, y: number): number {
  if (y === 0) return x / y;
  const rest = x % y;
  const truncated = (x - rest) / y;
  const quotient = rest !== 0 && rest < 0 !== y < 0 ? truncated - 1 : truncated;
  return quotient === 0 ? Math.sign(x / y) * 0 : Math.round(quotient);
}

/**
 * x / y. Integers give float32, unless rounded. PyTorch: `torch.div`.
 *
 * @throws ValueError when integers are divided by zero with a rounding mode.
 * @example
 * div(tensor([7, -7]), 2, { roundingMode: 'floor' }); // tensor([ 3., -4.])
 */
export function div<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'div', ShapeOf<X>, Y>,
  options?: DivOptions,
): Tensor<Paired<'div', ShapeOf<X>, Y>>;
export function div(x: TensorLike, y: TensorLike, options: DivOptions = {}): Tensor {
  const { roundingMode = null } = checkOptions('div', options, "{ roundingMode: 'floor' }", ['roundingMode']);
  const operands = toOperands('div', ['x', 'y'], [x, y]);
  if (roundingMode === null) return apply(divOp, operands, {});
  if (roundingMode !== 'trunc' && roundingMode !== 'floor') {
    throw new ValueError(
      `div: roundingMode must be 'trunc', 'floor' or null; got ${describe(roundingMode)}; try 'floor'`,
    );
  }
  rejectBool('div', operands);
  return apply(roundingMode === 'trunc' ? truncDivideOp : floorDivideOp, operands, arithmeticOf(operands));
}

/** x / y, unrounded. PyTorch: `torch.true_divide`. */
export function trueDivide<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'div', ShapeOf<X>, Y>,
): Tensor<Paired<'div', ShapeOf<X>, Y>>;
export function trueDivide(x: TensorLike, y: TensorLike): Tensor {
  return div(x, y);
}

/** x / y rounded down. PyTorch: `torch.floor_divide`. */
export function floorDivide<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'floorDivide', ShapeOf<X>, Y>,
): Tensor<Paired<'floorDivide', ShapeOf<X>, Y>>;
export function floorDivide(x: TensorLike, y: TensorLike): Tensor {
  return whole(floorDivideOp, x, y);
}

/** What division rounded towards zero leaves over: it has the sign of x. PyTorch: `torch.fmod`. */
export function fmod<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'fmod', ShapeOf<X>, Y>,
): Tensor<Paired<'fmod', ShapeOf<X>, Y>>;
export function fmod(x: TensorLike, y: TensorLike): Tensor {
  return whole(fmodOp, x, y);
}

/** What division rounded down leaves over: it has the sign of y, as Python's `%`. PyTorch: `torch.remainder`. */
export function remainder<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'remainder', ShapeOf<X>, Y>,
): Tensor<Paired<'remainder', ShapeOf<X>, Y>>;
export function remainder(x: TensorLike, y: TensorLike): Tensor {
  return whole(remainderOp, x, y);
}

function whole(op: Division, x: TensorLike, y: TensorLike): Tensor {
  const operands = toOperands(op.name, ['x', 'y'], [x, y]);
  rejectBool(op.name, operands);
  return apply(op, operands, arithmeticOf(operands));
}
