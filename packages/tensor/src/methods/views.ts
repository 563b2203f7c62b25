/** Methods of Tensor: other layouts of the same elements. */

import type { NamedDim } from '../core/dims.ts';
import type { Check, RankOf, Result } from '../core/rule.ts';
import type { Elements, Shape } from '../core/shape.ts';
import { broadcastTo, expandAs } from '../ops/views/broadcast.ts';
import { clone, contiguous } from '../ops/views/contiguous.ts';
import { diag, diagEmbed, diagonal } from '../ops/views/diagonal.ts';
import type { LineDim } from '../ops/views/dimensions.ts';
import { type Expanded, expand } from '../ops/views/expand.ts';
import {
  type Flattened,
  flatten,
  ravel,
  reshapeAs,
  type Unflattened,
  unflatten,
  view,
  viewAs,
} from '../ops/views/flatten.ts';
import { type Flipped, moveaxis, movedim, swapaxes, swapdims, t } from '../ops/views/movedim.ts';
import { type Permuted, permute, type Transposed, transpose } from '../ops/views/permute.ts';
import { type Reshaped, reshape } from '../ops/views/reshape.ts';
import { type Narrowed, narrow, type Selected, type Sliced, select, slice } from '../ops/views/slice.ts';
import { type Squeezed, squeeze, type Unsqueezed, unsqueeze } from '../ops/views/squeeze.ts';
import { unfoldDim } from '../ops/views/unfold.ts';
import type { Tensor } from '../tensor.ts';
import { MatmulMethods } from './matmul.ts';
import { type ListOf, listOf, type Numbers } from './numbers.ts';

export abstract class ViewMethods extends MatmulMethods {
  broadcastTo<A extends Tensor, const T extends Numbers>(
    this: A,
    ...shape: T & Check<Expanded<'broadcastTo', A['shape'], ListOf<T>>>
  ): Tensor<Result<Expanded<'broadcastTo', A['shape'], ListOf<T>>>>;
  broadcastTo(this: Tensor, ...shape: Numbers): Tensor {
    return broadcastTo(this, listOf(shape));
  }
  clone<A extends Tensor>(this: A): Tensor<A['shape']> {
    return clone(this);
  }
  contiguous<A extends Tensor>(this: A): Tensor<A['shape']> {
    return contiguous(this);
  }
  diag(this: Tensor, offset?: number): Tensor {
    return diag(this, offset);
  }
  diagEmbed(this: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor {
    return diagEmbed(this, offset, dim1, dim2);
  }
  diagonal(this: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor {
    return diagonal(this, offset, dim1, dim2);
  }
  expand<A extends Tensor, const T extends Numbers>(
    this: A,
    ...shape: T & Check<Expanded<'expand', A['shape'], ListOf<T>>>
  ): Tensor<Result<Expanded<'expand', A['shape'], ListOf<T>>>>;
  expand(this: Tensor, ...shape: Numbers): Tensor {
    return expand(this, listOf(shape));
  }
  expandAs<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<Expanded<'expandAs', A['shape'], B['shape']>>,
  ): Tensor<B['shape']> {
    return expandAs<A, B>(this, other);
  }
  flatten<A extends Tensor, B extends number = 0, E extends number = -1>(
    this: A,
    startDim?: B & Check<NamedDim<'flatten', B, RankOf<A['shape']>>>,
    endDim?: E & Check<Flattened<A['shape'], B, E>>,
  ): Tensor<Result<Flattened<A['shape'], B, E>>> {
    return flatten<A, B, E>(this, startDim, endDim);
  }
  moveaxis(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return moveaxis(this, source, destination);
  }
  movedim(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return movedim(this, source, destination);
  }
  narrow<A extends Tensor, D extends number, I extends number, N extends number>(
    this: A,
    dim: D & Check<LineDim<'narrow', A['shape'], D>>,
    start: I,
    length: N & Check<Narrowed<A['shape'], D, I, N>>,
  ): Tensor<Result<Narrowed<A['shape'], D, I, N>>> {
    return narrow<A, D, I, N>(this, dim, start, length);
  }
  permute<A extends Tensor, const T extends Numbers>(
    this: A,
    ...dims: T & Check<Permuted<A['shape'], ListOf<T>>>
  ): Tensor<Result<Permuted<A['shape'], ListOf<T>>>>;
  permute(this: Tensor, ...dims: Numbers): Tensor {
    return permute(this, listOf(dims));
  }
  ravel<A extends Tensor>(this: A): Tensor<readonly [Elements<A['shape']>]> {
    return ravel(this);
  }
  reshape<A extends Tensor, const T extends Numbers>(
    this: A,
    ...shape: T & Check<Reshaped<'reshape', A['shape'], ListOf<T>>>
  ): Tensor<Result<Reshaped<'reshape', A['shape'], ListOf<T>>>>;
  reshape(this: Tensor, ...shape: Numbers): Tensor {
    return reshape(this, listOf(shape));
  }
  reshapeAs<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<Reshaped<'reshape', A['shape'], B['shape']>>,
  ): Tensor<B['shape']> {
    return reshapeAs<A, B>(this, other);
  }
  select<A extends Tensor, D extends number, I extends number>(
    this: A,
    dim: D & Check<LineDim<'select', A['shape'], D>>,
    index: I & Check<Selected<A['shape'], D, I>>,
  ): Tensor<Result<Selected<A['shape'], D, I>>> {
    return select<A, D, I>(this, dim, index);
  }
  slice<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<LineDim<'slice', A['shape'], D>>,
    start?: number | null,
    end?: number | null,
    step?: number,
  ): Tensor<Result<Sliced<A['shape'], D>>> {
    return slice<A, D>(this, dim, start, end, step);
  }
  squeeze<A extends Tensor>(this: A): Tensor<Result<Squeezed<A['shape'], undefined>>>;
  squeeze<A extends Tensor, const D extends number | readonly number[] | undefined>(
    this: A,
    dim: D & Check<Squeezed<A['shape'], D>>,
  ): Tensor<Result<Squeezed<A['shape'], D>>>;
  squeeze(this: Tensor, dim?: number | readonly number[]): Tensor {
    return squeeze(this, dim);
  }
  swapaxes<A extends Tensor, D0 extends number, D1 extends number>(
    this: A,
    axis0: D0 & Check<NamedDim<'transpose', D0, RankOf<A['shape']>>>,
    axis1: D1 & Check<NamedDim<'transpose', D1, RankOf<A['shape']>>>,
  ): Tensor<Result<Transposed<A['shape'], D0, D1>>> {
    return swapaxes<A, D0, D1>(this, axis0, axis1);
  }
  swapdims<A extends Tensor, D0 extends number, D1 extends number>(
    this: A,
    dim0: D0 & Check<NamedDim<'transpose', D0, RankOf<A['shape']>>>,
    dim1: D1 & Check<NamedDim<'transpose', D1, RankOf<A['shape']>>>,
  ): Tensor<Result<Transposed<A['shape'], D0, D1>>> {
    return swapdims<A, D0, D1>(this, dim0, dim1);
  }
  t<A extends Tensor>(this: A & Check<Flipped<A['shape']>>): Tensor<Result<Flipped<A['shape']>>> {
    return t<A>(this);
  }
  transpose<A extends Tensor, D0 extends number, D1 extends number>(
    this: A,
    dim0: D0 & Check<NamedDim<'transpose', D0, RankOf<A['shape']>>>,
    dim1: D1 & Check<NamedDim<'transpose', D1, RankOf<A['shape']>>>,
  ): Tensor<Result<Transposed<A['shape'], D0, D1>>> {
    return transpose<A, D0, D1>(this, dim0, dim1);
  }
  unflatten<A extends Tensor, D extends number, const T extends Shape>(
    this: A,
    dim: D & Check<NamedDim<'unflatten', D, RankOf<A['shape']>>>,
    sizes: T & Check<Unflattened<A['shape'], D, T>>,
  ): Tensor<Result<Unflattened<A['shape'], D, T>>> {
    return unflatten<A, D, T>(this, dim, sizes);
  }
  /** All windows of `size` elements along `dim`, every `step`: a view with the windows as a new last dimension. */
  unfold(this: Tensor, dim: number, size: number, step: number): Tensor {
    return unfoldDim(this, dim, size, step);
  }
  unsqueeze<A extends Tensor, D extends number>(
    this: A,
    dim: D & Check<Unsqueezed<A['shape'], D>>,
  ): Tensor<Result<Unsqueezed<A['shape'], D>>> {
    return unsqueeze<A, D>(this, dim);
  }
  view<A extends Tensor, const T extends Numbers>(
    this: A,
    ...shape: T & Check<Reshaped<'view', A['shape'], ListOf<T>>>
  ): Tensor<Result<Reshaped<'view', A['shape'], ListOf<T>>>>;
  view(this: Tensor, ...shape: Numbers): Tensor {
    return view(this, listOf(shape));
  }
  viewAs<A extends Tensor, B extends Tensor>(
    this: A,
    other: B & Check<Reshaped<'view', A['shape'], B['shape']>>,
  ): Tensor<B['shape']> {
    return viewAs<A, B>(this, other);
  }
}
