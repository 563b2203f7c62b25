import { copyOf } from '../../core/copy.ts';
import { evaluate } from '../../core/dispatch.ts';
import { expand } from '../../ops/views/expand.ts';
import type { Tensor } from '../../tensor.ts';
import { expectSameBits } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { drawnFloat } from './drawnFloat.ts';

/** Stretching by broadcasting gives the same bits as stretching the operands first. */
export const broadcasting: Law = {
  name: 'broadcasting is expanding',
  formula: 'f(x, y) = f(expand(x), expand(y))',
  tolerance: 'E',
  rows: [8],
  remedy: 'the `kernel`, where it walks operands of different shapes',
  applies: (op) => op.kind === 'elementwise' && op.operands.length > 1,
  draw: (op, gen) => drawCase(op, gen, { dtype: drawnFloat(gen), edges: true, broadcast: true }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const [result] = evaluate(op, inputs, attributes) as [Tensor];
    const [expected] = evaluate(
      op,
      inputs.map((x) => copyOf(expand(x, result.shape))),
      attributes,
    ) as [Tensor];
    expectSameBits(result, expected);
  },
};
