import { expand, type Tensor } from '@tessera/tensor';
import {
  bounds,
  drawCase,
  drawLayout,
  expectWithin,
  type Law,
  LawError,
  laidOut,
  type PlainInput,
  tensorOf,
} from '@tessera/tensor/testing';
import { gradientsOf, hasDerivative, record } from '../projection.ts';
import { drawWeights } from '../weights.ts';
import { drawSmooth } from './firstOrder.ts';

/** Gradients do not depend on how inputs and cotangents lie in memory. */
export const gradientLayouts: Law = {
  name: 'any layout gives the same gradients',
  formula: 'vjp(strided x, strided w) = vjp(x, w)',
  tolerance: 'D',
  rows: [11],
  remedy: 'what the rule in `vjp` runs: it takes something for contiguous that is not',
  applies: (op) => op.kind !== 'view' && hasDerivative(op),
  draw: drawSmooth,
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const recorded = record(op, inputs, attributes);
    const weights = drawWeights(gen, recorded.outputs);
    const expected = gradientsOf(recorded, weights);
    const relaid = plain.map((input) => laidOut(input, drawLayout(gen, input.shape)));
    const stretched = weights.map((w) => plainOf(w)).map((w) => laidOut(w, drawLayout(gen, w.shape)));
    gradientsOf(record(op, relaid, attributes), stretched).forEach((g, i) => {
      expectClose(g, expected[i] ?? null);
    });
  },
};

function plainOf({ shape, dtype, data }: Tensor): PlainInput {
  return { operand: 'cotangent', shape, dtype, data: Array.from(data) };
}

/** The gradient of a stretched operand is the sum of the gradients of all its copies. */
export const gradientBroadcasting: Law = {
  name: 'backward through broadcasting sums',
  formula: 'vjp(x) = Σ vjp(expand(x)) over the stretched dimensions',
  tolerance: 'D',
  rows: [80],
  remedy: "the rule in `vjp`: it gives a cotangent in the result's shape and leaves summing to autograd",
  applies: (op) => op.kind === 'elementwise' && op.operands.length > 1 && hasDerivative(op),
  draw: (op, gen) => drawCase(op, gen, { dtype: 'float64', values: 'generic', broadcast: true }),
  check(op, { inputs: plain, attributes }, gen) {
    const inputs = plain.map(tensorOf);
    const recorded = record(op, inputs, attributes);
    const weights = drawWeights(gen, recorded.outputs);
    const { shape } = recorded.outputs[0] as Tensor;
    const full = gradientsOf(
      record(
        op,
        inputs.map((x) => expand(x, shape).clone()),
        attributes,
      ),
      weights,
    );
    gradientsOf(recorded, weights).forEach((g, i) => {
      const whole = full[i] ?? null;
      expectClose(g, whole === null ? null : summedTo(whole, (inputs[i] as Tensor).shape));
    });
  },
};

/** Sums over leading and stretched dimensions. */
function summedTo(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.ndim - shape.length;
  const dims = x.shape.flatMap((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? [d] : []));
  return dims.length === 0 ? x : x.sum(dims, { keepdim: true }).reshape([...shape]);
}

function expectClose(g: Tensor | null, expected: Tensor | null): void {
  if (g === null || expected === null) {
    if (g !== expected)
      throw new LawError(
        `there must be ${expected === null ? 'no' : 'a'} gradient; got ${g === null ? 'none' : 'one'}`,
      );
    return;
  }
  expectWithin(g, expected, bounds.identity(expected));
}
