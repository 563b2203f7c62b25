/** Methods of Tensor: the same values in other dtypes. */

import { checkTensor } from '../core/arguments.ts';
import type { DType } from '../core/dtype.ts';
import { to } from '../ops/elementwise/to.ts';
import type { Tensor } from '../tensor.ts';
import { ComparisonMethods } from './comparison.ts';

export abstract class ConversionMethods extends ComparisonMethods {
  to<A extends Tensor>(this: A, dtype: DType): Tensor<A['shape']> {
    return to(this, dtype);
  }
  /** In the dtype of `other`. PyTorch: `Tensor.type_as`. */
  typeAs<A extends Tensor>(this: A, other: Tensor): Tensor<A['shape']> {
    return to(this, checkTensor('typeAs', 'other', other).dtype);
  }
  /** As float32. */
  float<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'float32');
  }
  /** As float64. */
  double<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'float64');
  }
  /** As float16, for storage. */
  half<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'float16');
  }
  /** As bfloat16, for storage. */
  bfloat16<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'bfloat16');
  }
  /** As int32. */
  int<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'int32');
  }
  /** As int32: there is no wider integer. */
  long<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'int32');
  }
  /** As uint8. */
  byte<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'uint8');
  }
  /** As bool: whether anything but zero. */
  bool<A extends Tensor>(this: A): Tensor<A['shape']> {
    return to(this, 'bool');
  }
}
