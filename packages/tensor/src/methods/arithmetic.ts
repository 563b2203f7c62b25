/** Methods of Tensor: arithmetic. Each is the function of the same name with the tensor as its first operand. */
import type { Shape } from '../core/shape.ts';
import { type AlphaOptions, add, mul, neg, positive, sub } from '../ops/elementwise/arithmetic.ts';
import { type ClampBounds, clamp, clampMax, clampMin } from '../ops/elementwise/clamp.ts';
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

export abstract class ArithmeticMethods<out S extends Shape = Shape> extends InPlaceMethods<S> {
  abs(this: Tensor): Tensor {
    return abs(this);
  }
  add(this: Tensor, other: TensorLike, options?: AlphaOptions): Tensor {
    return add(this, other, options);
  }
  addcdiv(this: Tensor, y: TensorLike, z: TensorLike, options?: ValueOptions): Tensor {
    return addcdiv(this, y, z, options);
  }
  addcmul(this: Tensor, y: TensorLike, z: TensorLike, options?: ValueOptions): Tensor {
    return addcmul(this, y, z, options);
  }
  atan2(this: Tensor, other: TensorLike): Tensor {
    return atan2(this, other);
  }
  ceil(this: Tensor): Tensor {
    return ceil(this);
  }
  clamp(this: Tensor, min?: TensorLike | ClampBounds | null, max?: TensorLike | null): Tensor {
    return clamp(this, min, max);
  }
  clampMax(this: Tensor, max: TensorLike): Tensor {
    return clampMax(this, max);
  }
  clampMin(this: Tensor, min: TensorLike): Tensor {
    return clampMin(this, min);
  }
  copysign(this: Tensor, other: TensorLike): Tensor {
    return copysign(this, other);
  }
  div(this: Tensor, other: TensorLike, options?: DivOptions): Tensor {
    return div(this, other, options);
  }
  floor(this: Tensor): Tensor {
    return floor(this);
  }
  floorDivide(this: Tensor, other: TensorLike): Tensor {
    return floorDivide(this, other);
  }
  fmax(this: Tensor, other: TensorLike): Tensor {
    return fmax(this, other);
  }
  fmin(this: Tensor, other: TensorLike): Tensor {
    return fmin(this, other);
  }
  fmod(this: Tensor, other: TensorLike): Tensor {
    return fmod(this, other);
  }
  frac(this: Tensor): Tensor {
    return frac(this);
  }
  heaviside(this: Tensor, values: TensorLike): Tensor {
    return heaviside(this, values);
  }
  hypot(this: Tensor, other: TensorLike): Tensor {
    return hypot(this, other);
  }
  lerp(this: Tensor, end: TensorLike, weight: TensorLike): Tensor {
    return lerp(this, end, weight);
  }
  logaddexp(this: Tensor, other: TensorLike): Tensor {
    return logaddexp(this, other);
  }
  logaddexp2(this: Tensor, other: TensorLike): Tensor {
    return logaddexp2(this, other);
  }
  maximum(this: Tensor, other: TensorLike): Tensor {
    return maximum(this, other);
  }
  minimum(this: Tensor, other: TensorLike): Tensor {
    return minimum(this, other);
  }
  mul(this: Tensor, other: TensorLike): Tensor {
    return mul(this, other);
  }
  nanToNum(this: Tensor, options?: NanToNumOptions): Tensor {
    return nanToNum(this, options);
  }
  neg(this: Tensor): Tensor {
    return neg(this);
  }
  positive(this: Tensor): Tensor {
    return positive(this);
  }
  pow(this: Tensor, exponent: TensorLike): Tensor {
    return pow(this, exponent);
  }
  reciprocal(this: Tensor): Tensor {
    return reciprocal(this);
  }
  remainder(this: Tensor, other: TensorLike): Tensor {
    return remainder(this, other);
  }
  round(this: Tensor, options?: RoundOptions): Tensor {
    return round(this, options);
  }
  rsqrt(this: Tensor): Tensor {
    return rsqrt(this);
  }
  sgn(this: Tensor): Tensor {
    return sgn(this);
  }
  sign(this: Tensor): Tensor {
    return sign(this);
  }
  sqrt(this: Tensor): Tensor {
    return sqrt(this);
  }
  square(this: Tensor): Tensor {
    return square(this);
  }
  sub(this: Tensor, other: TensorLike, options?: AlphaOptions): Tensor {
    return sub(this, other, options);
  }
  trueDivide(this: Tensor, other: TensorLike): Tensor {
    return trueDivide(this, other);
  }
  trunc(this: Tensor): Tensor {
    return trunc(this);
  }
  xlogy(this: Tensor, other: TensorLike): Tensor {
    return xlogy(this, other);
  }
}
