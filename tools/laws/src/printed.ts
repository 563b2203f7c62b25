/** Examples as code: what is printed can be pasted into a test. */
import type { Tensor } from '@tessera/tensor';
import { isTensor } from '@tessera/tensor/core';
import fc from 'fast-check';

/** The arguments of a law, tensors with all their digits. */
export function printed(values: readonly unknown[]): string {
  return values.map((value) => fc.stringify(withCode(value))).join(', ');
}

function withCode(value: unknown): unknown {
  if (isTensor(value)) return { [fc.toStringMethod]: () => codeOf(value as Tensor) };
  return Array.isArray(value) ? value.map(withCode) : value;
}

function codeOf(x: Tensor): string {
  const nested = fc.stringify(x.toArray());
  return x.dtype === 'float32' ? `tensor(${nested})` : `tensor(${nested}, { dtype: '${x.dtype}' })`;
}
