import { evaluate } from '../../core/dispatch.ts';
import { expectAgreement } from '../accuracy.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { unlessRefused } from '../refusal.ts';
import { drawnFloat } from './drawnFloat.ts';

/** Tensors without elements, of one element and without dimensions work as the meaning says, or are refused by name. */
export const degenerate: Law = {
  name: 'empty inputs and inputs without dimensions work or are refused',
  formula: 'f(x) = its meaning where x has 0 or 1 elements or no dimensions',
  tolerance: ['E', 'C'],
  rows: [],
  remedy: '`infer`, so that it refuses, or the `kernel` and its sizes of 0 and 1',
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), degenerate: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const results = unlessRefused(() => evaluate(op, inputs, attributes));
    if (results !== null) expectAgreement(op, inputs, attributes, results);
  },
};
