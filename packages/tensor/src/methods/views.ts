/** Methods of Tensor: other layouts of the same elements. */

import type { NamedDim } from '../core/dims.ts';
import type { Check, Result } from '../core/rule.ts';
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
  /** The matrix with its dimensions exchanged; other tensors with all dimensions in reverse order. PyTorch: `T`. */
  get T(): Tensor {
    const self = this as ViewMethods as Tensor;
    return permute(self, [...self.shape.keys()].reverse());
  }
  /** Every matrix transposed: the last two dimensions exchanged. PyTorch: `mT`. */
  get mT(): Tensor {
    return transpose(this as ViewMethods as Tensor, -2, -1);
  }
  broadcastTo<A extends Shape, const T extends Numbers>(
    this: Tensor<A>,
    ...shape: T & Check<Expanded<'broadcastTo', A, ListOf<T>>>
  ): Tensor<Result<Expanded<'broadcastTo', A, ListOf<T>>>>;
  broadcastTo(this: Tensor, ...shape: Numbers): Tensor {
    return broadcastTo(this, listOf(shape));
  }
  clone<A extends Shape>(this: Tensor<A>): Tensor<A> {
    return clone(this);
  }
  contiguous<A extends Shape>(this: Tensor<A>): Tensor<A> {
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
  expand<A extends Shape, const T extends Numbers>(
    this: Tensor<A>,
    ...shape: T & Check<Expanded<'expand', A, ListOf<T>>>
  ): Tensor<Result<Expanded<'expand', A, ListOf<T>>>>;
  expand(this: Tensor, ...shape: Numbers): Tensor {
    return expand(this, listOf(shape));
  }
  expandAs<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<Expanded<'expandAs', A, B>>,
  ): Tensor<B> {
    return expandAs<A, B>(this, other);
  }
  flatten<A extends Shape, B extends number = 0, E extends number = -1>(
    this: Tensor<A>,
    startDim?: B & Check<NamedDim<'flatten', B, A['length']>>,
    endDim?: E & Check<Flattened<A, B, E>>,
  ): Tensor<Result<Flattened<A, B, E>>> {
    return flatten<A, B, E>(this, startDim, endDim);
  }
  moveaxis(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return moveaxis(this, source, destination);
  }
  movedim(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return movedim(this, source, destination);
  }
  narrow<A extends Shape, D extends number, I extends number, N extends number>(
    this: Tensor<A>,
    dim: D & Check<LineDim<'narrow', A, D>>,
    start: I,
    length: N & Check<Narrowed<A, D, I, N>>,
  ): Tensor<Result<Narrowed<A, D, I, N>>> {
    return narrow<A, D, I, N>(this, dim, start, length);
  }
  permute<A extends Shape, const T extends Numbers>(
    this: Tensor<A>,
    ...dims: T & Check<Permuted<A, ListOf<T>>>
  ): Tensor<Result<Permuted<A, ListOf<T>>>>;
  permute(this: Tensor, ...dims: Numbers): Tensor {
    return permute(this, listOf(dims));
  }
  ravel<A extends Shape>(this: Tensor<A>): Tensor<readonly [Elements<A>]> {
    return ravel(this);
  }
  reshape<A extends Shape, const T extends Numbers>(
    this: Tensor<A>,
    ...shape: T & Check<Reshaped<'reshape', A, ListOf<T>>>
  ): Tensor<Result<Reshaped<'reshape', A, ListOf<T>>>>;
  reshape(this: Tensor, ...shape: Numbers): Tensor {
    return reshape(this, listOf(shape));
  }
  reshapeAs<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<Reshaped<'reshape', A, B>>,
  ): Tensor<B> {
    return reshapeAs<A, B>(this, other);
  }
  select<A extends Shape, D extends number, I extends number>(
    this: Tensor<A>,
    dim: D & Check<LineDim<'select', A, D>>,
    index: I & Check<Selected<A, D, I>>,
  ): Tensor<Result<Selected<A, D, I>>> {
    return select<A, D, I>(this, dim, index);
  }
  slice<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<LineDim<'slice', A, D>>,
    start?: number | null,
    end?: number | null,
    step?: number,
  ): Tensor<Result<Sliced<A, D>>> {
    return slice<A, D>(this, dim, start, end, step);
  }
  squeeze<A extends Shape>(this: Tensor<A>): Tensor<Result<Squeezed<A, undefined>>>;
  squeeze<A extends Shape, const D extends number | readonly number[] | undefined>(
    this: Tensor<A>,
    dim: D & Check<Squeezed<A, D>>,
  ): Tensor<Result<Squeezed<A, D>>>;
  squeeze(this: Tensor, dim?: number | readonly number[]): Tensor {
    return squeeze(this, dim);
  }
  swapaxes<A extends Shape, D0 extends number, D1 extends number>(
    this: Tensor<A>,
    axis0: D0 & Check<NamedDim<'transpose', D0, A['length']>>,
    axis1: D1 & Check<NamedDim<'transpose', D1, A['length']>>,
  ): Tensor<Result<Transposed<A, D0, D1>>> {
    return swapaxes<A, D0, D1>(this, axis0, axis1);
  }
  swapdims<A extends Shape, D0 extends number, D1 extends number>(
    this: Tensor<A>,
    dim0: D0 & Check<NamedDim<'transpose', D0, A['length']>>,
    dim1: D1 & Check<NamedDim<'transpose', D1, A['length']>>,
  ): Tensor<Result<Transposed<A, D0, D1>>> {
    return swapdims<A, D0, D1>(this, dim0, dim1);
  }
  t<A extends Shape>(this: Tensor<A> & Check<Flipped<A>>): Tensor<Result<Flipped<A>>> {
    return t<A>(this);
  }
  transpose<A extends Shape, D0 extends number, D1 extends number>(
    this: Tensor<A>,
    dim0: D0 & Check<NamedDim<'transpose', D0, A['length']>>,
    dim1: D1 & Check<NamedDim<'transpose', D1, A['length']>>,
  ): Tensor<Result<Transposed<A, D0, D1>>> {
    return transpose<A, D0, D1>(this, dim0, dim1);
  }
  unflatten<A extends Shape, D extends number, const T extends Shape>(
    this: Tensor<A>,
    dim: D & Check<NamedDim<'unflatten', D, A['length']>>,
    sizes: T & Check<Unflattened<A, D, T>>,
  ): Tensor<Result<Unflattened<A, D, T>>> {
    return unflatten<A, D, T>(this, dim, sizes);
  }
  /** All windows of `size` elements along `dim`, every `step`: a view with the windows as a new last dimension. */
  unfold(this: Tensor, dim: number, size: number, step: number): Tensor {
    return unfoldDim(this, dim, size, step);
  }
  unsqueeze<A extends Shape, D extends number>(
    this: Tensor<A>,
    dim: D & Check<Unsqueezed<A, D>>,
  ): Tensor<Result<Unsqueezed<A, D>>> {
    return unsqueeze<A, D>(this, dim);
  }
  view<A extends Shape, const T extends Numbers>(
    this: Tensor<A>,
    ...shape: T & Check<Reshaped<'view', A, ListOf<T>>>
  ): Tensor<Result<Reshaped<'view', A, ListOf<T>>>>;
  view(this: Tensor, ...shape: Numbers): Tensor {
    return view(this, listOf(shape));
  }
  viewAs<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Tensor<B> & Check<Reshaped<'view', A, B>>,
  ): Tensor<B> {
    return viewAs<A, B>(this, other);
  }
}
