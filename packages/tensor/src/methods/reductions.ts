/** Methods of Tensor: reductions. */

import type { Check, Result, ShapeOf } from '../core/rule.ts';
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
    dim: D & Check<Reduced<'sum', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'sum', ShapeOf<A>, D, K>>>;
  sum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return sum(this, dim, options);
  }
  nansum(this: Tensor): Tensor<readonly []>;
  nansum<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'nansum', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'nansum', ShapeOf<A>, D, K>>>;
  nansum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nansum(this, dim, options);
  }
  mean(this: Tensor): Tensor<readonly []>;
  mean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'mean', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'mean', ShapeOf<A>, D, K>>>;
  mean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return mean(this, dim, options);
  }
  nanmean(this: Tensor): Tensor<readonly []>;
  nanmean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'nanmean', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'nanmean', ShapeOf<A>, D, K>>>;
  nanmean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nanmean(this, dim, options);
  }
  prod(this: Tensor): Tensor<readonly []>;
  prod<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'prod', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'prod', ShapeOf<A>, D, K>>>;
  prod(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return prod(this, dim, options);
  }
  var(this: Tensor): Tensor<readonly []>;
  var<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'var', ShapeOf<A>, D, K>>,
    options?: VarianceOptions<K>,
  ): Tensor<Result<Reduced<'var', ShapeOf<A>, D, K>>>;
  var(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return variance(this, dim, options);
  }
  std(this: Tensor): Tensor<readonly []>;
  std<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'std', ShapeOf<A>, D, K>>,
    options?: VarianceOptions<K>,
  ): Tensor<Result<Reduced<'std', ShapeOf<A>, D, K>>>;
  std(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return std(this, dim, options);
  }
  norm(this: Tensor, p?: number | 'fro'): Tensor<readonly []>;
  norm<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    p: number | 'fro' | undefined,
    dim: D & Check<Reduced<'norm', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K> & DTypeOption,
  ): Tensor<Result<Reduced<'norm', ShapeOf<A>, D, K>>>;
  norm(this: Tensor, p?: number | 'fro', dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return norm(this, p, dim, options);
  }
  dist(this: Tensor, other: Tensor, p?: number): Tensor {
    return dist(this, other, p);
  }
  logsumexp(this: Tensor): Tensor<readonly []>;
  logsumexp<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'logsumexp', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'logsumexp', ShapeOf<A>, D, K>>>;
  logsumexp(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return logsumexp(this, dim, options);
  }
  amax(this: Tensor): Tensor<readonly []>;
  amax<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'amax', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'amax', ShapeOf<A>, D, K>>>;
  amax(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amax(this, dim, options);
  }
  amin(this: Tensor): Tensor<readonly []>;
  amin<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'amin', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'amin', ShapeOf<A>, D, K>>>;
  amin(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amin(this, dim, options);
  }
  aminmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'amin', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): {
    readonly min: Tensor<Result<Reduced<'amin', ShapeOf<A>, D, K>>>;
    readonly max: Tensor<Result<Reduced<'amin', ShapeOf<A>, D, K>>>;
  } {
    return aminmax<A, D, K>(this, dim, options);
  }
  max(this: Tensor): Tensor<readonly []>;
  max<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
    this: A,
    dim: D & Check<Extremal<'max', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Extreme<'max', ShapeOf<A>, D, K>;
  max(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return max(this, dim as number, options);
  }
  min(this: Tensor): Tensor<readonly []>;
  min<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
    this: A,
    dim: D & Check<Extremal<'min', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Extreme<'min', ShapeOf<A>, D, K>;
  min(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return min(this, dim as number, options);
  }
  argmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'argmax', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'argmax', ShapeOf<A>, D, K>>> {
    return argmax<A, D, K>(this, dim, options);
  }
  argmin<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
    this: A,
    dim?: D & Check<Reduced<'argmin', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'argmin', ShapeOf<A>, D, K>>> {
    return argmin<A, D, K>(this, dim, options);
  }
  all(this: Tensor): Tensor<readonly []>;
  all<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'all', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'all', ShapeOf<A>, D, K>>>;
  all(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return all(this, dim, options);
  }
  any(this: Tensor): Tensor<readonly []>;
  any<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
    this: A,
    dim: D & Check<Reduced<'any', ShapeOf<A>, D, K>>,
    options?: ReductionOptions<K>,
  ): Tensor<Result<Reduced<'any', ShapeOf<A>, D, K>>>;
  any(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return any(this, dim, options);
  }
  countNonzero(this: Tensor): Tensor<readonly []>;
  countNonzero<A extends Tensor, const D extends Dims | undefined>(
    this: A,
    dim: D & Check<Reduced<'countNonzero', ShapeOf<A>, D, false>>,
  ): Tensor<Result<Reduced<'countNonzero', ShapeOf<A>, D, false>>>;
  countNonzero(this: Tensor, dim?: Dims): Tensor {
    return countNonzero(this, dim);
  }
  histc(this: Tensor, options?: HistcOptions): Tensor {
    return histc(this, options);
  }
}
