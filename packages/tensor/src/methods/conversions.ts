/** Methods of Tensor: the same values in other dtypes. */
import { checkTensor } from '../core/arguments.ts';
import type { DType } from '../core/dtype.ts';
import type { Shape } from '../core/shape.ts';
import { to } from '../ops/elementwise/to.ts';
import type { Tensor } from '../tensor.ts';
import { ComparisonMethods } from './comparison.ts';

export abstract class ConversionMethods<out S extends Shape = Shape> extends ComparisonMethods<S> {
  to(this: Tensor, dtype: DType): Tensor {
    return to(this, dtype);
  }
  /** In the dtype of `other`. PyTorch: `Tensor.type_as`. */
  typeAs(this: Tensor, other: Tensor): Tensor {
    return to(this, checkTensor('typeAs', 'other', other).dtype);
  }
  /** As float32. */
  float(this: Tensor): Tensor {
    return to(this, 'float32');
  }
  /** As float64. */
  double(this: Tensor): Tensor {
    return to(this, 'float64');
  }
  /** As float16, for storage. */
  half(this: Tensor): Tensor {
    return to(this, 'float16');
  }
  /** As bfloat16, for storage. */
  bfloat16(this: Tensor): Tensor {
    return to(this, 'bfloat16');
  }
  /** As int32. */
  int(this: Tensor): Tensor {
    return to(this, 'int32');
  }
  /** As int32: there is no wider integer. */
  long(this: Tensor): Tensor {
    return to(this, 'int32');
  }
  /** As uint8. */
  byte(this: Tensor): Tensor {
    return to(this, 'uint8');
  }
  /** As bool: whether anything but zero. */
  bool(this: Tensor): Tensor {
    return to(this, 'bool');
  }
}
