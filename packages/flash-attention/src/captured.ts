/** What expressions look things up in, checked. */
import { type DType, DTypeError, type Tensor, ValueError } from '@tessera/tensor';
import { isFloating } from '@tessera/tensor/core';
import { CAPTURED } from './plan.ts';
import type { FlashAttributes, Sizes } from './problem.ts';
import { checkLookups } from './score/compile.ts';

/** Throws unless there are no more captured tensors than kernels take, of dtypes they read, and every lookup lies inside. */
export function checkCaptured(
  op: string,
  sizes: Sizes,
  { score, blocks }: FlashAttributes,
  captured: readonly Tensor[],
  dtype: DType,
): void {
  if (captured.length > CAPTURED)
    throw new ValueError(
      `${op}: expressions must look things up in at most ${CAPTURED} tensors; got ${captured.length}; try stack`,
    );
  for (const t of captured) {
    if (t.dtype === dtype || (!isFloating(t.dtype) && ['int32', 'uint8', 'bool'].includes(t.dtype))) continue;
    throw new DTypeError(
      `${op}: tensors of lookups must be ${dtype}, as the operands, or int32, uint8 or bool; got ${t.dtype}; try .to('${dtype}')`,
    );
  }
  // Where there are no scores nothing is looked up.
  if (sizes.sequences * sizes.heads * sizes.queries * sizes.keys === 0) return;
  const expressions = [score, blocks?.open ?? null].filter((x) => x !== null);
  checkLookups(op, expressions, captured, { ...sizes, dtype });
}
