import { evaluate } from '../../core/dispatch.ts';
import type { Tensor } from '../../tensor.ts';
import { UNIT_FLOAT32, UNIT_FLOAT64, ulp } from '../bounds.ts';
import { expectWithin } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { unlessRefused } from '../refusal.ts';
import { referenceTwin } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

/** Ulps granted to results of one element. */
const FEW = 8;

/** Tensors without elements, of one element and without dimensions work as the meaning says, or are refused by name. */
export const degenerate: Law = {
  name: 'empty inputs and inputs without dimensions work or are refused',
  remedy: '`infer`, so that it refuses, or the `kernel` and its sizes of 0 and 1',
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), degenerate: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const results = unlessRefused(() => evaluate(op, inputs, attributes));
    const expected = unlessRefused(() => evaluate(referenceTwin(op), inputs, attributes));
    if (results === null || expected === null) return;
    results.forEach((result, i) => {
      const unit = result.dtype === 'float32' ? UNIT_FLOAT32 : UNIT_FLOAT64;
      expectWithin(result, expected[i] as Tensor, (y) => FEW * ulp(y, unit));
    });
  },
};
