import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import * as library from '@tessera/losses';
import { type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

// What holds of every loss. The table says how each is called.

type Options = Readonly<Record<string, unknown>>;

interface Loss {
  readonly run: (...args: never[]) => Tensor;
  readonly Module: new (options?: never) => { forward(...args: never[]): Tensor };
  /** Operands for n samples of c numbers, from values in (0, 1). */
  readonly operands: (values: () => number, n: number, c: number) => readonly (Tensor | readonly number[])[];
  readonly options: readonly Options[];
  readonly atLeast0?: boolean;
}

const double = { dtype: 'float64' } as const;
const fill = (values: () => number, shape: readonly number[], from: number, to: number): Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, () => from + (to - from) * values());
  return tensor(data, double).reshape(shape as number[]);
};
const logits = (v: () => number, ...shape: number[]): Tensor => fill(v, shape, -3, 3);
const chances = (v: () => number, ...shape: number[]): Tensor => fill(v, shape, 0.1, 0.9);
const signs = (v: () => number, ...shape: number[]): Tensor => fill(v, shape, -1, 1).sign();
const labels = (v: () => number, n: number, c: number): Tensor =>
  tensor(
    Array.from({ length: n }, () => Math.floor(v() * c) % c),
    { dtype: 'int32' },
  );

const twoAlike: Loss['operands'] = (v, n, c) => [logits(v, n, c), logits(v, n, c)];
const vectors = (v: () => number, n: number, c: number): Tensor => logits(v, n, c);

const table: readonly Loss[] = [
  { Module: library.MSELoss, run: library.mseLoss, operands: twoAlike, options: [{}], atLeast0: true },
  { Module: library.L1Loss, run: library.l1Loss, operands: twoAlike, options: [{}], atLeast0: true },
  {
    Module: library.HuberLoss,
    run: library.huberLoss,
    operands: twoAlike,
    options: [{}, { delta: 0.5 }],
    atLeast0: true,
  },
  {
    Module: library.SmoothL1Loss,
    run: library.smoothL1Loss,
    operands: twoAlike,
    options: [{}, { beta: 2 }],
    atLeast0: true,
  },
  {
    Module: library.PoissonNLLLoss,
    run: library.poissonNLLLoss,
    operands: (v, n, c) => [chances(v, n, c), fill(v, [n, c], 0.1, 5)],
    options: [{}, { logInput: false }, { full: true }],
  },
  {
    Module: library.GaussianNLLLoss,
    run: library.gaussianNLLLoss,
    operands: (v, n, c) => [logits(v, n, c), logits(v, n, c), chances(v, n, 1)],
    options: [{}, { full: true }],
  },
  {
    Module: library.BCELoss,
    run: library.binaryCrossEntropy,
    operands: (v, n, c) => [chances(v, n, c), chances(v, n, c)],
    options: [{}],
    atLeast0: true,
  },
  {
    Module: library.BCEWithLogitsLoss,
    run: library.binaryCrossEntropyWithLogits,
    operands: (v, n, c) => [logits(v, n, c), chances(v, n, c)],
    options: [{}, { posWeight: tensor(2, double) }],
    atLeast0: true,
  },
  {
    Module: library.SoftMarginLoss,
    run: library.softMarginLoss,
    operands: (v, n, c) => [logits(v, n, c), signs(v, n, c)],
    options: [{}],
    atLeast0: true,
  },
  {
    Module: library.MultiLabelSoftMarginLoss,
    run: library.multilabelSoftMarginLoss,
    operands: (v, n, c) => [logits(v, n, c), chances(v, n, c)],
    options: [{}],
    atLeast0: true,
  },
  {
    Module: library.SigmoidFocalLoss,
    run: library.sigmoidFocalLoss,
    operands: (v, n, c) => [logits(v, n, c), chances(v, n, c)],
    options: [{}, { gamma: 0.5, alpha: null }],
    atLeast0: true,
  },
  {
    Module: library.DiceLoss,
    run: library.diceLoss,
    operands: (v, n, c) => [chances(v, n, 2, c), chances(v, n, 2, c)],
    options: [{}, { smooth: 0.1 }],
    atLeast0: true,
  },
  {
    Module: library.CrossEntropyLoss,
    run: library.crossEntropy,
    operands: (v, n, c) => [logits(v, n, c), labels(v, n, c)],
    options: [{}, { labelSmoothing: 0.1 }],
    atLeast0: true,
  },
  {
    Module: library.CrossEntropyLoss,
    run: library.crossEntropy,
    operands: (v, n, c) => [logits(v, n, c, 2), chances(v, n, c, 2)],
    options: [{}, { labelSmoothing: 0.1 }],
    atLeast0: true,
  },
  {
    Module: library.NLLLoss,
    run: library.nllLoss,
    operands: (v, n, c) => [logits(v, n, c), labels(v, n, c)],
    options: [{}],
  },
  {
    Module: library.FocalLoss,
    run: library.focalLoss,
    operands: (v, n, c) => [logits(v, n, c + 1), labels(v, n, c)],
    options: [{}, { gamma: 0.5 }],
    atLeast0: true,
  },
  {
    Module: library.MultiMarginLoss,
    run: library.multiMarginLoss,
    operands: (v, n, c) => [logits(v, n, c), labels(v, n, c)],
    options: [{}, { p: 2, margin: 0.5 }],
    atLeast0: true,
  },
  {
    Module: library.MultiLabelMarginLoss,
    run: library.multilabelMarginLoss,
    operands: (v, n, c) => [logits(v, n, c), labels(v, n * c, c).reshape(n, c)],
    options: [{}],
    atLeast0: true,
  },
  {
    Module: library.HingeEmbeddingLoss,
    run: library.hingeEmbeddingLoss,
    operands: (v, n, c) => [logits(v, n, c), signs(v, n, c)],
    options: [{}, { margin: 0.5 }],
  },
  {
    Module: library.MarginRankingLoss,
    run: library.marginRankingLoss,
    operands: (v, n) => [logits(v, n), logits(v, n), signs(v, n)],
    options: [{}, { margin: 0.5 }],
    atLeast0: true,
  },
  {
    Module: library.CosineEmbeddingLoss,
    run: library.cosineEmbeddingLoss,
    operands: (v, n, c) => [vectors(v, n, c + 1), vectors(v, n, c + 1), signs(v, n)],
    options: [{}, { margin: 0.5 }],
    atLeast0: true,
  },
  {
    Module: library.TripletMarginLoss,
    run: library.tripletMarginLoss,
    operands: (v, n, c) => [vectors(v, n, c), vectors(v, n, c), vectors(v, n, c)],
    options: [{}, { p: 1 }, { swap: true }],
    atLeast0: true,
  },
  {
    Module: library.TripletMarginWithDistanceLoss,
    run: library.tripletMarginWithDistanceLoss,
    operands: (v, n, c) => [vectors(v, n, c), vectors(v, n, c), vectors(v, n, c)],
    options: [{}, { distanceFunction: (a: Tensor, b: Tensor) => a.sub(b).square().sum(-1) }],
    atLeast0: true,
  },
  {
    Module: library.KLDivLoss,
    run: library.klDiv,
    operands: (v, n, c) => [logits(v, n, c), chances(v, n, c)],
    options: [{}, { logTarget: true }],
  },
  {
    Module: library.CTCLoss,
    run: library.ctcLoss,
    operands: (v, n, c) => [
      fill(v, [3, n, c + 1], -3, -0.1),
      labels(v, n, c).add(1).unsqueeze(1),
      Array<number>(n).fill(3),
      Array<number>(n).fill(1),
    ],
    options: [{}],
  },
];

/** `mean` of these divides by other things than how many there are. */
const unevenly = ['ctcLoss', 'crossEntropy'];

const uniform = fc.noBias(fc.infiniteStream(fc.double({ min: 0.001, max: 0.999, noNaN: true })));
const drawn = fc.tuple(uniform, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }));

describe.each(table)('$run.name', (loss) => {
  const { operands, options: choices, atLeast0 } = loss;
  const run = loss.run as (...args: unknown[]) => Tensor;
  const Module = loss.Module as new (options?: Options) => { forward(...args: unknown[]): Tensor };
  const cases = fc.tuple(drawn, fc.constantFrom(...choices)).map(([[stream, n, c], options]) => {
    const values = (): number => stream.next().value as number;
    return { args: operands(values, n, c), options };
  });

  law('the module gives what the function gives', {
    rows: 136,
    formula: 'Module(x, y) = function(x, y)',
    tolerance: 'E',
    given: [cases],
    holds: ({ args, options }) => {
      expectSameBits(new Module(options).forward(...args), run(...args, options));
    },
  });

  law('reductions agree, and nothing is below 0 that must not be', {
    rows: [136, 151],
    formula: 'sum = Σ none, mean = sum / n; l ≥ 0',
    tolerance: 'D',
    given: [cases],
    holds: ({ args, options }) => {
      const each = run(...args, { ...options, reduction: 'none' });
      const total = run(...args, { ...options, reduction: 'sum' });
      const scale = 1 + each.abs().sum().item();
      expectWithin(total, each.sum(), bounds.identity(scale));
      expectWithin(run(...args, options), run(...args, { ...options, reduction: 'mean' }), bounds.exact);
      if (!unevenly.includes(run.name)) expectWithin(run(...args, options), each.mean(), bounds.identity(scale));
      if (atLeast0) expectAtMost(0, each, bounds.identity(scale));
    },
  });

  law('its gradients are those of differences', {
    rows: 151,
    formula: 'gradients = central differences',
    tolerance: 'D',
    given: [cases],
    holds: ({ args, options }) => {
      const reals = args.flatMap((arg, i) => (isReal(arg) ? [i] : []));
      const of = (...inputs: Tensor[]): Tensor =>
        run(...args.map((arg, i) => (reals.includes(i) ? inputs[reals.indexOf(i)] : arg)), options);
      // Signs have no neighbours.
      const moving = reals.filter((i) => i === 0 || !(args[i] as Tensor).abs().eq(1).all().item());
      const fixed = (...inputs: Tensor[]): Tensor =>
        of(...reals.map((i) => (moving.includes(i) ? inputs[moving.indexOf(i)] : args[i]) as Tensor));
      gradcheck(
        fixed,
        moving.map((i) => args[i] as Tensor),
      );
    },
  });

  law('refuses options that there are not', {
    rows: [],
    formula: 'an unknown option throws',
    tolerance: 'E',
    given: [cases],
    holds: ({ args }) => {
      const bad = { reduce: 'sum' };
      const message = /: there is no option 'reduce'; got "sum" for it; try reduction/;
      expect(() => run(...args, bad)).toThrow(message);
      expect(() => new Module(bad)).toThrow(message);
      expect(() => run(...args, { reduction: 'max' })).toThrow(/: reduction must be one of .*; got "max"; try 'mean'/);
      expect(() => new Module({ reduction: 'max' })).toThrow(/: reduction must be one of/);
    },
  });
});

function isReal(arg: Tensor | readonly number[]): boolean {
  return !Array.isArray(arg) && (arg as Tensor).dtype === 'float64';
}
