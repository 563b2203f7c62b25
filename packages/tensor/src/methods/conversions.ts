/** Methods of Tensor: the same values in other dtypes. */
import { checkTensor } from '../core/arguments.ts';
import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import { to } from '../ops/elementwise/to.ts';
import type { Tensor } from '../tensor.ts';
import { ComparisonMethods } from './comparison.ts';

export abstract class ConversionMethods extends ComparisonMethods {
  to<A extends Shape>(this: Tensor<A>, dtype: DType): Tensor<A> {
    return to(this, dtype);
  }
  /** In the dtype of `other`. PyTorch: `Tensor.type_as`. */
  typeAs<A extends Shape>(this: Tensor<A>, other: Tensor): Tensor<A> {
    return to(this, checkTensor('typeAs', 'other', other).dtype);
  }
  /** As float32. */
  float<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'float32');
  }
  /** As float64. */
  double<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'float64');
  }
  /** As float16, for storage. */
  half<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'float16');
  }
  /** As bfloat16, for storage. */
  bfloat16<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'bfloat16');
  }
  /** As int32. */
  int<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'int32');
  }
  /** As int32: there is no wider integer. */
  long<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'int32');
  }
  /** As uint8. */
  byte<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'uint8');
  }
  /** As bool: whether anything but zero. */
  bool<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return to(this, 'bool');
  }
}
