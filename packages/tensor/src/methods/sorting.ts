/** Methods of Tensor: elements in order, and those chosen by it. */

import type { NamedDim } from '../core/dims.ts';
import type { Check, RankOf, Result } from '../core/rule.ts';
import { median, nanmedian } from '../ops/reductions/median.ts';
import { mode } from '../ops/reductions/mode.ts';
import { nanquantile, type QuantileOptions, quantile } from '../ops/reductions/quantile.ts';
import type { Reduced, ReductionOptions } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { argsort, type SortOptions, sort } from '../ops/sorting/sort.ts';
import { kthvalue, type TopkOptions, topk } from '../ops/sorting/topk.ts';
import type { Tensor } from '../tensor.ts';
import { ScanMethods } from './scans.ts';

export abstract class SortingMethods extends ScanMethods {
  sort<A extends Tensor, D extends number = -1>(
    this: A,
    dim?: D & Check<NamedDim<'sort', D, RankOf<A['shape']>>>,
    options?: SortOptions,
  ): ValuesAndIndices<A['shape']> {
    return sort<A, D>(this, dim, options);
  }
  argsort<A extends Tensor, D extends number = -1>(
    this: A,
    dim?: D & Check<NamedDim<'argsort', D, RankOf<A['shape']>>>,
    options?: SortOptions,
  ): Tensor<A['shape']> {
    return argsort<A, D>(this, dim, options);
  }
  topk(this: Tensor, k: number, dim?: number, options?: TopkOptions): ValuesAndIndices {
    return topk(this, k, dim, options);
  }
  kthvalue<A extends Tensor, D extends number = -1, K extends boolean = false>(
    this: A,
    k: number,
    dim?: D & Check<Reduced<'kthvalue', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): ValuesAndIndices<Result<Reduced<'kthvalue', A['shape'], D, K>>> {
    return kthvalue<A, D, K>(this, k, dim, options);
  }
  mode<A extends Tensor, D extends number = -1, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'mode', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): ValuesAndIndices<Result<Reduced<'mode', A['shape'], D, K>>> {
    return mode<A, D, K>(this, dim, options);
  }
  median(this: Tensor): Tensor<readonly []>;
  median<A extends Tensor, D extends number, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'median', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): ValuesAndIndices<Result<Reduced<'median', A['shape'], D, K>>>;
  median(this: Tensor, dim?: number, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return median(this, dim as number, options);
  }
  nanmedian(this: Tensor): Tensor<readonly []>;
  nanmedian<A extends Tensor, D extends number, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'nanmedian', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): ValuesAndIndices<Result<Reduced<'nanmedian', A['shape'], D, K>>>;
  nanmedian(this: Tensor, dim?: number, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return nanmedian(this, dim as number, options);
  }
  quantile(this: Tensor, q: number | readonly number[] | Tensor, dim?: number, options?: QuantileOptions): Tensor {
    return quantile(this, q, dim, options);
  }
  nanquantile(this: Tensor, q: number | readonly number[] | Tensor, dim?: number, options?: QuantileOptions): Tensor {
    return nanquantile(this, q, dim, options);
  }
}
