import { ELEMENTWISE_GRAIN } from '@tessera/kernels';
import { evaluate } from '../../core/dispatch.ts';
import { repeat } from '../../ops/joining/repeat.ts';
import { expand } from '../../ops/views/expand.ts';
import type { Tensor } from '../../tensor.ts';
import { expectSameBits } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { hasKernel } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

/** An input of many pieces of work, made of one short input again and again, has the short results again and again. */
export const longInputs: Law = {
  name: 'long inputs are short ones again and again',
  formula: 'f(x x ... x) = f(x) f(x) ... f(x)',
  tolerance: 'E',
  rows: [175],
  remedy: 'the `kernel`, where one chunk ends and the next begins',
  share: 0.03,
  applies: (op) => op.kind === 'elementwise' && hasKernel(op),
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), edges: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const [short] = evaluate(op, inputs, attributes) as [Tensor];
    if (short.count === 0) return;
    const times = Math.ceil((3 * ELEMENTWISE_GRAIN) / short.count);
    const tiled = (x: Tensor): Tensor => repeat(expand(x, short.shape).reshape(-1), [times]);
    const [long] = evaluate(op, inputs.map(tiled), attributes) as [Tensor];
    expectSameBits(long, tiled(short));
  },
};
