/** Methods of Tensor: arithmetic. Each is the function of the same name with the tensor as its first operand. */
import { TensorBase } from '../core/base.ts';
import type { Shape } from '../core/shape.ts';
import { add, mul, neg, sub } from '../ops/elementwise/arithmetic.ts';
import type { Tensor, TensorLike } from '../tensor.ts';

export abstract class ArithmeticMethods<out S extends Shape = Shape> extends TensorBase<S> {
  add(this: Tensor, other: TensorLike): Tensor {
    return add(this, other);
  }
  sub(this: Tensor, other: TensorLike): Tensor {
    return sub(this, other);
  }
  mul(this: Tensor, other: TensorLike): Tensor {
    return mul(this, other);
  }
  neg(this: Tensor): Tensor {
    return neg(this);
  }
}
