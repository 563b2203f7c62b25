/** Laws about what a layer gives. */
import type { Tensor } from '@tessera/tensor';
import {
  bounds,
  drawLayout,
  expectSameBits,
  expectWithin,
  type Law,
  LawError,
  laidOut,
  onThreads,
  SEVERAL,
  tensorOf,
  unlessRefused,
} from '@tessera/tensor/testing';
import fc from 'fast-check';
import { noGrad } from '../../index.ts';
import { drawLayerCase, type LayerCase, type LayerUnderTest, made, outputsOf, parametersOf } from './subject.ts';

type LayerLaw = Law<LayerUnderTest, LayerCase>;

const inFloat32 = (layer: LayerUnderTest, gen: fc.GeneratorValue): LayerCase => drawLayerCase(layer, gen);
const inFloat64 = (layer: LayerUnderTest, gen: fc.GeneratorValue): LayerCase =>
  drawLayerCase(layer, gen, { dtype: 'float64', values: 'generic' });

/** Once more, without a tape and on other threads: the same bits, and nothing that went in has changed. */
export const sameAgain: LayerLaw = {
  name: 'the same seed and input give the same bits, on any number of threads, recorded or not',
  formula: 'f(x) = f(x); f(x) recorded = f(x) plain; x, w after f(x) = x, w before',
  tolerance: 'E',
  rows: [45, 78, 106],
  remedy: '`forward`: it must take all that is random from a generator, and write neither to inputs nor to parameters',
  applies: () => true,
  draw: inFloat32,
  check(subject, example) {
    const { seed } = example.attributes;
    const inputs = example.inputs.map(tensorOf);
    const layer = made(subject, example);
    const before = parametersOf(layer).map((p) => p.detach().clone());
    const first = outputsOf(layer, inputs, seed);
    const others = [
      noGrad(() => outputsOf(made(subject, example), inputs, seed)),
      onThreads(SEVERAL, () => outputsOf(made(subject, example), inputs, seed)),
    ];
    for (const other of others)
      first.forEach((y, i) => {
        expectSameBits((other[i] as Tensor).detach(), y.detach());
      });
    inputs.forEach((x, i) => {
      expectSameBits(x, tensorOf(example.inputs[i] as (typeof example.inputs)[number]));
    });
    parametersOf(layer).forEach((p, i) => {
      expectSameBits(p.detach(), before[i] as Tensor);
    });
  },
};

/** How an input lies in memory does not matter. */
export const anyLayout: LayerLaw = {
  name: 'any layout of the input gives the same result',
  formula: 'f(strided x) = f(contiguous x)',
  tolerance: 'D',
  rows: [11],
  remedy: 'what reads the memory of an input: go through ops, or take `contiguous()` first',
  applies: () => true,
  draw: inFloat64,
  check(subject, example, gen) {
    const { seed } = example.attributes;
    const plain = outputsOf(made(subject, example, 'float64'), example.inputs.map(tensorOf), seed);
    const strided = example.inputs.map((input) => laidOut(input, drawLayout(gen, input.shape)));
    outputsOf(made(subject, example, 'float64'), strided, seed).forEach((y, i) => {
      expectNear(y, plain[i] as Tensor);
    });
  },
};

function expectNear(y: Tensor, expected: Tensor): void {
  // A layer without `double` computes in float32.
  const bound = y.dtype === 'float64' ? bounds.identity(expected) : bounds.terms(64, expected.detach().abs());
  expectWithin(y.detach(), expected.detach(), bound);
}

/** In evaluation a sample is treated as if it were alone. */
export const independentSamples: LayerLaw = {
  name: 'samples do not know of each other in evaluation',
  formula: 'f([a | b]) = [f(a) | f(b)]',
  tolerance: 'D',
  rows: [95],
  remedy: '`forward`, where it mixes along the batch; or `batchDim: null`, if it is meant to',
  applies: ({ batchDim }) => batchDim !== null,
  draw: inFloat64,
  check(subject, example) {
    const dim = subject.batchDim as number;
    const still = { ...example, attributes: { ...example.attributes, training: false } };
    const inputs = still.inputs.map(tensorOf);
    const size = inputs[0]?.shape[dim] ?? 1;
    const layer = made(subject, still, 'float64');
    const together = outputsOf(layer, inputs, still.attributes.seed);
    for (let i = 0; i < size; i++) {
      const alone = inputs.map((x) => x.narrow(dim, i, 1).contiguous());
      outputsOf(layer, alone, still.attributes.seed).forEach((y, k) => {
        const whole = together[k] as Tensor;
        if (whole.shape[dim] !== size)
          throw new LawError(`result ${k} must have ${size} samples along dimension ${dim}; got [${whole.shape}]`);
        expectNear(y, whole.narrow(dim, i, 1).contiguous());
      });
    }
  },
};

/** An input of another size is refused in words, or works. */
export const otherSizes: LayerLaw = {
  name: 'inputs of other sizes work or are refused by name',
  formula: 'f(x of another size) is a result, or throws "f: rule; got ...; try ..."',
  tolerance: 'E',
  rows: [],
  remedy: '`forward`: check the sizes of the input first, with a ShapeError that names the layer',
  applies: () => true,
  draw: inFloat32,
  check(subject, example, gen) {
    const layer = made(subject, example);
    const inputs = example.inputs.map(tensorOf);
    const at = gen(pick, inputs.length);
    const x = inputs[at];
    if (x === undefined || x.ndim === 0) return;
    const dim = gen(pick, x.ndim);
    const wider = x.repeat(x.shape.map((_, d) => (d === dim ? 2 : 1)));
    const others = inputs.with(at, wider.narrow(dim, 0, (x.shape[dim] as number) + 1).contiguous());
    unlessRefused(() => outputsOf(layer, others, example.attributes.seed).map((y) => y.data));
  },
};

function pick(count: number): fc.Arbitrary<number> {
  return fc.nat({ max: Math.max(0, count - 1) });
}
