import { fromArray, GradientError, type Op, type Tensor } from '@tessera/tensor';
import { type Law, tensorOf } from '@tessera/tensor/testing';
import { grad, requiresGrad } from '../../index.ts';
import { expectSlope, sizeOf } from '../differences.ts';
import { dot, gradientsOf, hasDerivative, record } from '../projection.ts';
import { drawNumbers, drawWeights } from '../weights.ts';
import { areFloat64, drawSmooth } from './firstOrder.ts';

/** A weighted sum of the gradients is a function of the inputs and the cotangents; its derivatives are differences too. */
export const secondOrder: Law = {
  name: 'derivatives of gradients are central differences',
  formula: '∂⟨J(x)ᵀ w, m⟩/∂(x, w) = its central differences',
  tolerance: 'D',
  rows: [75, 76, 84],
  remedy:
    'the rule in `vjp` of the operand named: it must be made of ops that have rules themselves, and read values, not copies of them',
  applies: hasDerivative,
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const recorded = record(op, inputs, attributes);
    if (!areFloat64(recorded.outputs)) return;
    const weights = drawWeights(gen, recorded.outputs).map(requiresGrad);
    const gradients = unlessRefused(() => gradientsOf(recorded, weights, true));
    if (gradients === null) return;
    const mixture = inputs.map(({ count }) => drawNumbers(gen, count));
    const size = sizeOf(gradients, mixture);
    const seconds = secondDerivatives(gradients, mixture, [...recorded.leaves, ...weights]);
    if (seconds === null) return;

    const names = [...plain.map(({ operand }) => operand), ...weights.map((_, k) => `the cotangent of result ${k}`)];
    [...recorded.leaves, ...weights].forEach((x, i) => {
      if (!x.requiresGrad) return;
      const f = (at: Tensor): number => {
        const moved = i < inputs.length ? inputs.with(i, at) : inputs;
        const cotangents = weights.map((w, k) => (k === i - inputs.length ? at : w.detach()));
        return mixedGradient(op, moved, attributes, cotangents, mixture);
      };
      const line = { f, x, direction: drawNumbers(gen, x.count) };
      expectSlope(`the derivative of the gradients along ${names[i]}`, line, seconds[i] as Tensor | null, size);
    });
  },
};

type Mixture = readonly (readonly number[])[];

/** sum_i <mixture_i, gradient_i>, without a second tape. */
function mixedGradient(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  weights: readonly Tensor[],
  mixture: Mixture,
): number {
  return gradientsOf(record(op, inputs, attributes), weights).reduce(
    (sum, g, i) => sum + (g === null ? 0 : dot(g.data, mixture[i] as readonly number[])),
    0,
  );
}

/** Its derivatives by the tape; null where a rule says that it has none. */
export function secondDerivatives(
  gradients: readonly (Tensor | null)[],
  mixture: Mixture,
  variables: readonly Tensor[],
): (Tensor | null)[] | null {
  const live = gradients.flatMap((g, i) => (g?.requiresGrad ? [[g, mixture[i] as readonly number[]] as const] : []));
  const wanted = variables.filter((x) => x.requiresGrad);
  if (live.length === 0) return variables.map(() => null);
  const found = unlessRefused(() =>
    grad(
      live.map(([g]) => g),
      wanted,
      { gradOutputs: live.map(([g, m]) => fromArray(m, g.shape, { dtype: g.dtype })), allowUnused: true },
    ),
  );
  return found === null ? null : variables.map((x) => found[wanted.indexOf(x)] ?? null);
}

/** What `run` gives, or null where a rule refuses to be differentiated again. */
export function unlessRefused<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof GradientError) return null;
    throw error;
  }
}
