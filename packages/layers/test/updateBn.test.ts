import { law } from '@tessera/laws';
import { manualSeed, randn, stack, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchNorm1d, Dropout, Linear, Sequential, updateBn } from '../src/index.ts';

law('running statistics become the means over all batches, and modes stay as they were', {
  rows: 105,
  formula: 'running = mean over batches',
  tolerance: 'D',
  given: [fc.nat(), fc.integer({ min: 1, max: 4 }), fc.boolean()],
  share: 0.2,
  holds: async (seed, count, training) => {
    manualSeed(seed);
    const norm = new BatchNorm1d(3, { momentum: 0.3 });
    const model = new Sequential(norm, new Dropout(0.5)).double().train(training);
    const batches = Array.from({ length: count }, () => randn([5, 3], { dtype: 'float64' }));
    await updateBn(
      batches.map((x) => [x, 'target'] as const),
      model,
    );
    expectWithin(norm.runningMean!, stack(batches.map((x) => x.mean(0))).mean(0), bounds.identity(norm.runningMean!));
    expectWithin(norm.runningVar!, stack(batches.map((x) => x.var(0))).mean(0), bounds.identity(norm.runningVar!));
    expect([norm.momentum, norm.training, norm.numBatchesTracked!.item()]).toEqual([0.3, training, count]);
  },
});

test('refuses by name, and leaves modes and momenta', async () => {
  const norm = new BatchNorm1d(3).eval();
  await expect(updateBn([zeros(2, 3)], {} as never)).rejects.toThrow('updateBn: model must be a module');
  await expect(updateBn(3 as never, norm)).rejects.toThrow('updateBn: batches must be a list of tensors');
  await expect(updateBn(['x' as never], norm)).rejects.toThrow('updateBn: a batch must be a tensor; got "x"');
  expect([norm.training, norm.momentum]).toEqual([false, 0.1]);
  await expect(updateBn(['x' as never], new Linear(2, 2))).resolves.toBeUndefined();
});
