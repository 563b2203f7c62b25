import { bounds, expectWithin } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';
import { type Chapter, holds } from '../notebook/chapter.ts';
import { compareCrossEntropy, chapter as crossEntropy } from '../notebook/crossEntropy.ts';
import { compareFlashAttention, chapter as flashAttention } from '../notebook/flashAttention.ts';
import { compareKL, chapter as klDivergence } from '../notebook/klDivergence.ts';
import { chapter as mlp, trainMLP } from '../notebook/mlp.ts';
import { compareMHA, chapter as multiHeadAttention } from '../notebook/multiHeadAttention.ts';
import { compareNormalization, chapter as normalization } from '../notebook/normalization.ts';
import { compareSelfAttention, chapter as selfAttention } from '../notebook/selfAttention.ts';

/** The notebook prints four digits: half of the last one may be lost. */
const within = (value: number, printed: number) =>
  expectWithin(Math.round(value * 1e4), Math.round(printed * 1e4), bounds.exact);

/** What `n` roundings of values near 1 can do, one way and the other. */
const nearAfter = (n: number) => bounds.twoPaths(bounds.terms(n, 1));

const CHAPTERS: Record<string, Chapter> = {
  mlp,
  selfAttention,
  multiHeadAttention,
  crossEntropy,
  klDivergence,
  normalization,
  flashAttention,
};

describe.each(Object.entries(CHAPTERS))('%s', (_, chapter) => {
  test.each(chapter.rows().map((row) => [row.what, row] as const))('%s', (_, row) => {
    expect(holds(row), JSON.stringify(row)).toBe(true);
  });
});

test('softmax and cross-entropy are what the notebook printed', () => {
  const { probabilities, manualLoss, libraryLoss } = compareCrossEntropy();
  const printed = [0.1753, 0.7856, 0.0391, 0.9009, 0.0496, 0.0496, 0.0216, 0.2631, 0.7153];
  for (const [i, value] of probabilities.data.entries()) within(value, printed[i]!);
  within(manualLoss, 0.2269);
  within(libraryLoss, 0.2269);
});

test('the divergences are what the notebook printed', () => {
  const { manual1, library1, manual2, library2 } = compareKL();
  for (const value of [manual1, library1]) within(value, 0.2269);
  for (const value of [manual2, library2]) within(value, 0.0258);
});

test('one-hot labels make the divergence the cross-entropy', () => {
  expectWithin(compareKL().manual1, compareCrossEntropy().manualLoss, nearAfter(8));
});

test('the MLP learns, and the same seed gives the same numbers', () => {
  const { losses, predictions } = trainMLP(3);
  expect(losses).toHaveLength(10);
  expect(losses.toSorted((a, b) => b - a)).toEqual(losses);
  expect(predictions.shape).toEqual([1, 10]);
  expect(trainMLP(3).losses).toEqual(losses);
  expect(trainMLP(4).losses).not.toEqual(losses);
});

test.each([1, 2, 3])('by hand and library agree for seed %i', (seed) => {
  const { evaluation, training, dropped, elements } = compareMHA(seed);
  const { output, gradient } = compareSelfAttention(seed);
  const { online, library, byHand, gradients } = compareFlashAttention(seed);
  const differences = [
    evaluation,
    training,
    output,
    gradient,
    online,
    library,
    ...Object.values(compareNormalization(seed)),
  ];
  // Products over 64 features, and sums of some 8 terms that are as large.
  for (const difference of [byHand, gradients]) expectWithin(difference, 0, nearAfter(64));
  for (const difference of differences) expectWithin(difference, 0, nearAfter(8));
  expectWithin(dropped, 0.1, bounds.frequency(0.1, elements));
});

test('NaN never passes as a small difference', () => {
  expect(holds({ kind: 'compared', what: '', difference: Number.NaN, allowed: 1 })).toBe(false);
});
