/** Runs an optimizer's kernel over a parameter: one pass over memory for the whole step. */
import { type Argument, launch } from '@tessera/kernels';
import type { Tensor } from '@tessera/tensor';
import { checkFloat, DTYPES, freeTemporaries, toContiguous, writeInto } from '@tessera/tensor/core';

/** `kernel(p, ...operands, ...scalars)` in place. A parameter that is a strided view is updated through a copy. */
export function updateInPlace(
  kernel: string,
  p: Tensor,
  operands: readonly (Tensor | null)[],
  scalars: readonly number[],
): void {
  checkFloat(kernel, 'the parameter', p);
  const target = toContiguous(p);
  const sources = operands.map((t) => t && toContiguous(t));
  const args: Argument[] = [target, ...sources, ...scalars];
  launch(`${kernel}_${DTYPES[p.dtype].suffix}`, args, p.count);
  if (target !== p) writeInto(p, target);
  freeTemporaries([target], [p]);
  sources.forEach((source, i) => {
    const operand = operands[i];
    if (source && operand) freeTemporaries([source], [operand]);
  });
}
