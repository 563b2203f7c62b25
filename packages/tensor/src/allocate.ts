/** Where tensors begin that are made from none. */
import type { DType } from './core/dtype.ts';
import { contiguousStrides, elementsOf, type Shape } from './core/shape.ts';
import { checkBudget, Storage } from './core/storage.ts';
import { Tensor } from './tensor.ts';

/**
 * A contiguous tensor for `op` whose values are not yet defined. It names the class itself, where the core only knows of it: so
 * a bundle that can make a tensor in any way holds the class, whatever else a bundler leaves out.
 */
export function allocate(shape: Shape, dtype: DType, op: string): Tensor {
  checkBudget(op, shape, dtype);
  return new Tensor(new Storage(dtype, elementsOf(shape)), { shape, strides: contiguousStrides(shape), offset: 0 });
}
