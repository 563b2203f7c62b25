/** Methods of Tensor: arithmetic. Each is the function of the same name with the tensor as its first operand. */

import type { Beside, Broadcast, Paired } from '../core/broadcast.ts';
import type { Check, Result, ShapeOf } from '../core/rule.ts';
import type { Shape } from '../core/shape.ts';
import { type AlphaOptions, add, mul, neg, positive, sub } from '../ops/elementwise/arithmetic.ts';
import { type ClampBounds, type ClampShape, clamp, clampMax, clampMin } from '../ops/elementwise/clamp.ts';
import { type DivOptions, div, floorDivide, fmod, remainder, trueDivide } from '../ops/elementwise/division.ts';
import { fmax, fmin, maximum, minimum } from '../ops/elementwise/extrema.ts';
import { addcdiv, addcmul, lerp, type ValueOptions } from '../ops/elementwise/interpolation.ts';
import { logaddexp, logaddexp2, xlogy } from '../ops/elementwise/logaddexp.ts';
import { type NanToNumOptions, nanToNum } from '../ops/elementwise/nonfinite.ts';
import { hypot, pow, reciprocal, rsqrt, sqrt, square } from '../ops/elementwise/powers.ts';
import { ceil, floor, frac, type RoundOptions, round, trunc } from '../ops/elementwise/rounding.ts';
import { abs, copysign, heaviside, sgn, sign } from '../ops/elementwise/signs.ts';
import { atan2 } from '../ops/elementwise/trigonometric.ts';
import type { Tensor, TensorLike } from '../tensor.ts';
import { InPlaceMethods } from './inPlace.ts';

export abstract class ArithmeticMethods extends InPlaceMethods {
  abs<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return abs(this);
  }
  add<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'add', A, T>,
    options?: AlphaOptions,
  ): Tensor<Paired<'add', A, T>> {
    return add<Tensor<A>, T>(this, other, options);
  }
  addcdiv<A extends Shape, Y extends TensorLike, Z extends TensorLike>(
    this: Tensor<A>,
    y: Y,
    z: Z & Check<Broadcast<'addcdiv', [A, ShapeOf<Y>, ShapeOf<Z>]>>,
    options?: ValueOptions,
  ): Tensor<Result<Broadcast<'addcdiv', [A, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return addcdiv<A, Y, Z>(this, y, z, options);
  }
  addcmul<A extends Shape, Y extends TensorLike, Z extends TensorLike>(
    this: Tensor<A>,
    y: Y,
    z: Z & Check<Broadcast<'addcmul', [A, ShapeOf<Y>, ShapeOf<Z>]>>,
    options?: ValueOptions,
  ): Tensor<Result<Broadcast<'addcmul', [A, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return addcmul<A, Y, Z>(this, y, z, options);
  }
  atan2<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'atan2', A, T>,
  ): Tensor<Paired<'atan2', A, T>> {
    return atan2<Tensor<A>, T>(this, other);
  }
  ceil<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return ceil(this);
  }
  clamp<A extends Shape, Min extends TensorLike | ClampBounds | null = null, Max extends TensorLike | null = null>(
    this: Tensor<A>,
    min?: Min & Check<ClampShape<A, Min, Max>>,
    max?: Max & Check<ClampShape<A, Min, Max>>,
  ): Tensor<Result<ClampShape<A, Min, Max>>> {
    return clamp<A, Min, Max>(this, min, max);
  }
  clampMax<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    max: T & Beside<'clampMax', A, T>,
  ): Tensor<Paired<'clampMax', A, T>> {
    return clampMax<Tensor<A>, T>(this, max);
  }
  clampMin<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    min: T & Beside<'clampMin', A, T>,
  ): Tensor<Paired<'clampMin', A, T>> {
    return clampMin<Tensor<A>, T>(this, min);
  }
  copysign<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'copysign', A, T>,
  ): Tensor<Paired<'copysign', A, T>> {
    return copysign<Tensor<A>, T>(this, other);
  }
  div<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'div', A, T>,
    options?: DivOptions,
  ): Tensor<Paired<'div', A, T>> {
    return div<Tensor<A>, T>(this, other, options);
  }
  floor<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return floor(this);
  }
  floorDivide<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'floorDivide', A, T>,
  ): Tensor<Paired<'floorDivide', A, T>> {
    return floorDivide<Tensor<A>, T>(this, other);
  }
  fmax<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'fmax', A, T>,
  ): Tensor<Paired<'fmax', A, T>> {
    return fmax<Tensor<A>, T>(this, other);
  }
  fmin<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'fmin', A, T>,
  ): Tensor<Paired<'fmin', A, T>> {
    return fmin<Tensor<A>, T>(this, other);
  }
  fmod<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'fmod', A, T>,
  ): Tensor<Paired<'fmod', A, T>> {
    return fmod<Tensor<A>, T>(this, other);
  }
  frac<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return frac(this);
  }
  heaviside<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    values: T & Beside<'heaviside', A, T>,
  ): Tensor<Paired<'heaviside', A, T>> {
    return heaviside<Tensor<A>, T>(this, values);
  }
  hypot<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'hypot', A, T>,
  ): Tensor<Paired<'hypot', A, T>> {
    return hypot<Tensor<A>, T>(this, other);
  }
  lerp<A extends Shape, Y extends TensorLike, Z extends TensorLike>(
    this: Tensor<A>,
    end: Y,
    weight: Z & Check<Broadcast<'lerp', [A, ShapeOf<Y>, ShapeOf<Z>]>>,
  ): Tensor<Result<Broadcast<'lerp', [A, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return lerp<Tensor<A>, Y, Z>(this, end, weight);
  }
  logaddexp<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'logaddexp', A, T>,
  ): Tensor<Paired<'logaddexp', A, T>> {
    return logaddexp<Tensor<A>, T>(this, other);
  }
  logaddexp2<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'logaddexp2', A, T>,
  ): Tensor<Paired<'logaddexp2', A, T>> {
    return logaddexp2<Tensor<A>, T>(this, other);
  }
  maximum<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'maximum', A, T>,
  ): Tensor<Paired<'maximum', A, T>> {
    return maximum<Tensor<A>, T>(this, other);
  }
  minimum<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'minimum', A, T>,
  ): Tensor<Paired<'minimum', A, T>> {
    return minimum<Tensor<A>, T>(this, other);
  }
  mul<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'mul', A, T>,
  ): Tensor<Paired<'mul', A, T>> {
    return mul<Tensor<A>, T>(this, other);
  }
  nanToNum<A extends Shape>(this: Tensor<A>, options?: NanToNumOptions): Tensor<A> {
    return nanToNum(this, options);
  }
  neg<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return neg(this);
  }
  positive<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return positive(this);
  }
  pow<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    exponent: T & Beside<'pow', A, T>,
  ): Tensor<Paired<'pow', A, T>> {
    return pow<Tensor<A>, T>(this, exponent);
  }
  reciprocal<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return reciprocal(this);
  }
  remainder<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'remainder', A, T>,
  ): Tensor<Paired<'remainder', A, T>> {
    return remainder<Tensor<A>, T>(this, other);
  }
  round<A extends Shape>(this: Tensor<A>, options?: RoundOptions): Tensor<A> {
    return round(this, options);
  }
  rsqrt<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return rsqrt(this);
  }
  sgn<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sgn(this);
  }
  sign<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sign(this);
  }
  sqrt<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sqrt(this);
  }
  square<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return square(this);
  }
  sub<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'sub', A, T>,
    options?: AlphaOptions,
  ): Tensor<Paired<'sub', A, T>> {
    return sub<Tensor<A>, T>(this, other, options);
  }
  trueDivide<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'div', A, T>,
  ): Tensor<Paired<'div', A, T>> {
    return trueDivide<Tensor<A>, T>(this, other);
  }
  trunc<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return trunc(this);
  }
  xlogy<A extends Shape, T extends TensorLike>(
    this: Tensor<A>,
    other: T & Beside<'xlogy', A, T>,
  ): Tensor<Paired<'xlogy', A, T>> {
    return xlogy<Tensor<A>, T>(this, other);
  }
}
