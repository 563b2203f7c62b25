import { ValueError } from '@tessera/tensor';
import { describe } from '@tessera/tensor/core';

/** Throws unless `value` is a number in [0, 1]. */
export function checkProbability(op: string, name: string, value: unknown, example: number): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new ValueError(`${op}: ${name} must be in [0, 1]; got ${describe(value)}; try ${example}`);
}
