/** How parameters start. */
import { empty, type Shape, type Tensor } from '@tessera/tensor';

/** Uniform in [-bound, bound). */
export function uniformInit<const S extends Shape>(shape: S, bound: number): Tensor<S>;
export function uniformInit(shape: Shape, bound: number): Tensor {
  return empty(shape).uniform_(-bound, bound);
}
