import { ValueError } from '@tessera/tensor';
import { describe } from '@tessera/tensor/core';

/** Throws unless `value` is true or false. */
export function checkFlag(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ValueError(`${op}: ${name} must be true or false; got ${describe(value)}; try { ${name}: true }`);
}
