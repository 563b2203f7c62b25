/** Methods of Tensor: running results along a dimension, and rows brought to one scale. */

import type { NamedDim } from '../core/dims.ts';
import type { Check, RankOf } from '../core/rule.ts';
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
  cumsum<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'cumsum', D, RankOf<A['shape']>>>,
    options?: DTypeOption,
  ): Tensor<A['shape']> {
    return cumsum<A, D>(this, dim, options);
  }
  cumprod<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'cumprod', D, RankOf<A['shape']>>>,
    options?: DTypeOption,
  ): Tensor<A['shape']> {
    return cumprod<A, D>(this, dim, options);
  }
  logcumsumexp<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'logcumsumexp', D, RankOf<A['shape']>>>,
  ): Tensor<A['shape']> {
    return logcumsumexp<A, D>(this, dim);
  }
  cummax<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'cummax', D, RankOf<A['shape']>>>,
  ): ValuesAndIndices<A['shape']> {
    return cummax<A, D>(this, dim);
  }
  cummin<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'cummin', D, RankOf<A['shape']>>>,
  ): ValuesAndIndices<A['shape']> {
    return cummin<A, D>(this, dim);
  }
  diff(this: Tensor, dim?: number, options?: DiffOptions): Tensor {
    return diff(this, dim, options);
  }
  softmax<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'softmax', D, RankOf<A['shape']>>>,
    options?: DTypeOption,
  ): Tensor<A['shape']> {
    return softmax<A, D>(this, dim, options);
  }
  logSoftmax<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<NamedDim<'logSoftmax', D, RankOf<A['shape']>>>,
    options?: DTypeOption,
  ): Tensor<A['shape']> {
    return logSoftmax<A, D>(this, dim, options);
  }
}
