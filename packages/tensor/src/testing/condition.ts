/** How much roundings of the inputs can move a result: the bound for ops whose error has no closed form in a record. */
import { fromArray } from '../fromValues.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { LEAST_FLOAT32 } from './bounds/roundings.ts';
import { meaning } from './twin.ts';

/** The relative step by which inputs are moved: wider than all roundings together, so that curvature is seen too. */
const STEP = 2 ** -14;

/** Attributes that say where random bits come from. */
const STREAM: ReadonlySet<string> = new Set(['seed', 'offset']);

/**
 * C: for every element of every result, `roundings * unit * (|y| + sum_i |dy/dx_i| max(1, |x_i|))`. It is what a kernel
 * earns that gives the exact result for inputs moved by that many roundings (a mixed stable algorithm): sums, products,
 * normalizations and their gradients are; where exponentials and logarithms meet, inputs below 1 move like 1. The
 * derivatives are differences of the meaning, in float64.
 */
export function conditionBounds(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  expected: readonly Tensor[],
  unit: number,
): Float64Array[] {
  const roundings = Math.max(1, ...inputs.map((x) => x.count)) + 16;
  const spread = expected.map((y) => Float64Array.from(y.data, Math.abs));
  const results = expected.map((y) => y.data);
  const addMoved = (moved: readonly Tensor[]): void => {
    moved.forEach((y, k) => {
      const before = results[k] as ArrayLike<number>;
      y.data.forEach((after, at) => {
        spread[k]![at]! += Math.abs(after - (before[at] as number)) / STEP;
      });
    });
  };
  inputs.forEach((x, i) => {
    if (x.dtype !== 'float32' && x.dtype !== 'float64') return;
    const data = Float64Array.from(x.data);
    data.forEach((value, place) => {
      if (!Number.isFinite(value)) return;
      data[place] = value + STEP * Math.max(1, Math.abs(value));
      addMoved(meaning(op, inputs.with(i, fromArray(data, x.shape)), attributes));
      data[place] = value;
    });
  });
  // Where there are no operands, the numbers of the distribution are what enters.
  if (inputs.length === 0)
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value !== 'number' || STREAM.has(name)) continue;
      addMoved(meaning(op, [], { ...attributes, [name]: value + STEP * Math.max(1, Math.abs(value)) }));
    }
  return spread.map((sums) => sums.map((sum) => roundings * unit * sum + LEAST_FLOAT32 * roundings));
}
