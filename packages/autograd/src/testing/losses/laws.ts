/** Laws about how a loss sums up its samples. */
import { fromArray, type Tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectWithin, type Law, LawError, tensorOf } from '@tessera/tensor/testing';
import {
  drawLayerCase,
  type LayerCase,
  type LayerLike,
  type LayerUnderTest,
  outputsOf,
  seeded,
} from '../layers/subject.ts';

export type Reduction = 'none' | 'mean' | 'sum';

export interface LossUnderTest extends LayerUnderTest {
  /** The loss with a reduction. */
  readonly reduced: (reduction: Reduction) => LayerLike;
  /** Whether 'mean' is the mean of 'none'; weights and ignored samples make it another. */
  readonly even: boolean;
  /** No value of the loss is below this; null where there is no such number. */
  readonly atLeast: number | null;
}

type LossLaw = Law<LossUnderTest, LayerCase>;

const values = (loss: LossUnderTest, { inputs, attributes: { seed } }: LayerCase, reduction: Reduction): Tensor =>
  reducedValue(loss, inputs.map(tensorOf), seed, reduction);

function reducedValue(loss: LossUnderTest, inputs: readonly Tensor[], seed: number, reduction: Reduction): Tensor {
  const [value] = outputsOf(
    seeded(seed, () => loss.reduced(reduction)),
    inputs,
    seed,
  );
  if (value === undefined) throw new LawError('`forward` must give a tensor; got none');
  return value;
}

const draw: LossLaw['draw'] = (loss, gen) => drawLayerCase(loss, gen, { dtype: 'float64', values: 'generic' });

/** The sum and the mean of a loss are those of its values. */
export const reductions: LossLaw = {
  name: 'reductions agree',
  formula: "l('sum') = Σ l('none'), l('mean') = Σ l('none') / n",
  tolerance: 'D',
  rows: [136],
  remedy: "what `reduction` does at the end of `forward`; or `even: false`, where 'mean' is weighted",
  applies: () => true,
  draw,
  check(loss, example) {
    const each = values(loss, example, 'none');
    const total = values(loss, example, 'sum');
    const mean = values(loss, example, 'mean');
    for (const [name, value] of [
      ['sum', total],
      ['mean', mean],
    ] as const)
      if (value.ndim !== 0) throw new LawError(`reduction '${name}' must give one number; got [${value.shape}]`);
    const size = each.abs().sum();
    expectWithin(total, each.sum(), bounds.identity(size));
    if (loss.even && each.count > 0) expectWithin(mean, each.mean(), bounds.identity(size));
  },
};

/** The order of the samples says nothing, and twice the same samples have the same mean. */
export const batches: LossLaw = {
  name: 'the order of samples does not matter, and samples that come twice keep the mean',
  formula: 'l(P x, P y) = l(x, y), l([x | x], [y | y]) = l(x, y)',
  tolerance: 'D',
  rows: [136],
  remedy: '`forward`, where it depends on the place of a sample; or `batchDim: null`, if there are no samples',
  applies: ({ batchDim }) => batchDim !== null,
  draw,
  check(loss, example) {
    const dim = loss.batchDim as number;
    const inputs = example.inputs.map(tensorOf);
    const { seed } = example.attributes;
    const mean = reducedValue(loss, inputs, seed, 'mean');
    const size = bounds.identity(values(loss, example, 'none').abs().sum());
    expectWithin(
      reducedValue(
        loss,
        inputs.map((x) => x.flip(dim)),
        seed,
        'mean',
      ),
      mean,
      size,
    );
    const twice = inputs.map((x) => x.repeat(x.shape.map((_, d) => (d === dim ? 2 : 1))));
    expectWithin(reducedValue(loss, twice, seed, 'mean'), mean, size);
  },
};

/** No value lies below the least that is declared. */
export const leastValue: LossLaw = {
  name: 'no value is below the least',
  formula: 'l(x, y) ≥ min',
  tolerance: 'P',
  rows: [151],
  remedy: '`forward`; or `atLeast`, where the loss may be lower',
  applies: ({ atLeast }) => atLeast !== null,
  draw,
  check(loss, example) {
    const each = values(loss, example, 'none');
    const sizes = example.inputs.map(({ data }) => fromArray(data, [data.length], { dtype: 'float64' }));
    expectAtMost(loss.atLeast as number, each, bounds.identity(...sizes));
  },
};
