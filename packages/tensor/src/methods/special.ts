/** Methods of Tensor: special functions and activations. */
import type { Shape } from '../core/shape.ts';
import { type GeluOptions, gelu } from '../ops/elementwise/gelu.ts';
import { type EluOptions, elu, type LeakyReluOptions, leakyRelu, relu } from '../ops/elementwise/relu.ts';
import { logsigmoid, type SoftplusOptions, sigmoid, silu, softplus } from '../ops/elementwise/sigmoid.ts';
import {
  digamma,
  erf,
  erfc,
  erfinv,
  i0,
  type LogitOptions,
  lgamma,
  logit,
  polygamma,
} from '../ops/elementwise/special.ts';
import type { Tensor } from '../tensor.ts';
import { FunctionMethods } from './functions.ts';

export abstract class SpecialMethods<out S extends Shape = Shape> extends FunctionMethods<S> {
  digamma(this: Tensor): Tensor {
    return digamma(this);
  }
  elu(this: Tensor, options?: EluOptions): Tensor {
    return elu(this, options);
  }
  erf(this: Tensor): Tensor {
    return erf(this);
  }
  erfc(this: Tensor): Tensor {
    return erfc(this);
  }
  erfinv(this: Tensor): Tensor {
    return erfinv(this);
  }
  gelu(this: Tensor, options?: GeluOptions): Tensor {
    return gelu(this, options);
  }
  i0(this: Tensor): Tensor {
    return i0(this);
  }
  leakyRelu(this: Tensor, options?: LeakyReluOptions): Tensor {
    return leakyRelu(this, options);
  }
  lgamma(this: Tensor): Tensor {
    return lgamma(this);
  }
  logit(this: Tensor, options?: LogitOptions): Tensor {
    return logit(this, options);
  }
  logsigmoid(this: Tensor): Tensor {
    return logsigmoid(this);
  }
  polygamma(this: Tensor, n: number): Tensor {
    return polygamma(n, this);
  }
  relu(this: Tensor): Tensor {
    return relu(this);
  }
  sigmoid(this: Tensor): Tensor {
    return sigmoid(this);
  }
  silu(this: Tensor): Tensor {
    return silu(this);
  }
  softplus(this: Tensor, options?: SoftplusOptions): Tensor {
    return softplus(this, options);
  }
}
