/** Settings that hold one number for every spatial dimension. */
import { ValueError } from '@tessera/tensor';
import { checkInteger, describe } from '@tessera/tensor/core';

/** One number for all spatial dimensions, or a list with one for each. */
export type PerDim = number | readonly number[];

/** A setting of one number for all dimensions, or of one for each, as the one for dimension D. */
export type At<T, D extends number> = T extends number
  ? T
  : T extends readonly [infer A, infer B]
    ? D extends 0
      ? A
      : B
    : T extends readonly [infer A]
      ? A
      : T extends readonly [infer A, infer B, infer C]
        ? [A, B, C][D & (0 | 1 | 2)]
        : number;

/** The list; throws unless `value` gives a whole number of at least `low` for each of `rank` dimensions. */
export function perDim(op: string, name: string, value: PerDim, rank: number, low: number): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array(rank).fill(value) : value;
  if (!Array.isArray(list) || list.length !== rank) {
    throw new ValueError(
      `${op}: ${name} must be a whole number${rank === 1 ? '' : `, or ${rank} of them`}; got ${describe(value)}; try ${describe(new Array(rank).fill(Math.max(1, low)))}`,
    );
  }
  return Array.from(list, (item) => checkInteger(op, name, item, low));
}
