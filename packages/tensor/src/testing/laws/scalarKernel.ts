import { evaluate } from '../../core/dispatch.ts';
import type { ElementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { inRangeOf } from '../accuracy.ts';
import { bounds } from '../bounds/index.ts';
import { LEAST_FLOAT32, ulp } from '../bounds/roundings.ts';
import { expectWithin } from '../expectWithin.ts';
import type { Law } from '../law.ts';
import { drawCase, tensorOf } from '../opCase.ts';
import { hasKernel, meaning } from '../twin.ts';
import { drawnFloat } from './drawnFloat.ts';

/** Ulps granted where the record declares none: the result is then expected to be correctly rounded. */
const CORRECTLY_ROUNDED = 0.5;

const LEAST_NORMAL = { float32: 2 ** -126, float64: 2 ** -1022 };

/** U: an elementwise kernel is within `ulp` of `f` in float64, on ordinary and on special values. */
export const scalarKernel: Law = {
  name: 'the kernel is within `ulp` of f',
  formula: '|kernel(x) - f(x)| ≤ ulp(f) ulps',
  tolerance: ['U', 'D'],
  rows: [20, 22, 72],
  remedy: 'the `kernel`, or the `ulp` it declares (0.5 if none), or `f` where the kernel is right',
  applies: (op) => op.kind === 'elementwise' && hasKernel(op),
  draw: (op, gen) =>
    drawCase(op, gen, {
      dtype: drawnFloat(gen),
      edges: true,
      values: drawnFloat(gen) === 'float64' ? 'ordinary' : 'special',
    }),
  check(op, { inputs: plain, attributes }) {
    const inputs = plain.map(tensorOf);
    const [result] = evaluate(op, inputs, attributes) as [Tensor];
    const [expected] = meaning(op, inputs, attributes) as [Tensor];
    const { ulp: declared = CORRECTLY_ROUNDED } = op as ElementwiseOp;
    const limit = (y: number): number => {
      const size = Math.abs(y);
      // Results too small to be normal numbers may be flushed to 0.
      if (size < LEAST_NORMAL[result.dtype as 'float32' | 'float64']) return size + LEAST_FLOAT32;
      // In float64 the meaning has errors of its own, of the kernel's size: D.
      return result.dtype === 'float64' ? 1e-12 * size : declared * ulp(y) + LEAST_FLOAT32;
    };
    expectWithin(result, inRangeOf(result, expected.data), bounds.conditioned(limit));
  },
};
