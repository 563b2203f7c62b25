/** Methods of Tensor: parts, repeats, and other orders of its elements. */
import type { Check } from '../core/rule.ts';
import { tril, triu } from '../ops/indexing/triangle.ts';
import { type PadOptions, pad } from '../ops/joining/pad.ts';
import { repeat, repeatInterleave, tile } from '../ops/joining/repeat.ts';
import {
  type Chunks,
  chunk,
  type Parts,
  type Split,
  split,
  tensorSplit,
  type Unbound,
  unbind,
} from '../ops/joining/split.ts';
import { flip, fliplr, flipud, roll, rot90 } from '../ops/views/flip.ts';
import type { Tensor } from '../tensor.ts';
import { IndexingMethods } from './indexing.ts';
import { listOf, type Numbers } from './numbers.ts';

export abstract class JoiningMethods extends IndexingMethods {
  chunk<A extends Tensor, N extends number, D extends number = 0>(
    this: A,
    chunks: N & Check<Chunks<A['shape'], N, D>>,
    dim?: D,
  ): Parts<Chunks<A['shape'], N, D>> {
    return chunk<A, N, D>(this, chunks, dim);
  }
  flip(this: Tensor, ...dims: Numbers): Tensor {
    return flip(this, listOf(dims));
  }
  fliplr<A extends Tensor>(this: A): Tensor<A['shape']> {
    return fliplr(this);
  }
  flipud<A extends Tensor>(this: A): Tensor<A['shape']> {
    return flipud(this);
  }
  pad(this: Tensor, padding: readonly number[], options?: PadOptions): Tensor {
    return pad(this, padding, options);
  }
  repeat(this: Tensor, ...repeats: Numbers): Tensor {
    return repeat(this, listOf(repeats));
  }
  repeatInterleave(this: Tensor, repeats: number | Tensor, dim?: number): Tensor {
    return repeatInterleave(this, repeats, dim);
  }
  roll<A extends Tensor>(
    this: A,
    shifts: number | readonly number[],
    dims?: number | readonly number[],
  ): Tensor<A['shape']> {
    return roll(this, shifts, dims);
  }
  rot90(this: Tensor, k?: number, dims?: readonly number[]): Tensor {
    return rot90(this, k, dims);
  }
  split<A extends Tensor, const N extends number | readonly number[], D extends number = 0>(
    this: A,
    sizes: N & Check<Split<A['shape'], N, D>>,
    dim?: D,
  ): Parts<Split<A['shape'], N, D>> {
    return split<A, N, D>(this, sizes, dim);
  }
  tensorSplit(this: Tensor, sectionsOrIndices: number | readonly number[], dim?: number): Tensor[] {
    return tensorSplit(this, sectionsOrIndices, dim);
  }
  tile(this: Tensor, ...dims: Numbers): Tensor {
    return tile(this, listOf(dims));
  }
  tril<A extends Tensor>(this: A, diagonal?: number): Tensor<A['shape']> {
    return tril(this, diagonal);
  }
  triu<A extends Tensor>(this: A, diagonal?: number): Tensor<A['shape']> {
    return triu(this, diagonal);
  }
  unbind<A extends Tensor, D extends number = 0>(
    this: A & Check<Unbound<A['shape'], D>>,
    dim?: D,
  ): Parts<Unbound<A['shape'], D>> {
    return unbind<A, D>(this, dim);
  }
}
