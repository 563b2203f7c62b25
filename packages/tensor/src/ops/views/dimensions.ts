/** Arguments that name dimensions, or give a number for each. */

import { checkInteger } from '../../core/arguments.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { IndexError, ValueError } from '../../core/errors.ts';
import type { RankOf } from '../../core/rule.ts';
import { describe, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** Throws unless `value` is a whole number or an array of them; gives the array. */
export function numberList(op: string, name: string, value: unknown, low?: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'number')) {
    throw new ValueError(`${op}: ${name} must be a number or an array of numbers; got ${describe(value)}; try [0]`);
  }
  return list.map((item) => checkInteger(op, name, item, low));
}

/** The rule of `dimOf`. */
export type LineDim<Op extends string, S extends Shape, D extends number> = S extends readonly []
  ? `${Op}: the tensor must have a dimension; got []`
  : NamedDim<Op, D, RankOf<S>>;

/** A dimension of a tensor that has one at all. */
export function dimOf(op: string, x: Tensor, dim: number): number {
  if (x.ndim === 0) throw new IndexError(`${op}: the tensor must have a dimension; got []; try unsqueeze(0)`);
  return normalizeDim(op, dim, x.ndim);
}
