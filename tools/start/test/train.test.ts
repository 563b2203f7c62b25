import { Linear, Sequential } from '@tessera/layers';
import { manualSeed } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { CLASSES, PIXELS } from '../src/mnist/digits.ts';
import { evaluate } from '../src/mnist/evaluate.ts';
import { countParameters, networks } from '../src/mnist/network.ts';
import { type Listener, train } from '../src/mnist/train.ts';
import { madeUpDigits } from './madeUp.ts';

const digits = { train: madeUpDigits(600), test: madeUpDigits(100) };
const settings = { epochs: 3, batchSize: 32, lr: 0.01 };

const learn = (listener?: Listener, lr = settings.lr) => {
  manualSeed(0);
  const model = new Sequential(new Linear(PIXELS, CLASSES));
  return train(model, digits, { ...settings, lr }, listener);
};

test('learns strokes by their height', async () => {
  const { evaluation, epochs, images, ending, curve } = await learn();
  expect(evaluation.accuracy).toBe(1);
  expect([epochs.length, images, ending]).toEqual([3, 1800, 'finished']);
  expect(curve.length).toBe(2);
  expect(curve.at(-1)!.loss).toBeLessThan(curve[0]!.loss);
});

test('the same seed gives the same bits', async () => {
  const losses = async () => (await learn()).epochs.map(({ trainLoss }) => trainLoss);
  expect(await losses()).toEqual(await losses());
});

test('stops in good order when asked, and judges what it has', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const { ending, epochs, evaluation, images } = await learn({
    signal: controller.signal,
    onEpoch: ({ epoch }) => {
      seen.push(epoch);
      controller.abort();
    },
  });
  expect([ending, epochs.length, images, evaluation.count]).toEqual(['interrupted', 1, 600, 100]);
  expect(seen).toEqual([1]);
});

test('stops when the loss is no longer a number', async () => {
  const { ending, epochs, evaluation } = await learn({}, Number.MAX_VALUE);
  expect(ending).toBe('diverged');
  expect(epochs.length).toBeLessThan(3);
  expect(evaluation.mistakes.every(({ guess, confidence }) => guess >= 0 && confidence >= 0)).toBe(true);
});

test('gives the event loop a turn', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await learn();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});

test('counts what is right and what is wrong', () => {
  manualSeed(0);
  const model = new Sequential(new Linear(PIXELS, CLASSES));
  const { count, correct, accuracy, confusion, mistakes } = evaluate(model, digits.test);
  expect(confusion.flat().reduce((sum, value) => sum + value, 0)).toBe(count);
  expect(confusion.reduce((sum, row, label) => sum + row[label]!, 0)).toBe(correct);
  expect([mistakes.length, accuracy]).toEqual([count - correct, correct / count]);
  expect(mistakes.map(({ confidence }) => confidence)).toEqual(
    mistakes.map(({ confidence }) => confidence).toSorted((a, b) => b - a),
  );
  for (const { label, guess, confidence, confidenceInLabel } of mistakes) {
    expect(guess).not.toBe(label);
    expect(confidence).toBeGreaterThanOrEqual(confidenceInLabel);
  }
  expect(model.training).toBe(true);
});

const made = (attentionEpochs: number) => {
  manualSeed(0);
  return [...networks({ epochs: 2, lr: 0.01, batchSize: 32, attentionEpochs, attentionLr: 0.003 })];
};

test('the networks are what the screen says', () => {
  const [mlp, attention] = made(3);
  expect(countParameters(mlp!.model)).toBe(784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10);
  expect([mlp!.architecture, mlp!.settings]).toEqual(['784-256-128-10', { epochs: 2, lr: 0.01, batchSize: 32 }]);
  const patches = 49 * 64 + 64 + 16 * 64;
  const block = 4 * (64 * 64 + 64) + 2 * 64 * 128 + 128 + 64 + 2 * (64 + 64);
  expect(countParameters(attention!.model)).toBe(patches + block + 64 + 64 + 16 * 64 * 10 + 10);
  expect([attention!.architecture, attention!.settings.epochs]).toEqual(['16 patches, 64 wide, 4 heads', 3]);
  expect(made(0).map(({ name }) => name)).toEqual(['MLP']);
});

test('the attention classifier learns strokes by their height', async () => {
  const [, attention] = made(1);
  const { evaluation } = await train(attention!.model, digits, { epochs: 2, batchSize: 32, lr: 0.003 });
  expect(evaluation.accuracy).toBe(1);
});
