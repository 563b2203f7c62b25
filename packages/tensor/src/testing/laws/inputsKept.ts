import { evaluate } from '../../core/dispatch.ts';
import type { Tensor } from '../../tensor.ts';
import { expectSameBits, LawError } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { drawnFloat } from './drawnFloat.ts';

/** An op leaves its inputs as they were, and results that are not views have memory of their own. */
export const inputsKept: Law = {
  name: 'inputs stay as they were',
  formula: 'x before f(x) = x after it',
  tolerance: 'E',
  rows: [],
  remedy: 'what writes: the `kernel`, `reference` or `define` must write to its results only',
  applies: () => true,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), edges: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const results = evaluate(op, inputs, attributes);
    inputs.forEach((input, i) => {
      const { operand } = plain[i] as { operand: string };
      if (input.version !== 0) throw new LawError(`${operand} must not be changed; got version ${input.version}`);
      expectSameBits(input, tensorOf(plain[i] as (typeof plain)[number]));
      if (op.kind !== 'elementwise' && op.kind !== 'primitive') return;
      if (results.some((result: Tensor) => result.storage === input.storage))
        throw new LawError(`results must have memory of their own; got that of ${operand}`);
    });
  },
};
