import { fromArray, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, type Law, tensorOf } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { gradientsOf, hasDerivative, record } from '../projection.ts';
import { drawWeights } from '../weights.ts';
import { drawSmooth } from './firstOrder.ts';

/** A pull-back is linear in the cotangent: powers of two scale it exactly, zero gives zero, sums give sums. */
export const linearity: Law = {
  name: 'the pull-back is linear in the cotangent',
  formula: 'Jᵀ(2ᵏ w) = 2ᵏ Jᵀ w, Jᵀ 0 = 0, Jᵀ(w + v) = Jᵀ w + Jᵀ v',
  tolerance: ['E', 'D'],
  rows: [73],
  remedy: 'the inner function of the rule named in `vjp`: it must be made of steps that are linear in its cotangent',
  applies: hasDerivative,
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const { outputs } = record(op, inputs, attributes);
    const pull = (weights: readonly Tensor[]): (Tensor | null)[] =>
      gradientsOf(record(op, inputs, attributes), weights);
    const [one, other] = [drawWeights(gen, outputs), drawWeights(gen, outputs)];
    const factor = 2 ** gen(fc.integer, { min: -3, max: 3 });
    const [first, second] = [pull(one), pull(other)];
    const scaled = pull(one.map((w) => mapped(w, (value) => value * factor)));
    const none = pull(one.map((w) => mapped(w, () => 0)));
    const both = pull(one.map((w, k) => mapped(w, (value, i) => value + (other[k]?.data[i] as number))));
    first.forEach((g, i) => {
      if (g === null) return;
      expectSameBits(
        scaled[i] as Tensor,
        mapped(g, (value) => value * factor),
      );
      expectWithin(none[i] as Tensor, 0, bounds.exact);
      const sums = mapped(g, (value, j) => value + (second[i]?.data[j] as number));
      expectWithin(
        both[i] as Tensor,
        sums,
        bounds.identity(mapped(g, (value, j) => Math.abs(value) + Math.abs(second[i]?.data[j] as number))),
      );
    });
  },
};

function mapped(x: Tensor, f: (value: number, index: number) => number): Tensor {
  return fromArray(Float64Array.from(x.data, f), x.shape, { dtype: x.dtype });
}
