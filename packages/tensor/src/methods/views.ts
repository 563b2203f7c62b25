/** Methods of Tensor: other layouts of the same elements. */
import type { Shape } from '../core/shape.ts';
import { clone, contiguous } from '../ops/views/contiguous.ts';
import { expand } from '../ops/views/expand.ts';
import { permute, transpose } from '../ops/views/permute.ts';
import { reshape } from '../ops/views/reshape.ts';
import { narrow, select, slice } from '../ops/views/slice.ts';
import type { Tensor } from '../tensor.ts';
import { ReductionMethods } from './reductions.ts';

/** Sizes or dimensions as arguments or as one array: `x.reshape(2, -1)`, `x.reshape([2, -1])`. */
export type Numbers = readonly number[] | readonly [readonly number[]];

function listOf(args: Numbers): readonly number[] {
  return args.length === 1 && Array.isArray(args[0]) ? (args[0] as readonly number[]) : (args as readonly number[]);
}

export abstract class ViewMethods<out S extends Shape = Shape> extends ReductionMethods<S> {
  reshape(this: Tensor, ...shape: Numbers): Tensor {
    return reshape(this, listOf(shape));
  }
  permute(this: Tensor, ...dims: Numbers): Tensor {
    return permute(this, listOf(dims));
  }
  transpose(this: Tensor, dim0: number, dim1: number): Tensor {
    return transpose(this, dim0, dim1);
  }
  expand(this: Tensor, ...shape: Numbers): Tensor {
    return expand(this, listOf(shape));
  }
  clone(this: Tensor): Tensor {
    return clone(this);
  }
  contiguous(this: Tensor): Tensor {
    return contiguous(this);
  }
  slice(this: Tensor, dim: number, start?: number | null, end?: number | null, step?: number): Tensor {
    return slice(this, dim, start, end, step);
  }
  select(this: Tensor, dim: number, index: number): Tensor {
    return select(this, dim, index);
  }
  narrow(this: Tensor, dim: number, start: number, length: number): Tensor {
    return narrow(this, dim, start, length);
  }
}
