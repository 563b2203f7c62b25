import { evaluate } from '../../core/dispatch.ts';
import type { Tensor } from '../../tensor.ts';
import { expectSameBits } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { onThreads, SEVERAL } from '../onThreads.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { hasKernel } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

/** Inputs so large that threads share the work give the same bits on one thread. */
export const threads: Law = {
  name: 'any number of threads gives the same bits',
  formula: 'f(x) on n threads = f(x) on one',
  tolerance: 'E',
  rows: [45, 175],
  remedy: 'the `kernel`: cut the work by its size alone, and let every chunk write its own results',
  share: 0.03,
  applies: hasKernel,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), large: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const run = (): Tensor[] => evaluate(op, inputs, attributes);
    const alone = onThreads(1, run);
    onThreads(SEVERAL, run).forEach((result, i) => {
      expectSameBits(result, alone[i] as Tensor);
    });
  },
};
