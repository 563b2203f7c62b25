/** Methods of Tensor: running results along a dimension, and rows brought to one scale. */

import type { NamedDim } from '../core/dims.ts';
import type { Check } from '../core/rule.ts';
import type { Shape } from '../core/shape.ts';
import type { DTypeOption } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { logSoftmax } from '../ops/rows/logSoftmax.ts';
import { softmax } from '../ops/rows/softmax.ts';
import { cummax, cummin } from '../ops/scans/cumExtrema.ts';
import { cumprod } from '../ops/scans/cumprod.ts';
import { cumsum } from '../ops/scans/cumsum.ts';
import { type DiffOptions, diff } from '../ops/scans/diff.ts';
import { logcumsumexp } from '../ops/scans/logcumsumexp.ts';
import type { Tensor } from '../tensor.ts';
import { ArithmeticMethods } from './arithmetic.ts';

export abstract class ScanMethods extends ArithmeticMethods {
  cumsum<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'cumsum', D, A['length']>>,
    options?: DTypeOption,
  ): Tensor<A> {
    return cumsum<A, D>(this, dim, options);
  }
  cumprod<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'cumprod', D, A['length']>>,
    options?: DTypeOption,
  ): Tensor<A> {
    return cumprod<A, D>(this, dim, options);
  }
  logcumsumexp<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'logcumsumexp', D, A['length']>>,
  ): Tensor<A> {
    return logcumsumexp<A, D>(this, dim);
  }
  cummax<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'cummax', D, A['length']>>,
  ): ValuesAndIndices<A> {
    return cummax<A, D>(this, dim);
  }
  cummin<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'cummin', D, A['length']>>,
  ): ValuesAndIndices<A> {
    return cummin<A, D>(this, dim);
  }
  diff(this: Tensor, dim?: number, options?: DiffOptions): Tensor {
    return diff(this, dim, options);
  }
  softmax<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'softmax', D, A['length']>>,
    options?: DTypeOption,
  ): Tensor<A> {
    return softmax<A, D>(this, dim, options);
  }
  logSoftmax<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'logSoftmax', D, A['length']>>,
    options?: DTypeOption,
  ): Tensor<A> {
    return logSoftmax<A, D>(this, dim, options);
  }
}
