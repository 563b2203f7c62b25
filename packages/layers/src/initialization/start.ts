/** How parameters start. */
import { empty, type Shape, type Tensor } from '@tessera/tensor';

/** sqrt(6 / (fanIn + fanOut)). Glorot and Bengio, 2010. */
export function glorotBound(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}

/** Uniform in [-bound, bound). */
export function uniformInit<const S extends Shape>(shape: S, bound: number): Tensor<S>;
export function uniformInit(shape: Shape, bound: number): Tensor {
  return empty(shape).uniform_(-bound, bound);
}
