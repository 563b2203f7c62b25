/** Methods of Tensor: parts, repeats, and other orders of its elements. */
import type { Shape } from '../core/shape.ts';
import { tril, triu } from '../ops/indexing/triangle.ts';
import { type PadOptions, pad } from '../ops/joining/pad.ts';
import { repeat, repeatInterleave, tile } from '../ops/joining/repeat.ts';
import { chunk, split, tensorSplit, unbind } from '../ops/joining/split.ts';
import { flip, fliplr, flipud, roll, rot90 } from '../ops/views/flip.ts';
import type { Tensor } from '../tensor.ts';
import { IndexingMethods } from './indexing.ts';
import { listOf, type Numbers } from './numbers.ts';

export abstract class JoiningMethods<out S extends Shape = Shape> extends IndexingMethods<S> {
  chunk(this: Tensor, chunks: number, dim?: number): Tensor[] {
    return chunk(this, chunks, dim);
  }
  flip(this: Tensor, ...dims: Numbers): Tensor {
    return flip(this, listOf(dims));
  }
  fliplr(this: Tensor): Tensor {
    return fliplr(this);
  }
  flipud(this: Tensor): Tensor {
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
  roll(this: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
    return roll(this, shifts, dims);
  }
  rot90(this: Tensor, k?: number, dims?: readonly number[]): Tensor {
    return rot90(this, k, dims);
  }
  split(this: Tensor, sizes: number | readonly number[], dim?: number): Tensor[] {
    return split(this, sizes, dim);
  }
  tensorSplit(this: Tensor, sectionsOrIndices: number | readonly number[], dim?: number): Tensor[] {
    return tensorSplit(this, sectionsOrIndices, dim);
  }
  tile(this: Tensor, ...dims: Numbers): Tensor {
    return tile(this, listOf(dims));
  }
  tril(this: Tensor, diagonal?: number): Tensor {
    return tril(this, diagonal);
  }
  triu(this: Tensor, diagonal?: number): Tensor {
    return triu(this, diagonal);
  }
  unbind(this: Tensor, dim?: number): Tensor[] {
    return unbind(this, dim);
  }
}
