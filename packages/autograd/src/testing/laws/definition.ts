import type { Op, Tensor } from '@tessera/tensor';
import { bounds, expectWithin, type Law, tensorOf } from '@tessera/tensor/testing';
import { gradientsOf, record } from '../projection.ts';
import { drawWeights } from '../weights.ts';
import { drawSmooth } from './firstOrder.ts';

/** What a composite's rules give is the derivative of its definition. */
export const definition: Law = {
  name: "the rules are the derivative of the op's definition",
  formula: 'vjp(f) = vjp(define(f))',
  tolerance: 'D',
  rows: [77],
  remedy: 'the rule in `vjp` that was written by hand, or `define` where the rule is right',
  applies: (op) => op.kind === 'composite' && op.vjp !== undefined,
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const byRule = record(op, inputs, attributes);
    const byDefinition = record(defined(op), inputs, attributes);
    // A definition that only copies or converts says nothing that a tape could see.
    if (!byDefinition.outputs.some(({ requiresGrad }) => requiresGrad)) return;
    const weights = drawWeights(gen, byRule.outputs);
    const expected = gradientsOf(byDefinition, weights);
    gradientsOf(byRule, weights).forEach((g, i) => {
      if (g === null) return;
      expectWithin(g, expected[i] ?? 0, bounds.identity(g, ...inputs));
    });
  },
};

/** The composite without kernel and rules. */
function defined(op: Op): Op {
  if (op.kind !== 'composite') return op;
  const { kernel: _kernel, vjp: _vjp, ...rest } = op;
  const leading = op.differentiable ?? 1;
  return {
    ...rest,
    define: (inputs: readonly Tensor[], attributes: object) => firstOf(op.define(inputs, attributes), leading),
  };
}

function firstOf(results: Tensor | readonly Tensor[], count: number): readonly Tensor[] {
  return (Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor]).slice(0, count);
}
