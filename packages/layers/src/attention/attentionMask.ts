/** Masks of layers, where true means "not attended to", and their way to one that adds or, of bools, admits. */
import { DTypeError, ShapeError, type Tensor, where, zeros } from '@tessera/tensor';
import { checkTensor, formatShape, sameShape } from '@tessera/tensor/core';

/** The sizes that masks must fit. */
export interface MaskSizes {
  readonly batch: number;
  readonly heads: number;
  /** Queries and keys. */
  readonly length: number;
  readonly keys: number;
}

/** [L, S] or [N H, L, S] -> [1 or N, 1 or H, L, S] */
export function perHead(op: string, mask: Tensor, { batch, heads, length, keys }: MaskSizes, dtype: string): Tensor {
  checkMask(op, 'attnMask', mask, dtype, 'not attended to');
  if (sameShape(mask.shape, [length, keys])) return mask.reshape(1, 1, length, keys);
  if (sameShape(mask.shape, [batch * heads, length, keys])) return mask.reshape(batch, heads, length, keys);
  throw new ShapeError(
    `${op}: attnMask must be [${length}, ${keys}] or [${batch * heads}, ${length}, ${keys}]; got ${formatShape(mask.shape)}; try one row for every query`,
  );
}

/** [N, S], or [S] of one sequence -> [N, 1, 1, S] */
export function perKey(op: string, mask: Tensor, { batch, keys }: MaskSizes, batched: boolean, dtype: string): Tensor {
  checkMask(op, 'keyPaddingMask', mask, dtype, 'not attended to');
  const wanted = batched ? [batch, keys] : [keys];
  if (sameShape(mask.shape, wanted)) return mask.reshape(batch, 1, 1, keys);
  throw new ShapeError(
    `${op}: keyPaddingMask must be ${formatShape(wanted)}; got ${formatShape(mask.shape)}; try one value for every key`,
  );
}

/** Throws unless a mask is of bools, of which `meaning` says what true is, or of numbers like the query's. */
export function checkMask(op: string, name: string, mask: Tensor, dtype: string, meaning: string): void {
  checkTensor(op, name, mask);
  if (mask.dtype === 'bool' || mask.dtype === dtype) return;
  throw new DTypeError(
    `${op}: ${name} must be bool (true: ${meaning}) or ${dtype} like the query; got ${mask.dtype}; try ${name}.to('bool')`,
  );
}

/**
 * Both masks in one, as `scaledDotProductAttention` takes it: bool with true where a key may be attended to, or numbers that
 * are added to the scores.
 */
export function joinMasks(a: Tensor | null, b: Tensor | null): Tensor | null {
  if (a === null || b === null) {
    const mask = a ?? b;
    return mask === null || mask.dtype !== 'bool' ? mask : mask.logicalNot();
  }
  if (a.dtype === 'bool' && b.dtype === 'bool') return a.logicalOr(b).logicalNot();
  const dtype = a.dtype === 'bool' ? b.dtype : a.dtype;
  const added = (mask: Tensor): Tensor => (mask.dtype === 'bool' ? where(mask, -Infinity, zeros([], { dtype })) : mask);
  return added(a).add(added(b));
}
