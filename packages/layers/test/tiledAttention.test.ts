import { grad, requiresGrad } from '@tessera/autograd';
import { heap } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { scaledDotProductAttention, scaledDotProductAttentionOp } from '@tessera/layers';
import { manualSeed, rand, randn, type Tensor } from '@tessera/tensor';
import { apply } from '@tessera/tensor/core';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

const attend = scaledDotProductAttention<Tensor, Tensor, Tensor, boolean>;
const plain = (inputs: readonly Tensor[], isCausal: boolean, enableGqa: boolean, dropoutP = 0): Tensor => {
  const attributes = { dropoutP, isCausal, enableGqa, scale: 1 / Math.sqrt(inputs[0]!.shape.at(-1)!) };
  return apply(scaledDotProductAttentionOp, inputs, attributes);
};

/** The largest memory that is taken at once on the way to a result. */
function largestOf(run: () => Tensor): number {
  const spy = vi.spyOn(heap(), 'allocate');
  run();
  const largest = Math.max(...spy.mock.calls.map(([bytes]) => bytes));
  spy.mockRestore();
  return largest;
}

const drawn = fc.record({
  seed: fc.nat(),
  lead: fc.constantFrom([], [1], [2], [2, 1]),
  keyHeads: fc.integer({ min: 1, max: 2 }),
  group: fc.integer({ min: 1, max: 2 }),
  queries: fc.integer({ min: 126, max: 140 }),
  keys: fc.integer({ min: 126, max: 140 }),
  masked: fc.constantFrom('none', 'causal', 'bool', 'float'),
  dropoutP: fc.constantFrom(0, 0.3),
});

/** A mask of keys, or of pairs for each head. */
function maskFor(kind: string, heads: number, queries: number, keys: number): Tensor | null {
  if (kind === 'bool') return rand(keys).lt(0.7);
  return kind === 'float' ? randn([heads, queries, keys], { dtype: 'float64' }) : null;
}

describe('attention in tiles and in plain ops', () => {
  law('have the same result and the same gradients, on both sides of where one takes over', {
    rows: [109, 114],
    formula: 'scaledDotProductAttention in tiles = in plain ops, and ∇',
    tolerance: 'D',
    given: [drawn],
    share: 0.2,
    holds: ({ seed, lead, keyHeads, group, queries, keys, masked, dropoutP }) => {
      const isCausal = masked === 'causal';
      manualSeed(seed);
      const make = (heads: number, length: number, width: number): Tensor =>
        requiresGrad<Tensor>(randn([...lead, heads, length, width], { dtype: 'float64' }));
      const inputs = [make(keyHeads * group, queries, 8), make(keyHeads, keys, 8), make(keyHeads, keys, 6)] as const;
      const enableGqa = group > 1;
      const attnMask = maskFor(masked, keyHeads * group, queries, keys);
      // The same weights go missing either way.
      manualSeed(seed);
      const found = attend(...inputs, { attnMask, isCausal, enableGqa, dropoutP }) as Tensor;
      manualSeed(seed);
      const operands = attnMask === null ? inputs : [...inputs, attnMask];
      const expected = plain(operands, isCausal, enableGqa, dropoutP);
      expect(found.shape).toEqual([...lead, keyHeads * group, queries, 6]);
      expectWithin(found.detach(), expected.detach(), bounds.identity(expected));
      const g = randn(found.shape, { dtype: 'float64' });
      const gradients = grad(found.mul(g).sum(), inputs) as Tensor[];
      const others = grad(expected.mul(g).sum(), inputs) as Tensor[];
      for (const [i, gradient] of gradients.entries()) expectWithin(gradient, others[i]!, bounds.identity(...others));
    },
  });

  test('long sequences never have their scores stored', () => {
    const scores = 4 * 4 * 512 * 512;
    const x = randn(1, 4, 512, 16);
    expect(largestOf(() => attend(x, x, x) as Tensor)).toBeLessThan(scores / 8);
    expect(largestOf(() => attend(x, x, x, { isCausal: true }) as Tensor)).toBeLessThan(scores / 8);
    expect(largestOf(() => plain([x, x, x], false, false))).toBeGreaterThanOrEqual(scores);
  });
});
