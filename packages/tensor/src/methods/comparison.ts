/** Methods of Tensor: comparisons, truth, bits, and choosing by them. */
import type { Shape } from '../core/shape.ts';
import {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from '../ops/elementwise/bitwise.ts';
import { allclose, type CloseOptions, equal, isclose } from '../ops/elementwise/closeness.ts';
import { eq, ge, gt, le, lt, ne } from '../ops/elementwise/comparison.ts';
import { logicalAnd, logicalNot, logicalOr, logicalXor } from '../ops/elementwise/logical.ts';
import { isfinite, isinf, isnan, isneginf, isposinf } from '../ops/elementwise/nonfinite.ts';
import { signbit } from '../ops/elementwise/signs.ts';
import { maskedFill, where } from '../ops/elementwise/where.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { SpecialMethods } from './special.ts';

export abstract class ComparisonMethods<out S extends Shape = Shape> extends SpecialMethods<S> {
  allclose(this: Tensor, other: Tensor, options?: CloseOptions): boolean {
    return allclose(this, other, options);
  }
  bitwiseAnd(this: Tensor, other: TensorLike): Tensor {
    return bitwiseAnd(this, other);
  }
  bitwiseLeftShift(this: Tensor, other: TensorLike): Tensor {
    return bitwiseLeftShift(this, other);
  }
  bitwiseNot(this: Tensor): Tensor {
    return bitwiseNot(this);
  }
  bitwiseOr(this: Tensor, other: TensorLike): Tensor {
    return bitwiseOr(this, other);
  }
  bitwiseRightShift(this: Tensor, other: TensorLike): Tensor {
    return bitwiseRightShift(this, other);
  }
  bitwiseXor(this: Tensor, other: TensorLike): Tensor {
    return bitwiseXor(this, other);
  }
  eq(this: Tensor, other: TensorLike): Tensor {
    return eq(this, other);
  }
  equal(this: Tensor, other: Tensor): boolean {
    return equal(this, other);
  }
  ge(this: Tensor, other: TensorLike): Tensor {
    return ge(this, other);
  }
  gt(this: Tensor, other: TensorLike): Tensor {
    return gt(this, other);
  }
  isclose(this: Tensor, other: Tensor, options?: CloseOptions): Tensor {
    return isclose(this, other, options);
  }
  isfinite(this: Tensor): Tensor {
    return isfinite(this);
  }
  isinf(this: Tensor): Tensor {
    return isinf(this);
  }
  isnan(this: Tensor): Tensor {
    return isnan(this);
  }
  isneginf(this: Tensor): Tensor {
    return isneginf(this);
  }
  isposinf(this: Tensor): Tensor {
    return isposinf(this);
  }
  le(this: Tensor, other: TensorLike): Tensor {
    return le(this, other);
  }
  logicalAnd(this: Tensor, other: TensorLike): Tensor {
    return logicalAnd(this, other);
  }
  logicalNot(this: Tensor): Tensor {
    return logicalNot(this);
  }
  logicalOr(this: Tensor, other: TensorLike): Tensor {
    return logicalOr(this, other);
  }
  logicalXor(this: Tensor, other: TensorLike): Tensor {
    return logicalXor(this, other);
  }
  lt(this: Tensor, other: TensorLike): Tensor {
    return lt(this, other);
  }
  maskedFill(this: Tensor, mask: Tensor, value: TensorLike): Tensor {
    return maskedFill(this, mask, value);
  }
  ne(this: Tensor, other: TensorLike): Tensor {
    return ne(this, other);
  }
  signbit(this: Tensor): Tensor {
    return signbit(this);
  }
  /** This tensor where `condition` is true, and `other` elsewhere. */
  where(this: Tensor, condition: Tensor, other: TensorLike): Tensor {
    return where(condition, this, other);
  }
}
