/** Choosing between two values, element by element. */

import { launch } from '@tessera/kernels';
import { checkTensor, scalarTensor, type TensorLike, toOperands } from '../../core/arguments.ts';
import { allocate } from '../../core/base.ts';
import { type Broadcast, broadcastShapes } from '../../core/broadcast.ts';
import { WRITERS } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES, isFloating } from '../../core/dtype.ts';
import { DTypeError, ShapeError, ValueError } from '../../core/errors.ts';
import type { Check, Result, ShapeOf } from '../../core/rule.ts';
import { describe, formatShape } from '../../core/shape.ts';
import { filled } from '../../creation.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { to } from './to.ts';

export const whereOp: ElementwiseOp<'condition' | 'x' | 'y'> = elementwiseOp<'condition' | 'x' | 'y'>('where', {
  f: (condition: number, x: number, y: number) => (condition === 0 ? y : x),
  kernel: choose,
  ulp: 0.5,
  formula: 'condition ? x : y',
  vjp: {
    condition: 'none',
    x:
      ({ condition }) =>
      (g) =>
        where(condition, g, 0),
    y:
      ({ condition }) =>
      (g) =>
        where(condition, 0, g),
  },
  sample: (draw) => {
    const shape = draw.shape();
    const stretched = shape.map((size) => (draw.boolean() ? 1 : size));
    return { inputs: [{ shape: stretched, dtype: 'bool' }, { shape }, { shape: stretched }], attributes: {} };
  },
});

/** The condition comes as numbers like x and y; the kernel takes bytes. */
function choose(out: Tensor, [condition, x, y]: readonly Tensor[]): void {
  const { suffix } = DTYPES[out.dtype];
  const n = out.count;
  const mask = allocate(out.shape, 'bool');
  const zero = filled([], 0, out.dtype);
  launch(`ne_${suffix}`, [mask, condition as Tensor, n, 1, zero, 0, 0, n], n);
  launch(`where_${suffix}`, [out, mask, x as Tensor, y as Tensor], n);
  mask.dispose();
  zero.dispose();
}

/**
 * `x` where `condition` is true and `y` elsewhere; all three broadcast, and x and y may be numbers. PyTorch:
 * `torch.where`.
 *
 * @throws DTypeError when the condition is not bool; ShapeError when the shapes do not broadcast.
 * @example
 * const x = tensor([-1, 2]);
 * where(x.gt(0), x, 0); // tensor([0., 2.])
 */
export function where<C extends Tensor, X extends TensorLike, Y extends TensorLike>(
  condition: C,
  x: X,
  y: Y & Check<Broadcast<'where', [ShapeOf<C>, ShapeOf<X>, ShapeOf<Y>]>>,
): Tensor<Result<Broadcast<'where', [ShapeOf<C>, ShapeOf<X>, ShapeOf<Y>]>>>;
export function where(condition: Tensor, x: TensorLike, y: TensorLike): Tensor {
  checkMask('where', 'condition', condition);
  const branches =
    isBare(x) && isBare(y) ? [numberTensor(x), numberTensor(y)] : toOperands('where', ['x', 'y'], [x, y]);
  return apply(whereOp, [condition, ...branches], {});
}

function isBare(value: TensorLike): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** A number with no tensor beside it. */
function numberTensor(value: number | boolean): Tensor {
  if (typeof value === 'boolean') return scalarTensor(Number(value), 'bool');
  return scalarTensor(value, Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'int32' : 'float32');
}

/**
 * `x` with `value` (a number or a tensor without dimensions) wherever `mask` is true; the mask broadcasts with x.
 * PyTorch: `Tensor.masked_fill`.
 *
 * @throws DTypeError when the mask is not bool; ValueError when the value does not fit an integer tensor.
 */
export function maskedFill<A extends Tensor, M extends Tensor>(
  x: A,
  mask: M & Check<Broadcast<'maskedFill', [ShapeOf<A>, ShapeOf<M>]>>,
  value: TensorLike,
): Tensor<Result<Broadcast<'maskedFill', [ShapeOf<A>, ShapeOf<M>]>>>;
export function maskedFill(x: Tensor, mask: Tensor, value: TensorLike): Tensor {
  checkTensor('maskedFill', 'x', x);
  checkMask('maskedFill', 'mask', mask);
  broadcastShapes('maskedFill', x.shape, mask.shape);
  return apply(whereOp, [mask, fillValue('maskedFill', x, value), x], {});
}

/** A value for elements of `x`, in its dtype. */
export function fillValue(op: string, x: Tensor, value: TensorLike): Tensor {
  if (typeof value === 'number' || typeof value === 'boolean') {
    if (x.dtype !== 'bool' && !isFloating(x.dtype) && WRITERS[x.dtype](Number(value)) !== Number(value)) {
      throw new ValueError(
        `${op}: value must be one that ${x.dtype} holds; got ${describe(value)}; try .to('float32')`,
      );
    }
    return filled([], Number(value), x.dtype);
  }
  checkTensor(op, 'value', value);
  if (value.ndim === 0) return to(value, x.dtype);
  const shape = formatShape(value.shape);
  throw new ShapeError(
    `${op}: value must be a number or have no dimensions; got shape ${shape}; try where(mask, value, x)`,
  );
}

function checkMask(op: string, operand: string, mask: Tensor): void {
  const { dtype } = checkTensor(op, operand, mask);
  if (dtype !== 'bool') throw new DTypeError(`${op}: ${operand} must be bool; got ${dtype}; try .to('bool')`);
}
