/** Whether results agree with what the op means, as far as their inputs allow. */
import { evaluate } from '../core/dispatch.ts';
import { isFloating } from '../core/dtype.ts';
import type { Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { bounds } from './bounds/index.ts';
import { UNIT_FLOAT32, UNIT_FLOAT64 } from './bounds/roundings.ts';
import { conditionBounds } from './condition.ts';
import { expectSameBits, expectWithin } from './expectWithin.ts';
import { movesValues } from './moves.ts';
import { meaning, referenceTwin } from './twin.ts';

/**
 * Throws unless every result is what the op means: integers, and all results of ops that only move values, bit for bit;
 * floats up to what roundings can do (class C), and for a composite no worse than twice its plain definition.
 */
export function expectAgreement(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  results: readonly Tensor[],
): void {
  const moves = movesValues(op);
  const plain = evaluate(referenceTwin(op), inputs, attributes);
  results.forEach((result, i) => {
    if (moves || !isFloating(result.dtype)) expectSameBits(result, plain[i] as Tensor);
  });
  if (moves) return;
  const precise = meaning(op, inputs, attributes);
  const single = [...inputs, ...(inputs.length === 0 ? results : [])].some(({ dtype }) => dtype === 'float32');
  // In float64 the meaning has errors of its own, as large as the kernel's.
  const limits = conditionBounds(op, inputs, attributes, precise, single ? UNIT_FLOAT32 : 2 * UNIT_FLOAT64);
  results.forEach((result, i) => {
    if (!isFloating(result.dtype)) return;
    const expected = inRangeOf(result, (precise[i] as Tensor).data);
    const granted = op.kind === 'composite' ? 2 * greatestError((plain[i] as Tensor).data, expected) : 0;
    const limit = limits[i] as Float64Array;
    expectWithin(
      result,
      expected,
      bounds.conditioned((_, at) => (limit[at] as number) + granted),
    );
  });
}

function greatestError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < got.length; i++) {
    const error = Math.abs((got[i] as number) - (expected[i] as number));
    if (Number.isFinite(error)) greatest = Math.max(greatest, error);
  }
  return greatest;
}

/** The expected numbers, with infinities where they overflow the dtype of `result`. */
export function inRangeOf(result: Tensor, expected: ArrayLike<number>): Float64Array {
  if (result.dtype === 'float64') return Float64Array.from(expected);
  return Float64Array.from(expected, (y) => (Number.isFinite(Math.fround(y)) ? y : Math.fround(y)));
}
