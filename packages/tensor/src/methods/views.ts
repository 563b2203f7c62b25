/** Methods of Tensor: other layouts of the same elements. */
import type { Shape } from '../core/shape.ts';
import { broadcastTo, expandAs } from '../ops/views/broadcast.ts';
import { clone, contiguous } from '../ops/views/contiguous.ts';
import { diag, diagEmbed, diagonal } from '../ops/views/diagonal.ts';
import { expand } from '../ops/views/expand.ts';
import { flatten, ravel, reshapeAs, unflatten, view, viewAs } from '../ops/views/flatten.ts';
import { moveaxis, movedim, swapaxes, swapdims, t } from '../ops/views/movedim.ts';
import { permute, transpose } from '../ops/views/permute.ts';
import { reshape } from '../ops/views/reshape.ts';
import { narrow, select, slice } from '../ops/views/slice.ts';
import { squeeze, unsqueeze } from '../ops/views/squeeze.ts';
import { unfoldDim } from '../ops/views/unfold.ts';
import type { Tensor } from '../tensor.ts';
import { MatmulMethods } from './matmul.ts';
import { listOf, type Numbers } from './numbers.ts';

export abstract class ViewMethods<out S extends Shape = Shape> extends MatmulMethods<S> {
  /** The matrix with its dimensions exchanged; other tensors with all dimensions in reverse order. PyTorch: `T`. */
  get T(): Tensor {
    const self = this as ViewMethods as Tensor;
    return permute(self, [...self.shape.keys()].reverse());
  }
  /** Every matrix transposed: the last two dimensions exchanged. PyTorch: `mT`. */
  get mT(): Tensor {
    return transpose(this as ViewMethods as Tensor, -2, -1);
  }
  broadcastTo(this: Tensor, ...shape: Numbers): Tensor {
    return broadcastTo(this, listOf(shape));
  }
  clone(this: Tensor): Tensor {
    return clone(this);
  }
  contiguous(this: Tensor): Tensor {
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
  expand(this: Tensor, ...shape: Numbers): Tensor {
    return expand(this, listOf(shape));
  }
  expandAs(this: Tensor, other: Tensor): Tensor {
    return expandAs(this, other);
  }
  flatten(this: Tensor, startDim?: number, endDim?: number): Tensor {
    return flatten(this, startDim, endDim);
  }
  moveaxis(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return moveaxis(this, source, destination);
  }
  movedim(this: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return movedim(this, source, destination);
  }
  narrow(this: Tensor, dim: number, start: number, length: number): Tensor {
    return narrow(this, dim, start, length);
  }
  permute(this: Tensor, ...dims: Numbers): Tensor {
    return permute(this, listOf(dims));
  }
  ravel(this: Tensor): Tensor {
    return ravel(this);
  }
  reshape(this: Tensor, ...shape: Numbers): Tensor {
    return reshape(this, listOf(shape));
  }
  reshapeAs(this: Tensor, other: Tensor): Tensor {
    return reshapeAs(this, other);
  }
  select(this: Tensor, dim: number, index: number): Tensor {
    return select(this, dim, index);
  }
  slice(this: Tensor, dim: number, start?: number | null, end?: number | null, step?: number): Tensor {
    return slice(this, dim, start, end, step);
  }
  squeeze(this: Tensor, dim?: number | readonly number[]): Tensor {
    return squeeze(this, dim);
  }
  swapaxes(this: Tensor, axis0: number, axis1: number): Tensor {
    return swapaxes(this, axis0, axis1);
  }
  swapdims(this: Tensor, dim0: number, dim1: number): Tensor {
    return swapdims(this, dim0, dim1);
  }
  t(this: Tensor): Tensor {
    return t(this);
  }
  transpose(this: Tensor, dim0: number, dim1: number): Tensor {
    return transpose(this, dim0, dim1);
  }
  unflatten(this: Tensor, dim: number, sizes: Shape): Tensor {
    return unflatten(this, dim, sizes);
  }
  /** All windows of `size` elements along `dim`, every `step`: a view with the windows as a new last dimension. */
  unfold(this: Tensor, dim: number, size: number, step: number): Tensor {
    return unfoldDim(this, dim, size, step);
  }
  unsqueeze(this: Tensor, dim: number): Tensor {
    return unsqueeze(this, dim);
  }
  view(this: Tensor, ...shape: Numbers): Tensor {
    return view(this, listOf(shape));
  }
  viewAs(this: Tensor, other: Tensor): Tensor {
    return viewAs(this, other);
  }
}
