/** Methods of Tensor: reductions. */
import type { Shape } from '../core/shape.ts';
import type { ReductionOptions } from '../ops/reductions/reduction.ts';
import { sum } from '../ops/reductions/sum.ts';
import type { Tensor } from '../tensor.ts';
import { ArithmeticMethods } from './arithmetic.ts';

export abstract class ReductionMethods<out S extends Shape = Shape> extends ArithmeticMethods<S> {
  sum(this: Tensor, dim?: number | readonly number[], options?: ReductionOptions): Tensor {
    return sum(this, dim, options);
  }
}
