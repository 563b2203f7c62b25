/** Methods of Tensor: elements picked by indices, and put back. A name that ends in _ changes the tensor itself. */

import type { NamedDim } from '../core/dims.ts';
import { assignInPlace } from '../core/inPlace.ts';
import type { Check, RankOf, Result } from '../core/rule.ts';
import { at, type IndexItem } from '../ops/indexing/at.ts';
import { gather, takeAlongDim } from '../ops/indexing/gather.ts';
import { type IndexAddOptions, indexAdd } from '../ops/indexing/indexAdd.ts';
import { indexCopy, indexFill } from '../ops/indexing/indexCopy.ts';
import { type IndexPutOptions, indexPut, indexPut_ } from '../ops/indexing/indexPut.ts';
import { type IndexSelected, indexSelect } from '../ops/indexing/indexSelect.ts';
import { argwhere, type NonzeroOptions, nonzero } from '../ops/indexing/nonzero.ts';
import { type BincountOptions, bincount } from '../ops/indexing/oneHot.ts';
import { type ScatterOptions, scatter } from '../ops/indexing/scatter.ts';
import { scatterAdd } from '../ops/indexing/scatterAdd.ts';
import { type Reduce, type ScatterReduceOptions, scatterReduce } from '../ops/indexing/scatterReduce.ts';
import { maskedScatter, maskedSelect, take } from '../ops/indexing/take.ts';
import { type Unique, type UniqueOptions, unique, uniqueConsecutive } from '../ops/indexing/unique.ts';
import type { Tensor } from '../tensor.ts';
import { ReductionMethods } from './reductions.ts';

export abstract class IndexingMethods extends ReductionMethods {
  argwhere(this: Tensor): Tensor {
    return argwhere(this);
  }
  /** Part of the tensor, as Python's `x[items]`: `x.at(1, '2:5', '...', null, [0, 2], mask)`. */
  at(this: Tensor, ...items: readonly IndexItem[]): Tensor {
    return at(this, ...items);
  }
  bincount(this: Tensor, options?: BincountOptions): Tensor {
    return bincount(this, options);
  }
  gather<A extends Tensor, D extends number, I extends Tensor>(
    this: A,
    dim: D & Check<NamedDim<'gather', D, RankOf<A['shape']>>>,
    index: I,
  ): Tensor<I['shape']> {
    return gather<A, D, I>(this, dim, index);
  }
  indexAdd<A extends Tensor>(
    this: A,
    dim: number,
    index: Tensor,
    source: Tensor,
    options?: IndexAddOptions,
  ): Tensor<A['shape']> {
    return indexAdd(this, dim, index, source, options);
  }
  indexAdd_<A extends Tensor>(this: A, dim: number, index: Tensor, source: Tensor, options?: IndexAddOptions): A {
    return assignInPlace('indexAdd_', this, indexAdd(this, dim, index, source, options));
  }
  indexCopy<A extends Tensor>(this: A, dim: number, index: Tensor, source: Tensor): Tensor<A['shape']> {
    return indexCopy(this, dim, index, source);
  }
  indexCopy_<A extends Tensor>(this: A, dim: number, index: Tensor, source: Tensor): A {
    return assignInPlace('indexCopy_', this, indexCopy(this, dim, index, source));
  }
  indexFill<A extends Tensor>(this: A, dim: number, index: Tensor, value: number | Tensor): Tensor<A['shape']> {
    return indexFill(this, dim, index, value);
  }
  indexFill_<A extends Tensor>(this: A, dim: number, index: Tensor, value: number | Tensor): A {
    return assignInPlace('indexFill_', this, indexFill(this, dim, index, value));
  }
  indexPut(this: Tensor, items: readonly IndexItem[], values: Tensor | number, options?: IndexPutOptions): Tensor {
    return indexPut(this, items, values, options);
  }
  /** Gives `x.at(...items)` new values in place: Python's `x[items] = values`, or `+=` with `accumulate`. */
  indexPut_(this: Tensor, items: readonly IndexItem[], values: Tensor | number, options?: IndexPutOptions): Tensor {
    return indexPut_(this, items, values, options);
  }
  indexSelect<A extends Tensor, D extends number, I extends Tensor>(
    this: A,
    dim: D & Check<IndexSelected<A['shape'], D, I['shape']>>,
    index: I,
  ): Tensor<Result<IndexSelected<A['shape'], D, I['shape']>>> {
    return indexSelect<A, D, I>(this, dim, index);
  }
  maskedScatter(this: Tensor, mask: Tensor, source: Tensor): Tensor {
    return maskedScatter(this, mask, source);
  }
  maskedScatter_<A extends Tensor>(this: A, mask: Tensor, source: Tensor): A {
    return assignInPlace('maskedScatter_', this, maskedScatter(this, mask, source));
  }
  maskedSelect(this: Tensor, mask: Tensor): Tensor<readonly [number]> {
    return maskedSelect(this, mask);
  }
  nonzero(this: Tensor, options: NonzeroOptions & { readonly asTuple: true }): Tensor[];
  nonzero(this: Tensor, options?: NonzeroOptions & { readonly asTuple?: false }): Tensor;
  nonzero(this: Tensor, options?: NonzeroOptions): Tensor | Tensor[] {
    return options?.asTuple === true ? nonzero(this, { asTuple: true }) : nonzero(this);
  }
  scatter(this: Tensor, dim: number, index: Tensor, src: Tensor | number, options?: ScatterOptions): Tensor {
    return scatter(this, dim, index, src, options);
  }
  scatter_<A extends Tensor>(this: A, dim: number, index: Tensor, src: Tensor | number, options?: ScatterOptions): A {
    return assignInPlace('scatter_', this, scatter(this, dim, index, src, options));
  }
  scatterAdd<A extends Tensor>(this: A, dim: number, index: Tensor, src: Tensor): Tensor<A['shape']> {
    return scatterAdd(this, dim, index, src);
  }
  scatterAdd_<A extends Tensor>(this: A, dim: number, index: Tensor, src: Tensor): A {
    return assignInPlace('scatterAdd_', this, scatterAdd(this, dim, index, src));
  }
  scatterReduce(
    this: Tensor,
    dim: number,
    index: Tensor,
    src: Tensor,
    reduce: Reduce,
    options?: ScatterReduceOptions,
  ): Tensor {
    return scatterReduce(this, dim, index, src, reduce, options);
  }
  /** `x.at(...items) = values`: `indexPut_` in short. */
  set(this: Tensor, items: readonly IndexItem[], values: Tensor | number): Tensor {
    return indexPut_(this, items, values);
  }
  take<I extends Tensor>(this: Tensor, index: I): Tensor<I['shape']> {
    return take(this, index);
  }
  takeAlongDim(this: Tensor, index: Tensor, dim?: number): Tensor {
    return takeAlongDim(this, index, dim);
  }
  unique(this: Tensor, options?: UniqueOptions): Unique {
    return unique(this, options);
  }
  uniqueConsecutive(this: Tensor, options?: UniqueOptions): Unique {
    return uniqueConsecutive(this, options);
  }
}
