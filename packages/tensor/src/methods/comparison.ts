/** Methods of Tensor: comparisons, truth, bits, and choosing by them. */

import type { Beside, Broadcast, Paired } from '../core/broadcast.ts';
import type { Check, Result, ShapeOf } from '../core/rule.ts';
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

export abstract class ComparisonMethods extends SpecialMethods {
  allclose(this: Tensor, other: Tensor, options?: CloseOptions): boolean {
    return allclose(this, other, options);
  }
  bitwiseAnd<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'bitwiseAnd', ShapeOf<A>, T>,
  ): Tensor<Paired<'bitwiseAnd', ShapeOf<A>, T>> {
    return bitwiseAnd<A, T>(this, other);
  }
  bitwiseLeftShift<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'bitwiseLeftShift', ShapeOf<A>, T>,
  ): Tensor<Paired<'bitwiseLeftShift', ShapeOf<A>, T>> {
    return bitwiseLeftShift<A, T>(this, other);
  }
  bitwiseNot<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return bitwiseNot(this);
  }
  bitwiseOr<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'bitwiseOr', ShapeOf<A>, T>,
  ): Tensor<Paired<'bitwiseOr', ShapeOf<A>, T>> {
    return bitwiseOr<A, T>(this, other);
  }
  bitwiseRightShift<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'bitwiseRightShift', ShapeOf<A>, T>,
  ): Tensor<Paired<'bitwiseRightShift', ShapeOf<A>, T>> {
    return bitwiseRightShift<A, T>(this, other);
  }
  bitwiseXor<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'bitwiseXor', ShapeOf<A>, T>,
  ): Tensor<Paired<'bitwiseXor', ShapeOf<A>, T>> {
    return bitwiseXor<A, T>(this, other);
  }
  eq<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'eq', ShapeOf<A>, T>,
  ): Tensor<Paired<'eq', ShapeOf<A>, T>> {
    return eq<A, T>(this, other);
  }
  equal(this: Tensor, other: Tensor): boolean {
    return equal(this, other);
  }
  ge<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'ge', ShapeOf<A>, T>,
  ): Tensor<Paired<'ge', ShapeOf<A>, T>> {
    return ge<A, T>(this, other);
  }
  gt<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'gt', ShapeOf<A>, T>,
  ): Tensor<Paired<'gt', ShapeOf<A>, T>> {
    return gt<A, T>(this, other);
  }
  isclose<A extends Tensor, T extends Tensor>(
    this: A,
    other: T & Beside<'isclose', ShapeOf<A>, T>,
    options?: CloseOptions,
  ): Tensor<Paired<'isclose', ShapeOf<A>, T>> {
    return isclose<A, T>(this, other, options);
  }
  isfinite<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return isfinite(this);
  }
  isinf<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return isinf(this);
  }
  isnan<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return isnan(this);
  }
  isneginf<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return isneginf(this);
  }
  isposinf<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return isposinf(this);
  }
  le<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'le', ShapeOf<A>, T>,
  ): Tensor<Paired<'le', ShapeOf<A>, T>> {
    return le<A, T>(this, other);
  }
  logicalAnd<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'logicalAnd', ShapeOf<A>, T>,
  ): Tensor<Paired<'logicalAnd', ShapeOf<A>, T>> {
    return logicalAnd<A, T>(this, other);
  }
  logicalNot<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return logicalNot(this);
  }
  logicalOr<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'logicalOr', ShapeOf<A>, T>,
  ): Tensor<Paired<'logicalOr', ShapeOf<A>, T>> {
    return logicalOr<A, T>(this, other);
  }
  logicalXor<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'logicalXor', ShapeOf<A>, T>,
  ): Tensor<Paired<'logicalXor', ShapeOf<A>, T>> {
    return logicalXor<A, T>(this, other);
  }
  lt<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'lt', ShapeOf<A>, T>,
  ): Tensor<Paired<'lt', ShapeOf<A>, T>> {
    return lt<A, T>(this, other);
  }
  maskedFill<A extends Tensor, M extends Tensor>(
    this: A,
    mask: M & Check<Broadcast<'maskedFill', [ShapeOf<A>, ShapeOf<M>]>>,
    value: TensorLike,
  ): Tensor<Result<Broadcast<'maskedFill', [ShapeOf<A>, ShapeOf<M>]>>> {
    return maskedFill<A, M>(this, mask, value);
  }
  ne<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'ne', ShapeOf<A>, T>,
  ): Tensor<Paired<'ne', ShapeOf<A>, T>> {
    return ne<A, T>(this, other);
  }
  signbit<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return signbit(this);
  }
  /** This tensor where `condition` is true, and `other` elsewhere. */
  where<A extends Tensor, C extends Tensor, Y extends TensorLike>(
    this: A,
    condition: C,
    other: Y & Check<Broadcast<'where', [ShapeOf<C>, ShapeOf<A>, ShapeOf<Y>]>>,
  ): Tensor<Result<Broadcast<'where', [ShapeOf<C>, ShapeOf<A>, ShapeOf<Y>]>>> {
    return where<C, A, Y>(condition, this, other);
  }
}
