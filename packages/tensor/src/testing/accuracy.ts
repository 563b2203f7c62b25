/** Whether results are as accurate as their inputs allow. */
import { isFloating } from '../core/dtype.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { UNIT_FLOAT32, UNIT_FLOAT64 } from './bounds.ts';
import { conditionBounds } from './condition.ts';
import { expectWithin } from './expectWithin.ts';
import { meaning } from './twin.ts';

/** Throws unless every floating result is what the op means in float64, up to what roundings can do (class C). */
export function expectAccurate(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  results: readonly Tensor[],
): void {
  const precise = meaning(op, inputs, attributes);
  const single = inputs.some(({ dtype }) => dtype === 'float32');
  // In float64 the meaning has errors of its own, as large as the kernel's.
  const limits = conditionBounds(op, inputs, attributes, precise, single ? UNIT_FLOAT32 : 2 * UNIT_FLOAT64);
  results.forEach((result, i) => {
    const expected = precise[i] as Tensor;
    if (isFloating(result.dtype)) expectWithin(result, inRangeOf(result, expected.data), limits[i] as Float64Array);
  });
}

/** The expected numbers, with infinities where they overflow the dtype of `result`. */
export function inRangeOf(result: Tensor, expected: ArrayLike<number>): Float64Array {
  if (result.dtype === 'float64') return Float64Array.from(expected);
  return Float64Array.from(expected, (y) => (Number.isFinite(Math.fround(y)) ? y : Math.fround(y)));
}
