/** Methods of Tensor: comparisons, truth, bits, and choosing by them. */

import type { Beside, Broadcast, Paired } from '../core/broadcast.ts';
import type { Check, Result, ShapeOf } from '../core/rule.ts';
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

export abstract class ComparisonMethods extends SpecialMethods {
  allclose(this: Tensor, other: Tensor, options?: CloseOptions): boolean {
    return allclose(this, other, options);
  }
  bitwiseAnd<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'bitwiseAnd', A, T>,
  ): Tensor<Paired<'bitwiseAnd', A, T>> {
    return bitwiseAnd<Tensor<A>, T>(this, other);
  }
  bitwiseLeftShift<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'bitwiseLeftShift', A, T>,
  ): Tensor<Paired<'bitwiseLeftShift', A, T>> {
    return bitwiseLeftShift<Tensor<A>, T>(this, other);
  }
  bitwiseNot<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return bitwiseNot(this);
  }
  bitwiseOr<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'bitwiseOr', A, T>,
  ): Tensor<Paired<'bitwiseOr', A, T>> {
    return bitwiseOr<Tensor<A>, T>(this, other);
  }
  bitwiseRightShift<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'bitwiseRightShift', A, T>,
  ): Tensor<Paired<'bitwiseRightShift', A, T>> {
    return bitwiseRightShift<Tensor<A>, T>(this, other);
  }
  bitwiseXor<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'bitwiseXor', A, T>,
  ): Tensor<Paired<'bitwiseXor', A, T>> {
    return bitwiseXor<Tensor<A>, T>(this, other);
  }
  eq<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'eq', A, T>,
  ): Tensor<Paired<'eq', A, T>> {
    return eq<Tensor<A>, T>(this, other);
  }
  equal(this: Tensor, other: Tensor): boolean {
    return equal(this, other);
  }
  ge<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'ge', A, T>,
  ): Tensor<Paired<'ge', A, T>> {
    return ge<Tensor<A>, T>(this, other);
  }
  gt<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'gt', A, T>,
  ): Tensor<Paired<'gt', A, T>> {
    return gt<Tensor<A>, T>(this, other);
  }
  isclose<A extends Shape, T extends Tensor>(
    this: Tensor<A>,
    other: T & Beside<'isclose', A, T>,
    options?: CloseOptions,
  ): Tensor<Paired<'isclose', A, T>> {
    return isclose<Tensor<A>, T>(this, other, options);
  }
  isfinite<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return isfinite(this);
  }
  isinf<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return isinf(this);
  }
  isnan<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return isnan(this);
  }
  isneginf<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return isneginf(this);
  }
  isposinf<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return isposinf(this);
  }
  le<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'le', A, T>,
  ): Tensor<Paired<'le', A, T>> {
    return le<Tensor<A>, T>(this, other);
  }
  logicalAnd<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'logicalAnd', A, T>,
  ): Tensor<Paired<'logicalAnd', A, T>> {
    return logicalAnd<Tensor<A>, T>(this, other);
  }
  logicalNot<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return logicalNot(this);
  }
  logicalOr<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'logicalOr', A, T>,
  ): Tensor<Paired<'logicalOr', A, T>> {
    return logicalOr<Tensor<A>, T>(this, other);
  }
  logicalXor<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'logicalXor', A, T>,
  ): Tensor<Paired<'logicalXor', A, T>> {
    return logicalXor<Tensor<A>, T>(this, other);
  }
  lt<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'lt', A, T>,
  ): Tensor<Paired<'lt', A, T>> {
    return lt<Tensor<A>, T>(this, other);
  }
  maskedFill<A extends Shape, M extends Shape>(
    this: Tensor<A>,
    mask: Tensor<M> & Check<Broadcast<'maskedFill', [A, M]>>,
    value: TensorLike,
  ): Tensor<Result<Broadcast<'maskedFill', [A, M]>>> {
    return maskedFill<A, M>(this, mask, value);
  }
  ne<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'ne', A, T>,
  ): Tensor<Paired<'ne', A, T>> {
    return ne<Tensor<A>, T>(this, other);
  }
  signbit<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return signbit(this);
  }
  /** This tensor where `condition` is true, and `other` elsewhere. */
  where<A extends Shape, C extends Tensor, Y extends TensorLike>(
    this: Tensor<A>,
    condition: C,
    other: Y & Check<Broadcast<'where', [ShapeOf<C>, A, ShapeOf<Y>]>>,
  ): Tensor<Result<Broadcast<'where', [ShapeOf<C>, A, ShapeOf<Y>]>>> {
    return where<C, Tensor<A>, Y>(condition, this, other);
  }
}
