/** The same values in another dtype. */

import { checkTensor } from '../../core/arguments.ts';
import { convert } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { checkDType, type DType } from '../../core/dtype.ts';
import type { ShapeOf } from '../../core/rule.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

interface ToAttributes {
  readonly dtype: DType;
}

/** A conversion. Between floats the derivative is the identity (autograd converts it back); integers have none. */
export const toOp: CompositeOp<'x', ToAttributes> = {
  kind: 'composite',
  name: 'to',
  operands: ['x'],
  infer: ([x], { dtype }) => ({ shape: (x as Tensor).shape, dtype }),
  define: ([x], { dtype }) => convert(x as Tensor, dtype),
  vjp: { x: () => (g) => g },
  sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { dtype: draw.pick(['float32', 'float64']) } }),
};

/**
 * `x` in another dtype, or `x` itself where it has it already. Floats become integers by dropping the fraction, and
 * wrap; anything but zero is true, NaN too. PyTorch: `Tensor.to`.
 *
 * @throws DTypeError when `dtype` names none.
 * @example
 * to(tensor([1.9, -1.9]), 'int32'); // tensor([1, -1], dtype=int32)
 */
export function to<A extends Tensor>(x: A, dtype: DType): Tensor<ShapeOf<A>>;
export function to(x: Tensor, dtype: DType): Tensor {
  checkTensor('to', 'x', x);
  return x.dtype === checkDType('to', dtype) ? x : apply(toOp, [x], { dtype });
}
