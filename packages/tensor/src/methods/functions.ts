/** Methods of Tensor: elementary functions. Each is the function of the same name with the tensor as its operand. */
import { TensorBase } from '../core/base.ts';
import type { Shape } from '../core/shape.ts';
import { exp, exp2, expm1, log, log1p, log2, log10 } from '../ops/elementwise/exponential.ts';
import { acosh, asinh, atanh, cosh, sinh, tanh } from '../ops/elementwise/hyperbolic.ts';
import { acos, asin, atan, cos, deg2rad, rad2deg, sin, sinc, tan } from '../ops/elementwise/trigonometric.ts';
import type { Tensor } from '../tensor.ts';

export abstract class FunctionMethods<out S extends Shape = Shape> extends TensorBase<S> {
  acos(this: Tensor): Tensor {
    return acos(this);
  }
  acosh(this: Tensor): Tensor {
    return acosh(this);
  }
  asin(this: Tensor): Tensor {
    return asin(this);
  }
  asinh(this: Tensor): Tensor {
    return asinh(this);
  }
  atan(this: Tensor): Tensor {
    return atan(this);
  }
  atanh(this: Tensor): Tensor {
    return atanh(this);
  }
  cos(this: Tensor): Tensor {
    return cos(this);
  }
  cosh(this: Tensor): Tensor {
    return cosh(this);
  }
  deg2rad(this: Tensor): Tensor {
    return deg2rad(this);
  }
  exp(this: Tensor): Tensor {
    return exp(this);
  }
  exp2(this: Tensor): Tensor {
    return exp2(this);
  }
  expm1(this: Tensor): Tensor {
    return expm1(this);
  }
  log(this: Tensor): Tensor {
    return log(this);
  }
  log10(this: Tensor): Tensor {
    return log10(this);
  }
  log1p(this: Tensor): Tensor {
    return log1p(this);
  }
  log2(this: Tensor): Tensor {
    return log2(this);
  }
  rad2deg(this: Tensor): Tensor {
    return rad2deg(this);
  }
  sin(this: Tensor): Tensor {
    return sin(this);
  }
  sinc(this: Tensor): Tensor {
    return sinc(this);
  }
  sinh(this: Tensor): Tensor {
    return sinh(this);
  }
  tan(this: Tensor): Tensor {
    return tan(this);
  }
  tanh(this: Tensor): Tensor {
    return tanh(this);
  }
}
