import { attentionWeights, type FlashAttentionOptions, flashAttention } from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { Generator, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operands, sizesUpTo } from './operands.ts';

const float64 = { dtype: 'float64' } as const;
const sizes = fc.record(sizesUpTo(20, 5));
describe('dropout', () => {
  law('drops the same for any tiles, and nothing at 0, and everything at 1, and goes on in its stream', {
    rows: [132],
    formula: 'drop(p; tiles) = drop(p; other tiles); p = 0: flash; p = 1: 0; offset += ⌈B H Lq Lk / 4⌉',
    tolerance: 'D',
    given: [sizes, fc.nat(9)],
    holds: (drawn, seed) => {
      const [q, k, v] = operands(drawn);
      const generator = new Generator(seed);
      const run = (options: FlashAttentionOptions): Tensor =>
        flashAttention(q, k, v, { dropoutP: 0.3, generator: new Generator(seed), enableGqa: true, ...options }).output;
      const other = run({ tiles: [8, 7] });
      expectWithin(run({ tiles: [16, 20] }), other, bounds.identity(q, k, v));
      expectSameBits(run({ dropoutP: 0 }), flashAttention(q, k, v, { enableGqa: true }).output);
      expect(run({ dropoutP: 1 }).abs().sum().item()).toBe(0);
      expectSameBits(run({ generator, tiles: [8, 7] }), other);
      const words = Math.ceil((drawn.batch * q.shape[1]! * drawn.queries * drawn.keys) / 4);
      expect(generator.offset).toBe(words);
      // The next numbers of the stream.
      const later = new Generator(seed);
      later.state = { ...later.state, offset: words };
      expectSameBits(run({ generator }), run({ generator: later }));
    },
  });

  const [q, k, v] = [randn([1, 2, 40, 8], float64), randn([1, 2, 50, 8], float64), randn([1, 2, 50, 8], float64)];
  const run = (options: Parameters<typeof flashAttention>[3]): Tensor =>
    flashAttention(q, k, v, { dropoutP: 0.3, generator: new Generator(3), ...options }).output;

  test('is no dropout on average', () => {
    const generator = new Generator(0);
    const runs = 400;
    let sum: Tensor = zeros([1, 2, 40, 8], float64);
    for (let i = 0; i < runs; i++) sum = sum.add(run({ generator, dropoutP: 0.1 }));
    // A weight w is w / (1 - p) or 0, of variance w² p / (1 - p).
    const variance = attentionWeights(q, k)
      .square()
      .matmul(v.square())
      .mul(0.1 / 0.9);
    const bound = bounds.conditioned((_, i) => bounds.mean(variance.data[i]!, runs).at(0));
    expectWithin(sum.div(runs), flashAttention(q, k, v).output, bound);
  });
});
