/** Where a tensor is not zero. */
import { checkOptions, checkTensor } from '../../core/arguments.ts';
import { elementsInPlace, freeTemporaries, READERS, toContiguous } from '../../core/copy.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { fromArray } from '../../fromValues.ts';
import type { Tensor } from '../../tensor.ts';
import { unbind } from '../joining/split.ts';
import { atleast1d } from '../views/squeeze.ts';

export interface NonzeroOptions {
  /** One list of indices per dimension instead of one row per element. */
  readonly asTuple?: boolean;
}

/**
 * The coordinates of all elements that are not zero (or true, or NaN), one row each, in row-major order: int32 [n, rank].
 * With `asTuple` one list per dimension, ready for `x.at(...)`. PyTorch: `nonzero`.
 *
 * @example
 * nonzero(tensor([[0, 5], [6, 0]])); // tensor([[0, 1], [1, 0]], dtype=int32)
 */
export function nonzero(x: Tensor, options: NonzeroOptions & { readonly asTuple: true }): Tensor[];
export function nonzero(x: Tensor, options?: NonzeroOptions & { readonly asTuple?: false }): Tensor;
export function nonzero(x: Tensor, options: NonzeroOptions = {}): Tensor | Tensor[] {
  checkTensor('nonzero', 'x', x);
  const { asTuple = false } = checkOptions('nonzero', options, '{ asTuple: true }', ['asTuple']);
  if (asTuple === true) return unbind(coordinates(atleast1d(x)), 1);
  return coordinates(x);
}

function coordinates(x: Tensor): Tensor {
  const flat = toContiguous(x);
  const [values] = elementsInPlace([flat]) as [TypedArray];
  const read = READERS[x.dtype];
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (read(values[i] as number) !== 0) found.push(i);
  freeTemporaries([flat], [x]);
  const rows = new Int32Array(found.length * x.ndim);
  let inner = 1;
  for (let d = x.ndim - 1; d >= 0; d--) {
    const size = x.shape[d] as number;
    for (let row = 0; row < found.length; row++) {
      rows[row * x.ndim + d] = Math.floor((found[row] as number) / inner) % size;
    }
    inner *= size;
  }
  return fromArray(rows, [found.length, x.ndim]);
}

/** The coordinates of all elements that are not zero, one row each. PyTorch: `argwhere`. */
export function argwhere(x: Tensor): Tensor {
  return nonzero(checkTensor('argwhere', 'x', x));
}
