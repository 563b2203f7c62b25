import { law } from '@tessera/laws';
import { fromArray, type Tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe } from 'vitest';
import * as L from '../src/index.ts';

// Losses of classes by index, on plain numbers: for [C], [N, C] and [N, C, d], however the classes lie in memory.

interface Options {
  readonly weight?: readonly number[];
  readonly ignoreIndex?: number;
  readonly labelSmoothing?: number;
  readonly gamma?: number;
}
type Loss = (input: Tensor, target: Tensor, options: object) => Tensor;
/** The loss of one row of scores, before the weight of its class. */
type Rule = (row: readonly number[], label: number, options: Options) => number;

const logSoftmax = (row: readonly number[]): number[] => {
  const top = Math.max(...row);
  const logSum = top + Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return row.map((x) => x - logSum);
};

const weightOf = (label: number, { weight }: Options): number => weight?.[label] ?? 1;

const losses: readonly (readonly [string, Loss, readonly (keyof Options)[], Rule])[] = [
  ['nllLoss', L.nllLoss as Loss, [], (row, label, o) => -weightOf(label, o) * row[label]!],
  [
    'crossEntropy',
    L.crossEntropy as Loss,
    ['labelSmoothing'],
    (row, label, o) => {
      const { labelSmoothing = 0 } = o;
      const log = logSoftmax(row);
      const smooth = log.reduce((sum, value, i) => sum + weightOf(i, o) * value, 0) / row.length;
      return -(1 - labelSmoothing) * weightOf(label, o) * log[label]! - labelSmoothing * smooth;
    },
  ],
  [
    'focalLoss',
    L.focalLoss as Loss,
    ['gamma'],
    (row, label, o) => {
      const log = logSoftmax(row)[label]!;
      return -weightOf(label, o) * (1 - Math.exp(log)) ** (o.gamma ?? 2) * log;
    },
  ],
];

const count = fc.integer({ min: 1, max: 4 });
const drawn = fc
  .tuple(fc.constantFrom(1, 2, 3), count, fc.integer({ min: 2, max: 5 }), count)
  .chain(([ndim, n, c, d]) => {
    const shape = [[c], [n, c], [n, c, d]][ndim - 1] as number[];
    const places = shape.reduce((a, b) => a * b, 1) / c;
    return fc.record({
      shape: fc.constant(shape),
      classes: fc.constant(c),
      scores: fc.array(fc.integer({ min: -32, max: 32 }), { minLength: places * c, maxLength: places * c }),
      labels: fc.array(fc.nat(c - 1), { minLength: places, maxLength: places }),
      weight: fc.option(fc.array(fc.constantFrom(0.5, 1, 2), { minLength: c, maxLength: c })),
      ignored: fc.option(fc.constantFrom(-100, -1, 0)),
      shift: fc.boolean(),
      more: fc.record(
        { labelSmoothing: fc.constantFrom(0.25, 1), gamma: fc.constantFrom(0, 0.5, 1, 3) },
        { requiredKeys: [] },
      ),
      reduction: fc.constantFrom('none', 'mean', 'sum', undefined),
    });
  });

describe.each(losses)('%s', (_, loss, own, rule) => {
  law('is its formula, over rows of classes that lie anywhere', {
    rows: [136, 137, 140],
    formula: 'l(x, y) of every place; mean = Σ wᵧ l / Σ wᵧ without those that are ignored',
    tolerance: 'D',
    given: [drawn],
    holds: ({ shape, classes, scores, labels, weight, ignored, shift, more, reduction }) => {
      const data = scores.map((score) => score / 8);
      const classDim = shape.length === 1 ? 0 : 1;
      const inner = shape.length === 3 ? (shape[2] as number) : 1;
      const rowAt = (place: number): number[] => {
        const [outer, lane] = [Math.floor(place / inner), place % inner];
        return Array.from({ length: classes }, (_, k) => data[(outer * classes + k) * inner + lane]!);
      };
      const ignoreIndex = ignored ?? -100;
      const isLabel = (label: number): boolean => label !== ignoreIndex;
      // Every other label is one that is ignored, were it no class.
      const target = labels.map((label, i) => (shift && i % 2 === 1 ? ignoreIndex : label));
      const options: Options = {
        ...(weight !== null && { weight }),
        ...(ignored !== null && { ignoreIndex: ignored }),
        ...Object.fromEntries(Object.entries(more).filter(([key]) => own.includes(key as keyof Options))),
      };
      const each = target.map((label, i) => (isLabel(label) ? rule(rowAt(i), label, options) : 0));
      const weights = target.map((label) => (isLabel(label) ? weightOf(label, options) : 0));
      const [total, all] = [each, weights].map((list) => list.reduce((a, b) => a + b, 0)) as [number, number];
      const double = { dtype: 'float64' } as const;
      const plain = fromArray(data, shape, double);
      const input = shape.length === 1 ? plain : plain.movedim(classDim, -1).contiguous().movedim(-1, classDim);
      const labelled = fromArray(
        target,
        shape.filter((_, dim) => dim !== classDim),
        { dtype: 'int32' },
      );
      const given = {
        ...options,
        ...(weight !== null && { weight: fromArray(weight, [classes], double) }),
        ...(reduction !== undefined && { reduction }),
      };
      const expected = reduction === 'none' ? each : reduction === 'sum' ? total : total / all;
      for (const x of [plain, input]) expectWithin(loss(x, labelled, given), expected, bounds.identity(data, each));
    },
  });
});

law('cross-entropy to probabilities is its formula, over rows of classes that lie anywhere', {
  rows: [137, 138],
  formula: 'l(x, p) = -Σ w_c ((1 - ε) p_c + ε / C) log softmax(x)_c; mean = Σ l / places',
  tolerance: 'D',
  given: [drawn],
  holds: ({ shape, classes, scores, weight, shift, more, reduction }) => {
    const double = { dtype: 'float64' } as const;
    const classDim = shape.length === 1 ? 0 : 1;
    const inner = shape.length === 3 ? (shape[2] as number) : 1;
    const data = scores.map((score) => score / 8);
    const shares = scores.toReversed().map((score) => (score + 32) / 64);
    const { labelSmoothing = 0 } = more;
    const places = scores.length / classes;
    const each = Array.from({ length: places }, (_, place) => {
      const [outer, lane] = [Math.floor(place / inner), place % inner];
      const row = (list: readonly number[]): number[] =>
        Array.from({ length: classes }, (_, k) => list[(outer * classes + k) * inner + lane]!);
      const log = logSoftmax(row(data));
      return row(shares).reduce((sum, p, c) => {
        const mixed = (1 - labelSmoothing) * p + labelSmoothing / classes;
        return sum - (weight?.[c] ?? 1) * mixed * log[c]!;
      }, 0);
    });
    const total = each.reduce((a, b) => a + b, 0);
    const turned = (t: Tensor): Tensor => t.movedim(classDim, -1).contiguous().movedim(-1, classDim);
    const [x, p] = [data, shares].map((list): Tensor => fromArray(list, shape, double)) as [Tensor, Tensor];
    const options = {
      ...(weight !== null && { weight: fromArray(weight, [classes], double) }),
      ...(labelSmoothing > 0 && { labelSmoothing }),
      ...(reduction !== undefined && { reduction: reduction as 'mean' }),
    };
    const expected = reduction === 'none' ? each : reduction === 'sum' ? total : total / places;
    const found = shift ? L.crossEntropy(turned(x), turned(p), options) : L.crossEntropy(x, p, options);
    expectWithin(found, expected, bounds.identity(data, each, classes));
  },
});
