import { evaluate } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import type { Op } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expectAgreement } from '../accuracy.ts';
import { expectSameBits, LawError } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { movesValues } from '../moves.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { hasKernel, referenceTwin } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

const remedy = 'the `kernel`, or `reference` (of a composite: `define`) where the kernel is right';

function hasOwnKernel(op: Op): boolean {
  return op.kind !== 'elementwise' && hasKernel(op);
}

/** The kernel gives what the meaning gives in float64, up to what roundings can do; moved values and integers exactly. */
export const kernel: Law = {
  name: 'the kernel agrees with the meaning',
  formula: '|kernel(x) - f64(x)| ≤ n u (|y| + Σ |∂y/∂x| max(1, |x|))',
  tolerance: ['E', 'C'],
  rows: [175],
  remedy,
  share: 0.15,
  applies: hasOwnKernel,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), edges: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    expectAgreement(op, inputs, attributes, evaluate(op, inputs, attributes));
  },
};

/** Infinities and NaN come out of the kernel where they come out of the meaning. */
export const specialValues: Law = {
  name: 'the kernel agrees with the meaning on infinities and NaN',
  formula: 'class(kernel(x)) = class(f(x)) for x in {±0, ±∞, NaN}',
  tolerance: 'E',
  rows: [175],
  remedy,
  applies: hasOwnKernel,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), values: 'infinite' }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const expected = evaluate(referenceTwin(op), inputs, attributes);
    evaluate(op, inputs, attributes).forEach((result, i) => {
      const other = expected[i] as Tensor;
      if (movesValues(op) || !isFloating(result.dtype)) expectSameBits(result, other);
      else expectSameClass(result.data, other.data);
    });
  },
};

function expectSameClass(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [got[i] as number, expected[i] as number];
    const same = Number.isFinite(e) ? Number.isFinite(a) : Object.is(a, e);
    if (!same) throw new LawError(`element ${i} must be ${e}; got ${a}`);
  }
}
