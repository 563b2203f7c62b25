/** Methods of Tensor: reductions. */
import type { Shape } from '../core/shape.ts';
import { argmax, argmin } from '../ops/reductions/argExtrema.ts';
import { dist } from '../ops/reductions/distances.ts';
import { amax, amin, aminmax } from '../ops/reductions/extrema.ts';
import { type HistcOptions, histc } from '../ops/reductions/histc.ts';
import { all, any, countNonzero } from '../ops/reductions/logical.ts';
import { max, min } from '../ops/reductions/max.ts';
import { mean, nanmean } from '../ops/reductions/mean.ts';
import { norm } from '../ops/reductions/norm.ts';
import { prod } from '../ops/reductions/prod.ts';
import type { Dims, DTypeOption, ReductionOptions } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { nansum, sum } from '../ops/reductions/sum.ts';
import { std, type VarianceOptions, variance } from '../ops/reductions/variance.ts';
import { logsumexp } from '../ops/rows/logsumexp.ts';
import type { Tensor } from '../tensor.ts';
import { SortingMethods } from './sorting.ts';

export abstract class ReductionMethods<out S extends Shape = Shape> extends SortingMethods<S> {
  sum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return sum(this, dim, options);
  }
  nansum(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nansum(this, dim, options);
  }
  mean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return mean(this, dim, options);
  }
  nanmean(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return nanmean(this, dim, options);
  }
  prod(this: Tensor, dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return prod(this, dim, options);
  }
  var(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return variance(this, dim, options);
  }
  std(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return std(this, dim, options);
  }
  norm(this: Tensor, p?: number | 'fro', dim?: Dims, options?: ReductionOptions & DTypeOption): Tensor {
    return norm(this, p, dim, options);
  }
  dist(this: Tensor, other: Tensor, p?: number): Tensor {
    return dist(this, other, p);
  }
  logsumexp(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return logsumexp(this, dim, options);
  }
  amax(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amax(this, dim, options);
  }
  amin(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return amin(this, dim, options);
  }
  aminmax(this: Tensor, dim?: number, options?: ReductionOptions): { readonly min: Tensor; readonly max: Tensor } {
    return aminmax(this, dim, options);
  }
  max(this: Tensor): Tensor;
  max(this: Tensor, other: Tensor): Tensor;
  max(this: Tensor, dim: number, options?: ReductionOptions): ValuesAndIndices;
  max(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return max(this, dim as number, options);
  }
  min(this: Tensor): Tensor;
  min(this: Tensor, other: Tensor): Tensor;
  min(this: Tensor, dim: number, options?: ReductionOptions): ValuesAndIndices;
  min(this: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return min(this, dim as number, options);
  }
  argmax(this: Tensor, dim?: number, options?: ReductionOptions): Tensor {
    return argmax(this, dim, options);
  }
  argmin(this: Tensor, dim?: number, options?: ReductionOptions): Tensor {
    return argmin(this, dim, options);
  }
  all(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return all(this, dim, options);
  }
  any(this: Tensor, dim?: Dims, options?: ReductionOptions): Tensor {
    return any(this, dim, options);
  }
  countNonzero(this: Tensor, dim?: Dims): Tensor {
    return countNonzero(this, dim);
  }
  histc(this: Tensor, options?: HistcOptions): Tensor {
    return histc(this, options);
  }
}
