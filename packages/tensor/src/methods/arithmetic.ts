/** Methods of Tensor: arithmetic. Each is the function of the same name with the tensor as its first operand. */

import type { Beside, Broadcast, Paired } from '../core/broadcast.ts';
import type { Check, Result, ShapeOf } from '../core/rule.ts';
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
  abs<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return abs(this);
  }
  add<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'add', ShapeOf<A>, T>,
    options?: AlphaOptions,
  ): Tensor<Paired<'add', ShapeOf<A>, T>> {
    return add<A, T>(this, other, options);
  }
  addcdiv<A extends Tensor, Y extends TensorLike, Z extends TensorLike>(
    this: A,
    y: Y,
    z: Z & Check<Broadcast<'addcdiv', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>,
    options?: ValueOptions,
  ): Tensor<Result<Broadcast<'addcdiv', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return addcdiv<A, Y, Z>(this, y, z, options);
  }
  addcmul<A extends Tensor, Y extends TensorLike, Z extends TensorLike>(
    this: A,
    y: Y,
    z: Z & Check<Broadcast<'addcmul', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>,
    options?: ValueOptions,
  ): Tensor<Result<Broadcast<'addcmul', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return addcmul<A, Y, Z>(this, y, z, options);
  }
  atan2<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'atan2', ShapeOf<A>, T>,
  ): Tensor<Paired<'atan2', ShapeOf<A>, T>> {
    return atan2<A, T>(this, other);
  }
  ceil<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return ceil(this);
  }
  clamp<A extends Tensor, Min extends TensorLike | ClampBounds | null = null, Max extends TensorLike | null = null>(
    this: A,
    min?: Min & Check<ClampShape<ShapeOf<A>, Min, Max>>,
    max?: Max & Check<ClampShape<ShapeOf<A>, Min, Max>>,
  ): Tensor<Result<ClampShape<ShapeOf<A>, Min, Max>>> {
    return clamp<A, Min, Max>(this, min, max);
  }
  clampMax<A extends Tensor, T extends TensorLike>(
    this: A,
    max: T & Beside<'clampMax', ShapeOf<A>, T>,
  ): Tensor<Paired<'clampMax', ShapeOf<A>, T>> {
    return clampMax<A, T>(this, max);
  }
  clampMin<A extends Tensor, T extends TensorLike>(
    this: A,
    min: T & Beside<'clampMin', ShapeOf<A>, T>,
  ): Tensor<Paired<'clampMin', ShapeOf<A>, T>> {
    return clampMin<A, T>(this, min);
  }
  copysign<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'copysign', ShapeOf<A>, T>,
  ): Tensor<Paired<'copysign', ShapeOf<A>, T>> {
    return copysign<A, T>(this, other);
  }
  div<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'div', ShapeOf<A>, T>,
    options?: DivOptions,
  ): Tensor<Paired<'div', ShapeOf<A>, T>> {
    return div<A, T>(this, other, options);
  }
  floor<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return floor(this);
  }
  floorDivide<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'floorDivide', ShapeOf<A>, T>,
  ): Tensor<Paired<'floorDivide', ShapeOf<A>, T>> {
    return floorDivide<A, T>(this, other);
  }
  fmax<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'fmax', ShapeOf<A>, T>,
  ): Tensor<Paired<'fmax', ShapeOf<A>, T>> {
    return fmax<A, T>(this, other);
  }
  fmin<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'fmin', ShapeOf<A>, T>,
  ): Tensor<Paired<'fmin', ShapeOf<A>, T>> {
    return fmin<A, T>(this, other);
  }
  fmod<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'fmod', ShapeOf<A>, T>,
  ): Tensor<Paired<'fmod', ShapeOf<A>, T>> {
    return fmod<A, T>(this, other);
  }
  frac<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return frac(this);
  }
  heaviside<A extends Tensor, T extends TensorLike>(
    this: A,
    values: T & Beside<'heaviside', ShapeOf<A>, T>,
  ): Tensor<Paired<'heaviside', ShapeOf<A>, T>> {
    return heaviside<A, T>(this, values);
  }
  hypot<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'hypot', ShapeOf<A>, T>,
  ): Tensor<Paired<'hypot', ShapeOf<A>, T>> {
    return hypot<A, T>(this, other);
  }
  lerp<A extends Tensor, Y extends TensorLike, Z extends TensorLike>(
    this: A,
    end: Y,
    weight: Z & Check<Broadcast<'lerp', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>,
  ): Tensor<Result<Broadcast<'lerp', [ShapeOf<A>, ShapeOf<Y>, ShapeOf<Z>]>>> {
    return lerp<A, Y, Z>(this, end, weight);
  }
  logaddexp<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'logaddexp', ShapeOf<A>, T>,
  ): Tensor<Paired<'logaddexp', ShapeOf<A>, T>> {
    return logaddexp<A, T>(this, other);
  }
  logaddexp2<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'logaddexp2', ShapeOf<A>, T>,
  ): Tensor<Paired<'logaddexp2', ShapeOf<A>, T>> {
    return logaddexp2<A, T>(this, other);
  }
  maximum<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'maximum', ShapeOf<A>, T>,
  ): Tensor<Paired<'maximum', ShapeOf<A>, T>> {
    return maximum<A, T>(this, other);
  }
  minimum<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'minimum', ShapeOf<A>, T>,
  ): Tensor<Paired<'minimum', ShapeOf<A>, T>> {
    return minimum<A, T>(this, other);
  }
  mul<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'mul', ShapeOf<A>, T>,
  ): Tensor<Paired<'mul', ShapeOf<A>, T>> {
    return mul<A, T>(this, other);
  }
  nanToNum<A extends Tensor>(this: A, options?: NanToNumOptions): Tensor<ShapeOf<A>> {
    return nanToNum(this, options);
  }
  neg<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return neg(this);
  }
  positive<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return positive(this);
  }
  pow<A extends Tensor, T extends TensorLike>(
    this: A,
    exponent: T & Beside<'pow', ShapeOf<A>, T>,
  ): Tensor<Paired<'pow', ShapeOf<A>, T>> {
    return pow<A, T>(this, exponent);
  }
  reciprocal<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return reciprocal(this);
  }
  remainder<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'remainder', ShapeOf<A>, T>,
  ): Tensor<Paired<'remainder', ShapeOf<A>, T>> {
    return remainder<A, T>(this, other);
  }
  round<A extends Tensor>(this: A, options?: RoundOptions): Tensor<ShapeOf<A>> {
    return round(this, options);
  }
  rsqrt<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return rsqrt(this);
  }
  sgn<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sgn(this);
  }
  sign<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sign(this);
  }
  sqrt<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sqrt(this);
  }
  square<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return square(this);
  }
  sub<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'sub', ShapeOf<A>, T>,
    options?: AlphaOptions,
  ): Tensor<Paired<'sub', ShapeOf<A>, T>> {
    return sub<A, T>(this, other, options);
  }
  trueDivide<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'div', ShapeOf<A>, T>,
  ): Tensor<Paired<'div', ShapeOf<A>, T>> {
    return trueDivide<A, T>(this, other);
  }
  trunc<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return trunc(this);
  }
  xlogy<A extends Tensor, T extends TensorLike>(
    this: A,
    other: T & Beside<'xlogy', ShapeOf<A>, T>,
  ): Tensor<Paired<'xlogy', ShapeOf<A>, T>> {
    return xlogy<A, T>(this, other);
  }
}
