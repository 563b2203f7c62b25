/** Methods of Tensor: reductions. */

import type { Check, Result } from '../core/rule.ts';
import { argmax, argmin } from '../ops/reductions/argExtrema.ts';
import { dist } from '../ops/reductions/distances.ts';
import { amax, amin, aminmax } from '../ops/reductions/extrema.ts';
import { type HistcOptions, histc } from '../ops/reductions/histc.ts';
import { all, any, countNonzero } from '../ops/reductions/logical.ts';
import { type Extremal, type Extreme, max, min } from '../ops/reductions/max.ts';
import { mean, nanmean } from '../ops/reductions/mean.ts';
import { norm } from '../ops/reductions/norm.ts';
import { prod } from '../ops/reductions/prod.ts';
import type { Dims, DTypeOption, Reduced, ReductionOptions } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { nansum, sum } from '../ops/reductions/sum.ts';
import { std, type VarianceOptions, variance } from '../ops/reductions/variance.ts';
import { logsumexp } from '../ops/rows/logsumexp.ts';
import type { Tensor } from '../tensor.ts';
import { SortingMethods } from './sorting.ts';

export abstract class ReductionMethods extends SortingMethods {
  sum(this: Tensor): Tensor<readonly []>;
  sum<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'sum', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'sum', A['shape'], D, K>>>;
  sum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return sum(this, dim, options);
  }
  nansum(this: Tensor): Tensor<readonly []>;
  nansum<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'nansum', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'nansum', A['shape'], D, K>>>;
  nansum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nansum(this, dim, options);
  }
  mean(this: Tensor): Tensor<readonly []>;
  mean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'mean', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'mean', A['shape'], D, K>>>;
  mean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return mean(this, dim, options);
  }
  nanmean(this: Tensor): Tensor<readonly []>;
  nanmean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'nanmean', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'nanmean', A['shape'], D, K>>>;
  nanmean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nanmean(this, dim, options);
  }
  prod(this: Tensor): Tensor<readonly []>;
  prod<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'prod', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'prod', A['shape'], D, K>>>;
  prod(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return prod(this, dim, options);
  }
  var(this: Tensor): Tensor<readonly []>;
  var<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'var', A['shape'], D, K>>,
    options?: VarianceOptions<K>,
  ): Tensor<Result<Reduced<'var', A['shape'], D, K>>>;
  var(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return variance(this, dim, options);
  }
  std(this: Tensor): Tensor<readonly []>;
  std<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'std', A['shape'], D, K>>,
    options?: VarianceOptions<K>,
  ): Tensor<Result<Reduced<'std', A['shape'], D, K>>>;
  std(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return std(this, dim, options);
  }
  norm(this: Tensor, p?: number | 'fro'): Tensor<readonly []>;
  norm<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    p: number | 'fro' | undefined,
    dim: D & Check<Reduced<'norm', A['shape'], D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'norm', A['shape'], D, K>>>;
  norm(this: Tensor, p?: number | 'fro', dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return norm(this, p, dim, options);
  }
  dist(this: Tensor, other: Tensor, p?: number): Tensor {
    return dist(this, other, p);
  }
  logsumexp(this: Tensor): Tensor<readonly []>;
  logsumexp<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'logsumexp', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'logsumexp', A['shape'], D, K>>>;
  logsumexp(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return logsumexp(this, dim, options);
  }
  amax(this: Tensor): Tensor<readonly []>;
  amax<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'amax', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'amax', A['shape'], D, K>>>;
  amax(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amax(this, dim, options);
  }
  amin(this: Tensor): Tensor<readonly []>;
  amin<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'amin', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
  amin(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amin(this, dim, options);
  }
  aminmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'amin', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): {
    readonly min: Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
    readonly max: Tensor<Result<Reduced<'amin', A['shape'], D, K>>>;
  } {
    return aminmax<A, D, K>(this, dim, options);
  }
  max(this: Tensor): Tensor<readonly []>;
  max<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
    this: A,
    dim: D & Check<Extremal<'max', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Extreme<'max', A['shape'], D, K>;
  max(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return max(this, dim as number, options);
  }
  min(this: Tensor): Tensor<readonly []>;
  min<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
    this: A,
    dim: D & Check<Extremal<'min', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Extreme<'min', A['shape'], D, K>;
  min(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return min(this, dim as number, options);
  }
  argmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'argmax', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'argmax', A['shape'], D, K>>> {
    return argmax<A, D, K>(this, dim, options);
  }
  argmin<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'argmin', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'argmin', A['shape'], D, K>>> {
    return argmin<A, D, K>(this, dim, options);
  }
  all(this: Tensor): Tensor<readonly []>;
  all<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'all', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'all', A['shape'], D, K>>>;
  all(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return all(this, dim, options);
  }
  any(this: Tensor): Tensor<readonly []>;
  any<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'any', A['shape'], D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'any', A['shape'], D, K>>>;
  any(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return any(this, dim, options);
  }
  countNonzero(this: Tensor): Tensor<readonly []>;
  countNonzero<A extends Tensor, const D extends Dims | undefined>(
    this: A,
    dim: D & Check<Reduced<'countNonzero', A['shape'], D, false>>,
  ): Tensor<Result<Reduced<'countNonzero', A['shape'], D, false>>>;
  countNonzero(this: Tensor, dim?: Dims): Tensor {
    return countNonzero(this, dim);
  }
  histc(this: Tensor, options?: HistcOptions): Tensor {
    return histc(this, options);
  }
}
