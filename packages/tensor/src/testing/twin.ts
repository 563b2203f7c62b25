/** The same op by its meaning alone. */
import { convert } from '../core/copy.ts';
import { evaluate } from '../core/dispatch.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

/** The record without its kernel: `f`, `reference` or `define` runs instead. */
export function referenceTwin(op: Op): Op {
  if (op.kind === 'view') return op;
  const { kernel: _, ...twin } = op;
  return twin as Op;
}

/** Whether the op has a fast way beside its meaning. */
export function hasKernel(op: Op): boolean {
  return op.kind !== 'view' && op.kernel !== undefined;
}

/** What the op means for these inputs, computed in float64 throughout. */
export function meaning(op: Op, inputs: readonly Tensor[], attributes: object): Tensor[] {
  const precise = inputs.map((x) => (x.dtype === 'float32' ? convert(x, 'float64') : x));
  return evaluate(referenceTwin(op), precise, attributes);
}
