import type { Op, Tensor } from '@tessera/tensor';
import { dispatch, evaluate, isFloating } from '@tessera/tensor/core';
import { drawCase, type Law, LawError, type OpCase, tensorOf } from '@tessera/tensor/testing';
import type fc from 'fast-check';
import { requiresGrad } from '../../index.ts';
import { expectSlope, type Line, sizeOf } from '../differences.ts';
import {
  differentiableOf,
  gradientsOf,
  hasDerivative,
  isDifferentiable,
  projectedValue,
  record,
} from '../projection.ts';
import { drawNumbers, drawWeights } from '../weights.ts';

/** The rules give what central differences give, in float64, on one random projection. */
export const firstOrder: Law = {
  name: 'gradients are central differences',
  formula: '⟨J(x)ᵀ w, d⟩ = (⟨w, f(x + h d)⟩ - ⟨w, f(x - h d)⟩) / 2h',
  tolerance: 'D',
  rows: [75, 76],
  remedy:
    'the rule in `vjp` of the operand named; or `kinks`, `domain` or `distinct`, where the example sits on a point without a derivative',
  applies: hasDerivative,
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const recorded = record(op, inputs, attributes);
    if (!areFloat64(recorded.outputs)) return;
    const weights = drawWeights(gen, recorded.outputs);
    const size = sizeOf(
      recorded.outputs,
      weights.map((w) => w.data),
    );
    gradientsOf(recorded, weights).forEach((gradient, i) => {
      if (!recorded.leaves[i]?.requiresGrad) return;
      const line = lineOf(op, inputs, attributes, weights, i, gen);
      expectSlope(`the derivative along ${plain[i]?.operand}`, line, gradient, size);
    });
  },
};

/** Operands declared without a derivative move nothing smoothly, and ask for no record: near a point they look constant. */
export const silentOperands: Law = {
  name: "operands with rule 'none' have no slope",
  formula: "⟨w, f(x + h d)⟩ = ⟨w, f(x - h d)⟩ where the rule is 'none', and f(x) is not recorded",
  tolerance: 'D',
  rows: [71],
  remedy: "the operand's rule in `vjp`: the result depends on it, so 'none' is wrong",
  applies: (op) => op.vjp !== undefined && Object.values(op.vjp).includes('none'),
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const outputs = differentiableOf(op, evaluate(op, inputs, attributes));
    const silent = inputs.map((x, i) =>
      isDifferentiable(op, i) || !isFloating(x.dtype) ? x : requiresGrad(x.detach()),
    );
    if (dispatch(op, silent, attributes).some((y) => y.requiresGrad))
      throw new LawError("a result must not be recorded for operands whose rule is 'none'");
    if (!areFloat64(outputs)) return;
    const weights = drawWeights(gen, outputs);
    inputs.forEach((x, i) => {
      if (isDifferentiable(op, i) || x.dtype !== 'float64') return;
      const line = lineOf(op, inputs, attributes, weights, i, gen);
      expectSlope(`the derivative along ${plain[i]?.operand}`, line, null, 1);
    });
  },
};

/** The weighted sum of the results as a function of one input, along a random direction. */
function lineOf(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  weights: readonly Tensor[],
  index: number,
  gen: fc.GeneratorValue,
): Line {
  const x = inputs[index] as Tensor;
  return {
    f: (at) => projectedValue(op, inputs.with(index, at), attributes, weights),
    x,
    direction: drawNumbers(gen, x.count),
  };
}

/** Differences need results in float64: an op that converts to float32 shows its roundings only. */
export function areFloat64(outputs: readonly Tensor[]): boolean {
  return outputs.every(({ dtype }) => dtype === 'float64');
}

/** An example in float64, away from points without a derivative. */
export function drawSmooth(op: Op, gen: fc.GeneratorValue): OpCase {
  return drawCase(op, gen, { dtype: 'float64', values: 'generic' });
}
