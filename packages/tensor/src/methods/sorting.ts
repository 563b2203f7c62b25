/** Methods of Tensor: elements in order, and those chosen by it. */
import type { Shape } from '../core/shape.ts';
import { median, nanmedian } from '../ops/reductions/median.ts';
import { mode } from '../ops/reductions/mode.ts';
import { nanquantile, type QuantileOptions, quantile } from '../ops/reductions/quantile.ts';
import type { ReductionOptions } from '../ops/reductions/reduction.ts';
import type { ValuesAndIndices } from '../ops/reductions/selection.ts';
import { argsort, type SortOptions, sort } from '../ops/sorting/sort.ts';
import { kthvalue, type TopkOptions, topk } from '../ops/sorting/topk.ts';
import type { Tensor } from '../tensor.ts';
import { ScanMethods } from './scans.ts';

export abstract class SortingMethods<out S extends Shape = Shape> extends ScanMethods<S> {
  sort(this: Tensor, dim?: number, options?: SortOptions): ValuesAndIndices {
    return sort(this, dim, options);
  }
  argsort(this: Tensor, dim?: number, options?: SortOptions): Tensor {
    return argsort(this, dim, options);
  }
  topk(this: Tensor, k: number, dim?: number, options?: TopkOptions): ValuesAndIndices {
    return topk(this, k, dim, options);
  }
  kthvalue(this: Tensor, k: number, dim?: number, options?: ReductionOptions): ValuesAndIndices {
    return kthvalue(this, k, dim, options);
  }
  mode(this: Tensor, dim?: number, options?: ReductionOptions): ValuesAndIndices {
    return mode(this, dim, options);
  }
  median(this: Tensor): Tensor;
  median(this: Tensor, dim: number, options?: ReductionOptions): ValuesAndIndices;
  median(this: Tensor, dim?: number, options?: ReductionOptions): Tensor | ValuesAndIndices {
    return median(this, dim as number, options);
  }
  nanmedian(this: Tensor): Tensor;
  nanmedian(this: Tensor, dim: number, options?: ReductionOptions): ValuesAndIndices;
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
