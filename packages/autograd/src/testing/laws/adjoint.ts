import { bounds, expectWithin, type Law, tensorOf } from '@tessera/tensor/testing';
import { requiresGrad } from '../../index.ts';
import { gradientsOf, hasDerivative, record } from '../projection.ts';
import { drawNumbers, drawWeights } from '../weights.ts';
import { areFloat64, drawSmooth } from './firstOrder.ts';
import { secondDerivatives, unlessRefused } from './secondOrder.ts';

/** Both derivatives of an op are one linear map and its transpose. J v comes from the pull-back of the pull-back. */
export const adjoint: Law = {
  name: 'the derivative along a direction is adjoint to the pull-back',
  formula: '⟨w, J v⟩ = ⟨Jᵀ w, v⟩',
  tolerance: 'D',
  rows: [74],
  remedy: 'the inner function of a rule in `vjp`: what it does to its cotangent must have rules that say the same',
  applies: hasDerivative,
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const recorded = record(op, inputs, attributes);
    if (!areFloat64(recorded.outputs)) return;
    const [w, u] = [drawWeights(gen, recorded.outputs), drawWeights(gen, recorded.outputs).map(requiresGrad)];
    const v = inputs.map(({ count }) => drawNumbers(gen, count));
    const pulled = unlessRefused(() => gradientsOf(recorded, u, true));
    const pushed = pulled && secondDerivatives(pulled, v, u);
    if (pushed === null) return;
    const back = gradientsOf(record(op, inputs, attributes), w);
    const forwards = pushed.map((t, k) => (t === null ? [0] : pairs(w[k]?.data ?? [], t.data)));
    const backwards = back.map((g, i) => (g === null ? [0] : pairs(g.data, v[i] as readonly number[])));
    const size = [...forwards, ...backwards].flat().reduce((sum, term) => sum + Math.abs(term), 0);
    expectWithin(sum(forwards), sum(backwards), bounds.identity(size));
  },
};

/** The terms of an inner product. */
function pairs(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from(a, (value, i) => value * (b[i] as number));
}

function sum(terms: readonly (readonly number[])[]): number {
  return terms.flat().reduce((total, term) => total + term, 0);
}
