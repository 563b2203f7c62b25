/** Methods of Tensor: elementary functions. Each is the function of the same name with the tensor as its operand. */

import { TensorBase } from '../core/base.ts';
import type { ShapeOf } from '../core/rule.ts';
import { exp, exp2, expm1, log, log1p, log2, log10 } from '../ops/elementwise/exponential.ts';
import { acosh, asinh, atanh, cosh, sinh, tanh } from '../ops/elementwise/hyperbolic.ts';
import { acos, asin, atan, cos, deg2rad, rad2deg, sin, sinc, tan } from '../ops/elementwise/trigonometric.ts';
import type { Tensor } from '../tensor.ts';

export abstract class FunctionMethods extends TensorBase {
  acos<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return acos(this);
  }
  acosh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return acosh(this);
  }
  asin<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return asin(this);
  }
  asinh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return asinh(this);
  }
  atan<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return atan(this);
  }
  atanh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return atanh(this);
  }
  cos<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return cos(this);
  }
  cosh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return cosh(this);
  }
  deg2rad<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return deg2rad(this);
  }
  exp<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return exp(this);
  }
  exp2<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return exp2(this);
  }
  expm1<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return expm1(this);
  }
  log<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return log(this);
  }
  log10<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return log10(this);
  }
  log1p<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return log1p(this);
  }
  log2<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return log2(this);
  }
  rad2deg<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return rad2deg(this);
  }
  sin<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sin(this);
  }
  sinc<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sinc(this);
  }
  sinh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sinh(this);
  }
  tan<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return tan(this);
  }
  tanh<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return tanh(this);
  }
}
