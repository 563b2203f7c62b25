/** The bits of whole numbers; for bools the same as the logical ops. */

import { resultType, type TensorLike, toOperands } from '../../core/arguments.ts';
import type { Beside, Paired } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { rejectBool } from './integral.ts';
import { logicalNot } from './logical.ts';

type Binary = ElementwiseOp<'x' | 'y'>;

export const bitwiseAndOp: Binary = binary('bitwiseAnd', 'x & y', (x, y) => x & y);
export const bitwiseOrOp: Binary = binary('bitwiseOr', 'x | y', (x, y) => x | y);
export const bitwiseXorOp: Binary = binary('bitwiseXor', 'x ^ y', (x, y) => x ^ y);
export const bitwiseLeftShiftOp: Binary = binary('bitwiseLeftShift', 'x << y', (x, y) => (y >>> 0 > 31 ? 0 : x << y));
export const bitwiseRightShiftOp: Binary = binary(
  'bitwiseRightShift',
  'x >> y',
  (x, y) => x >> (y >>> 0 > 31 ? 31 : y),
);

export const bitwiseNotOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('bitwiseNot', {
  f: (x: number) => ~x,
  formula: '~x',
  vjp: { x: 'none' },
  sample: (draw) => ({ inputs: [{ shape: draw.shape(), dtype: 'int32', range: [-100, 100] }], attributes: {} }),
});

function binary(name: string, formula: string, f: (x: number, y: number) => number): Binary {
  return elementwiseOp<'x' | 'y'>(name, {
    f,
    formula,
    vjp: { x: 'none', y: 'none' },
    sample: (draw) => {
      const shape = draw.shape();
      const x = { shape, dtype: 'int32', range: [-100, 100] } as const;
      return { inputs: [x, { shape, dtype: 'int32', range: [0, 31] }], attributes: {} };
    },
  });
}

/** The bits that both have. PyTorch: `torch.bitwise_and`. @throws DTypeError for floats. */
export function bitwiseAnd<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'bitwiseAnd', ShapeOf<X>, Y>,
): Tensor<Paired<'bitwiseAnd', ShapeOf<X>, Y>>;
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return whole(bitwiseAndOp, x, y);
}

/** The bits that either has. PyTorch: `torch.bitwise_or`. @throws DTypeError for floats. */
export function bitwiseOr<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'bitwiseOr', ShapeOf<X>, Y>,
): Tensor<Paired<'bitwiseOr', ShapeOf<X>, Y>>;
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return whole(bitwiseOrOp, x, y);
}

/** The bits in which they differ. PyTorch: `torch.bitwise_xor`. @throws DTypeError for floats. */
export function bitwiseXor<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'bitwiseXor', ShapeOf<X>, Y>,
): Tensor<Paired<'bitwiseXor', ShapeOf<X>, Y>>;
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return whole(bitwiseXorOp, x, y);
}

/**
 * x * 2^y, wrapped; 0 where y is 32 or more. PyTorch: `torch.bitwise_left_shift`.
 *
 * @throws DTypeError for floats and bools.
 */
export function bitwiseLeftShift<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'bitwiseLeftShift', ShapeOf<X>, Y>,
): Tensor<Paired<'bitwiseLeftShift', ShapeOf<X>, Y>>;
export function bitwiseLeftShift(x: TensorLike, y: TensorLike): Tensor {
  return whole(bitwiseLeftShiftOp, x, y, rejectBool);
}

/** x / 2^y rounded down. PyTorch: `torch.bitwise_right_shift`. @throws DTypeError for floats and bools. */
export function bitwiseRightShift<X extends TensorLike, Y extends TensorLike>(
  x: X,
  y: Y & Beside<'bitwiseRightShift', ShapeOf<X>, Y>,
): Tensor<Paired<'bitwiseRightShift', ShapeOf<X>, Y>>;
export function bitwiseRightShift(x: TensorLike, y: TensorLike): Tensor {
  return whole(bitwiseRightShiftOp, x, y, rejectBool);
}

/** All bits turned over; for bools `logicalNot`. PyTorch: `torch.bitwise_not`. @throws DTypeError for floats. */
export function bitwiseNot<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function bitwiseNot(x: TensorLike): Tensor {
  const operands = toOperands('bitwiseNot', ['x'], [x]);
  rejectFloats('bitwiseNot', operands);
  return operands[0]?.dtype === 'bool' ? logicalNot(x) : apply(bitwiseNotOp, operands, {});
}

function whole(
  op: Binary,
  x: TensorLike,
  y: TensorLike,
  check?: (op: string, operands: readonly Tensor[]) => void,
): Tensor {
  const operands = toOperands(op.name, ['x', 'y'], [x, y]);
  rejectFloats(op.name, operands);
  check?.(op.name, operands);
  return apply(op, operands, {});
}

function rejectFloats(op: string, operands: readonly Tensor[]): void {
  const dtype = resultType(operands);
  if (isFloating(dtype)) {
    throw new DTypeError(`${op}: operands must be integers or bools; got ${dtype}; try .to('int32')`);
  }
}
