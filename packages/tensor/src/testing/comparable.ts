/** What can be compared element by element. */
import { isTensor } from '../core/base.ts';
import type { Nested, Tensor } from '../tensor.ts';

/** A tensor, numbers nested to any depth, or one number that stands for every element. */
export type Comparable = Tensor | Nested | ArrayLike<number>;

export function isNumber(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** The elements in row-major order. */
export function numbersOf(value: Comparable): ArrayLike<number> {
  if (isTensor(value)) return value.data;
  if (isNumber(value)) return [Number(value)];
  if (ArrayBuffer.isView(value)) return value as unknown as ArrayLike<number>;
  return flatten(Array.from(value as ArrayLike<Nested>));
}

function flatten(value: Nested): number[] {
  return Array.isArray(value) ? value.flatMap(flatten) : [Number(value)];
}

/** The greatest magnitude among the finite elements, at least 1. */
export function greatestOf(value: Comparable): number {
  const numbers = numbersOf(value);
  let greatest = 1;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i] as number);
    if (size > greatest && size < Infinity) greatest = size;
  }
  return greatest;
}
