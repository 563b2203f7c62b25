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

export abstract class SpecialMethods extends FunctionMethods {
  digamma<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return digamma(this);
  }
  elu<A extends Shape>(this: Tensor<A>, options?: EluOptions): Tensor<A> {
    return elu(this, options);
  }
  erf<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return erf(this);
  }
  erfc<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return erfc(this);
  }
  erfinv<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return erfinv(this);
  }
  gelu<A extends Shape>(this: Tensor<A>, options?: GeluOptions): Tensor<A> {
    return gelu(this, options);
  }
  i0<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return i0(this);
  }
  leakyRelu<A extends Shape>(this: Tensor<A>, options?: LeakyReluOptions): Tensor<A> {
    return leakyRelu(this, options);
  }
  lgamma<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return lgamma(this);
  }
  logit<A extends Shape>(this: Tensor<A>, options?: LogitOptions): Tensor<A> {
    return logit(this, options);
  }
  logsigmoid<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return logsigmoid(this);
  }
  polygamma<A extends Shape>(this: Tensor<A>, n: number): Tensor<A> {
    return polygamma<Tensor<A>>(n, this);
  }
  relu<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return relu(this);
  }
  sigmoid<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return sigmoid(this);
  }
  silu<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return silu(this);
  }
  softplus<A extends Shape>(this: Tensor<A>, options?: SoftplusOptions): Tensor<A> {
    return softplus(this, options);
  }
}
