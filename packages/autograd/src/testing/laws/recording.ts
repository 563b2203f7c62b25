import type { Tensor } from '@tessera/tensor';
import { evaluate } from '@tessera/tensor/core';
import { drawCase, expectSameBits, type Law, LawError, tensorOf } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { noGrad } from '../../index.ts';
import { differentiableOf, gradientsOf, hasDerivative, record } from '../projection.ts';
import { drawWeights } from '../weights.ts';

/** Recording changes no value, and going back changes nothing that was there before; gradients have their operand's form. */
export const recording: Law = {
  name: 'recording changes no value',
  formula: 'f(x) recorded = f(x) plain; w after backward = w before',
  tolerance: 'E',
  rows: [78, 82],
  remedy:
    'the rules in `vjp`: they must not write into values or cotangents, and a composite must run the same way with and without a tape',
  applies: hasDerivative,
  draw: (op, gen) => drawCase(op, gen, { dtype: gen(floats), edges: true }),
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const bare = differentiableOf(op, evaluate(op, inputs, attributes));
    const recorded = record(op, inputs, attributes);
    const unrecorded = noGrad(() => record(op, inputs, attributes)).outputs;
    if (unrecorded.some(({ requiresGrad }) => requiresGrad)) throw new LawError('under noGrad nothing may be recorded');
    const weights = drawWeights(gen, recorded.outputs);
    const before = weights.map((w) => w.clone());
    gradientsOf(recorded, weights).forEach((g, i) => {
      const leaf = recorded.leaves[i] as Tensor;
      if (g === null && leaf.requiresGrad && op.vjp !== undefined)
        throw new LawError(
          `the rule of ${plain[i]?.operand} must give a gradient, zeros where nothing moves; got none`,
        );
      if (g !== null && (g.dtype !== leaf.dtype || String(g.shape) !== String(leaf.shape))) {
        throw new LawError(
          `the gradient of ${plain[i]?.operand} must be ${leaf.dtype} [${leaf.shape}]; got ${g.dtype} [${g.shape}]`,
        );
      }
    });
    for (const [now, then] of pairs(recorded.outputs, bare)) expectSameBits(now.detach(), then);
    for (const [now, then] of pairs(unrecorded, bare)) expectSameBits(now, then);
    for (const [now, then] of pairs(weights, before)) expectSameBits(now, then);
    for (const [now, then] of pairs(inputs, plain.map(tensorOf))) expectSameBits(now, then);
  },
};

function floats(): fc.Arbitrary<'float32' | 'float64'> {
  return fc.constantFrom('float32', 'float64');
}

function pairs(a: readonly Tensor[], b: readonly Tensor[]): [Tensor, Tensor][] {
  return a.map((t, i) => [t, b[i] as Tensor]);
}
