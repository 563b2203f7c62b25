import { getNumThreads, setNumThreads } from '@tessera/kernels';
import { evaluate } from '../../core/dispatch.ts';
import type { Tensor } from '../../tensor.ts';
import { expectSameBits } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { hasKernel } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

/** More than one is enough for chunks to land anywhere. */
const THREADS = 3;

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
    const on = (count: number): Tensor[] => {
      setNumThreads(count);
      return evaluate(op, inputs, attributes);
    };
    const before = getNumThreads();
    try {
      const alone = on(1);
      on(THREADS).forEach((result, i) => {
        expectSameBits(result, alone[i] as Tensor);
      });
    } finally {
      setNumThreads(before);
    }
  },
};
