/** Arguments that are one whole number or several. */
import { checkInteger } from '../../core/arguments.ts';
import { ValueError } from '../../core/errors.ts';
import { describe } from '../../core/shape.ts';

/** Throws unless `value` is a whole number or an array of them; gives the array. */
export function numberList(op: string, name: string, value: unknown, low?: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'number')) {
    throw new ValueError(`${op}: ${name} must be a number or an array of numbers; got ${describe(value)}; try [0]`);
  }
  return list.map((item) => checkInteger(op, name, item, low));
}
