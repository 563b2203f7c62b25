/** Sums, differences, products, and what is made of them alone. */

import { launch } from '@tessera/kernels';
import { checkNumber, checkOptions, resultType, type TensorLike, toOperands } from '../../core/arguments.ts';
import { type Beside, broadcastShapes, type Paired } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError, ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { arithmeticOf, type Integral, rejectBool, sampleArithmetic } from './integral.ts';
import { inFloat64 } from './kernels.ts';

/** Options of `add` and `sub`. */
export interface AlphaOptions {
  /** What y is multiplied by first. Default 1; whole where the result is an integer. */
  readonly alpha?: number;
}

export const addOp: ElementwiseOp<'x' | 'y'> = elementwiseOp<'x' | 'y'>('add', {
  f: (x: number, y: number) => x + y,
  kernel: 'add',
  ulp: 0.5,
  formula: 'x + y',
  vjp: { x: () => (g) => g, y: () => (g) => g },
});

export const subOp: ElementwiseOp<'x' | 'y'> = elementwiseOp<'x' | 'y'>('sub', {
  f: (x: number, y: number) => x - y,
  kernel: 'sub',
  ulp: 0.5,
  formula: 'x - y',
  vjp: { x: () => (g) => g, y: () => (g) => g.neg() },
});

interface Scaled extends Integral {
  readonly alpha: number;
}

export const addScaledOp: ElementwiseOp<'x' | 'y', Scaled> = elementwiseOp<'x' | 'y', Scaled>('addScaled', {
  f: (x: number, y: number, { alpha, integral }: Scaled) => x + (integral ? Math.imul(alpha, y) : alpha * y),
  kernel: (out, inputs, { alpha }) =>
    inFloat64(out, inputs, (to, [x, y]) => launch('scale_add_f64', [to, x as Tensor, alpha, y as Tensor], to.count)),
  ulp: 0.5,
  formula: 'x + alpha * y',
  vjp: {
    x: () => (g) => g,
    y:
      (_, { alpha }) =>
      (g) =>
        g.mul(alpha),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleArithmetic(draw);
    return { inputs, attributes: { ...attributes, alpha: draw.pick([-1, 0, 2.5]) } };
  },
});

export const mulOp: ElementwiseOp<'x' | 'y', Integral> = elementwiseOp<'x' | 'y', Integral>('mul', {
  // The product of two int32 may need 64 bits: imul keeps the low 32, which are the ones that stay.
  f: (x: number, y: number, { integral }: Integral) => (integral ? Math.imul(x, y) : x * y),
  kernel: 'mul',
  ulp: 0.5,
  formula: 'x * y',
  vjp: {
    x:
      ({ y }) =>
      (g) =>
        g.mul(y),
    y:
      ({ x }) =>
      (g) =>
        g.mul(x),
  },
  sample: sampleArithmetic,
});

export const negOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('neg', {
  f: (x: number) => -x,
  kernel: 'neg',
  ulp: 0.5,
  formula: '-x',
  vjp: { x: () => (g) => g.neg() },
});

/**
 * x + alpha * y. Integers wrap at their width; the sum of bools is "or". PyTorch: `torch.add`.
 *
 * @throws ShapeError when the shapes do not broadcast; ValueError when alpha has a fraction and the result has none.
 * @example
 * add(tensor([1, 2]), 10, { alpha: 0.5 }); // tensor([6., 7.])
 */
export function add<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'add', ShapeOf<X>, Y>,
  options?: AlphaOptions,
): Tensor<Paired<'add', ShapeOf<X>, Y>>;
export function add(x: TensorLike, y: TensorLike, options: AlphaOptions = {}): Tensor {
  const operands = toOperands('add', ['x', 'y'], [x, y]);
  const alpha = checkAlpha('add', operands, options);
  return alpha === 1 ? apply(addOp, operands, {}) : addScaled('add', operands, alpha);
}

/**
 * x - alpha * y. PyTorch: `torch.sub`.
 *
 * @throws DTypeError for bools, as in PyTorch: there is `logicalNot` and `logicalXor`.
 */
export function sub<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'sub', ShapeOf<X>, Y>,
  options?: AlphaOptions,
): Tensor<Paired<'sub', ShapeOf<X>, Y>>;
export function sub(x: TensorLike, y: TensorLike, options: AlphaOptions = {}): Tensor {
  const operands = toOperands('sub', ['x', 'y'], [x, y]);
  for (const { dtype } of operands) {
    if (dtype === 'bool') {
      throw new DTypeError("sub: operands must be numbers; got bool; try logicalNot, logicalXor or .to('int32')");
    }
  }
  const alpha = checkAlpha('sub', operands, options);
  return alpha === 1 ? apply(subOp, operands, {}) : addScaled('sub', operands, -alpha);
}

function checkAlpha(op: string, operands: readonly Tensor[], options: AlphaOptions): number {
  const { alpha = 1 } = checkOptions(op, options, '{ alpha: 2 }', ['alpha']);
  checkNumber(op, 'alpha', alpha);
  const dtype = resultType(operands);
  if (isFloating(dtype) || Number.isInteger(alpha)) return alpha;
  throw new ValueError(
    `${op}: alpha must be whole where the result is an integer; got ${alpha} for ${dtype}; try .to('float32')`,
  );
}

function addScaled(op: string, operands: readonly Tensor[], alpha: number): Tensor {
  broadcastShapes(op, ...operands.map(({ shape }) => shape));
  return apply(addScaledOp, operands, { alpha, ...arithmeticOf(operands) });
}

/** x * y. Integers wrap at their width; the product of bools is "and". PyTorch: `torch.mul`. */
export function mul<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'mul', ShapeOf<X>, Y>,
): Tensor<Paired<'mul', ShapeOf<X>, Y>>;
export function mul(x: TensorLike, y: TensorLike): Tensor {
  const operands = toOperands('mul', ['x', 'y'], [x, y]);
  return apply(mulOp, operands, arithmeticOf(operands));
}

/** -x; not for bools. PyTorch: `torch.neg`. */
export function neg<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function neg(x: TensorLike): Tensor {
  const operands = toOperands('neg', ['x'], [x]);
  rejectBool('neg', operands);
  return apply(negOp, operands, {});
}

/** x itself; not for bools. PyTorch: `torch.positive`. */
export function positive<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function positive(x: TensorLike): Tensor {
  const operands = toOperands('positive', ['x'], [x]);
  rejectBool('positive', operands);
  return operands[0] as Tensor;
}
