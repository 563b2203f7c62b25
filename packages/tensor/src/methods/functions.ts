/** Methods of Tensor: elementary functions. Each is the function of the same name with the tensor as its operand. */
import { TensorBase } from '../core/base.ts';
import type { Shape } from '../core/shape.ts';
import { exp, exp2, expm1, log, log1p, log2, log10 } from '../ops/elementwise/exponential.ts';
import { acosh, asinh, atanh, cosh, sinh, tanh } from '../ops/elementwise/hyperbolic.ts';
import { acos, asin, atan, cos, deg2rad, rad2deg, sin, sinc, tan } from '../ops/elementwise/trigonometric.ts';
import type { Tensor } from '../tensor.ts';

export abstract class FunctionMethods extends TensorBase {
  acos<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return acos(this);
  }
  acosh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return acosh(this);
  }
  asin<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return asin(this);
  }
  asinh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return asinh(this);
  }
  atan<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return atan(this);
  }
  atanh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return atanh(this);
  }
  cos<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return cos(this);
  }
  cosh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return cosh(this);
  }
  deg2rad<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return deg2rad(this);
  }
  exp<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return exp(this);
  }
  exp2<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return exp2(this);
  }
  expm1<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return expm1(this);
  }
  log<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return log(this);
  }
  log10<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return log10(this);
  }
  log1p<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return log1p(this);
  }
  log2<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return log2(this);
  }
  rad2deg<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return rad2deg(this);
  }
  sin<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sin(this);
  }
  sinc<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sinc(this);
  }
  sinh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sinh(this);
  }
  tan<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return tan(this);
  }
  tanh<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return tanh(this);
  }
}
