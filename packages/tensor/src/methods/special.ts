import type { ShapeOf } from '../core/rule.ts';
import { type EluOptions, elu } from '../ops/elementwise/elu.ts';
import { type GeluOptions, gelu } from '../ops/elementwise/gelu.ts';
import { type LeakyReluOptions, leakyRelu, relu } from '../ops/elementwise/relu.ts';
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
  digamma<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return digamma(this);
  }
  elu<A extends Tensor>(this: A, options?: EluOptions): Tensor<ShapeOf<A>> {
    return elu(this, options);
  }
  erf<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return erf(this);
  }
  erfc<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return erfc(this);
  }
  erfinv<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return erfinv(this);
  }
  gelu<A extends Tensor>(this: A, options?: GeluOptions): Tensor<ShapeOf<A>> {
    return gelu(this, options);
  }
  i0<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return i0(this);
  }
  leakyRelu<A extends Tensor>(this: A, options?: LeakyReluOptions): Tensor<ShapeOf<A>> {
    return leakyRelu(this, options);
  }
  lgamma<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return lgamma(this);
  }
  logit<A extends Tensor>(this: A, options?: LogitOptions): Tensor<ShapeOf<A>> {
    return logit(this, options);
  }
  logsigmoid<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return logsigmoid(this);
  }
  polygamma<A extends Tensor>(this: A, n: number): Tensor<ShapeOf<A>> {
    return polygamma<A>(n, this);
  }
  relu<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return relu(this);
  }
  sigmoid<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return sigmoid(this);
  }
  silu<A extends Tensor>(this: A): Tensor<ShapeOf<A>> {
    return silu(this);
  }
  softplus<A extends Tensor>(this: A, options?: SoftplusOptions): Tensor<ShapeOf<A>> {
    return softplus(this, options);
  }
}
