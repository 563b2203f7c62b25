import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { crossEntropy } from '@tessera/losses';
import { manualSeed, rand, randint, randn, softmax, type Tensor } from '@tessera/tensor';
import { runScope } from '@tessera/tensor/core';
import { bounds, expectSameBits, expectWithin, UNIT_FLOAT32, UNIT_FLOAT64 } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Logits of many samples each, [N, C, ...], whose classes do not lie side by side. */
const drawn = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 3 }),
  classes: fc.integer({ min: 1, max: 9 }),
  inner: fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 3 }),
  labelSmoothing: fc.constantFrom(0, 0.1),
  ignoreIndex: fc.constantFrom(-100, 0),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
  soft: fc.boolean(),
});

/** [N, C, ...] -> [R, C], in memory */
const inRows = (x: Tensor): Tensor => x.movedim(1, -1).contiguous().reshape(-1, x.shape[1]!);

describe('classes that lie apart', () => {
  law('give what they give side by side, and the same gradients', {
    rows: 137,
    formula: 'CE over [N, C, d...] = CE over [N d..., C], and ∇',
    tolerance: '2P',
    given: [drawn],
    holds: ({ seed, batch, classes, inner, soft, dtype, ...options }) => {
      manualSeed(seed);
      const shape = [batch, classes, ...inner];
      const x = requiresGrad(randn(shape, { dtype }).mul(4));
      const rows = requiresGrad(inRows(x.detach()));
      const weight = rand([classes], { dtype }).add(0.5);
      const target = soft
        ? softmax(randn(shape, { dtype }), 1)
        : randint(0, classes, [batch, ...inner], { dtype: 'int32' });
      const flat = soft ? inRows(target) : target.reshape(-1);
      const settings = { ...options, weight, reduction: 'none' as const };
      const apart = crossEntropy(x, target as never, settings) as Tensor;
      const beside = crossEntropy(rows, flat as never, settings) as Tensor;
      expect(apart.shape).toEqual([batch, ...inner]);
      const unit = dtype === 'float32' ? UNIT_FLOAT32 : UNIT_FLOAT64;
      // A loss has the roundings of its log-sum-exp and of its classes, each at most the spread of logits and weight.
      const size = classes * (2 * x.detach().abs().max().item() + Math.log(classes)) * weight.max().item();
      const near = bounds.terms(classes + 16, size, unit);
      expectWithin(apart.reshape(-1), beside, bounds.twoPaths(near));
      const g = randn(apart.shape, { dtype });
      const [dx] = grad(apart.mul(g).sum(), [x]);
      const [dRows] = grad(beside.mul(g.reshape(-1)).sum(), [rows]);
      const steep = bounds.terms(classes + 16, size * g.abs().max().item(), unit);
      expectWithin(inRows(dx as Tensor), dRows as Tensor, bounds.twoPaths(steep));
    },
  });

  test('are not copied: nothing as large as the logits is made on the way to the loss', () => {
    const made = (x: Tensor, target: Tensor): number => {
      let bytes = 0;
      runScope(
        () => crossEntropy(x, target as never),
        (_, storages) => {
          for (const { cell } of storages) bytes += cell.bytes;
          return [];
        },
      );
      return bytes;
    };
    const images = randn(4, 64, 8, 8);
    const labels = randint(0, 64, [4, 8, 8], { dtype: 'int32' });
    const sequences = randn(4, 64, 64).transpose(1, 2);
    const size = 4 * images.count;
    // Two numbers for each sample, and what finds their mean: less than an eighth of 64 classes.
    expect(made(images, labels)).toBeLessThan(size / 8);
    expect(made(sequences, labels.flatten(1))).toBeLessThan(size / 8);
    expect(made(images.reshape(-1, 64), labels.reshape(-1))).toBeLessThan(size / 8);
  });

  test('have the same bits for any part of the samples', () => {
    const x = randn(2, 5, 7);
    const labels = randint(0, 5, [2, 7], { dtype: 'int32' });
    const whole = crossEntropy(x, labels, { reduction: 'none' });
    const part = crossEntropy(x.narrow(2, 3, 2), labels.narrow(1, 3, 2), { reduction: 'none' });
    expectSameBits(whole.narrow(1, 3, 2).contiguous(), part);
  });
});
