import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { ones, randn, stack, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bilinear, bilinear, EmbeddingBag, embeddingBag, Identity } from '../src/index.ts';

const double = { dtype: 'float64' } as const;
const int = { dtype: 'int32' } as const;
const size = fc.integer({ min: 1, max: 4 });

describe('Bilinear', () => {
  law('is a quadratic form for each output', {
    rows: 112,
    formula: 'yₒ = x₁ᵀ Wₒ x₂ + bₒ',
    tolerance: 'D',
    given: [fc.array(size, { maxLength: 3 }), size, size, size, fc.boolean()],
    holds: (lead, i, j, o, hasBias) => {
      const [x1, x2] = [randn([...lead, i], double), randn([...lead, j], double)];
      const [w, b] = [randn(o, i, j, double), hasBias ? randn(o, double) : zeros(o, double)];
      const forms = stack(
        Array.from({ length: o }, (_, k) => w.select(0, k).transpose(0, 1).matmul(x1.unsqueeze(-1)).squeeze(-1)).map(
          (half, k) => half.mul(x2).sum(-1).add(b.select(0, k)),
        ),
        -1,
      );
      expectWithin(bilinear(x1, x2, w, hasBias ? b : null), forms, bounds.identity(x1, x2, w));
      expectWithin(bilinear(x1, x2, w, b), forms, bounds.identity(x1, x2, w));
      gradcheck(bilinear, [x1, x2, w, b]);
    },
  });

  test('has weights of PyTorch names and sizes, and refuses by name', () => {
    const layer = new Bilinear(2, 3, 4);
    expect(Object.entries(layer.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
      ['weight', [4, 2, 3]],
      ['bias', [4]],
    ]);
    expect(layer.forward(ones(5, 6, 2), ones(5, 6, 3)).shape).toEqual([5, 6, 4]);
    expect(() => layer.forward(ones(5, 2), ones(4, 3))).toThrow('bilinear: inputs must be [..., I] and [..., J]');
    expect(() => new Bilinear(0, 1, 1)).toThrow('Bilinear: in1Features must be a whole number in [1, ');
  });
});

test('Identity gives what it gets', () => {
  const x = randn(3);
  expect(new Identity().forward(x)).toBe(x);
});

describe('EmbeddingBag', () => {
  const drawn = fc.record({
    lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
    seed: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 16, maxLength: 16 }),
    paddingIdx: fc.constantFrom(null, 0, -1),
    mode: fc.constantFrom('sum' as const, 'mean' as const, 'max' as const),
  });

  law('is what becomes of each bag by itself', {
    rows: 111,
    formula: 'EmbeddingBag = reduce ∘ Embedding, bag by bag',
    tolerance: 'D',
    given: [drawn],
    holds: ({ lengths, seed, paddingIdx, mode }) => {
      const weight = randn(5, 3, double);
      const bags = lengths.map((length, i) => seed.slice(4 * i, 4 * i + length));
      const padding = paddingIdx === null ? null : (paddingIdx + 5) % 5;
      const expected = stack(
        bags.map((bag) => {
          const kept = bag.filter((index) => index !== padding);
          if (kept.length === 0) return zeros(3, double);
          const rows = weight.indexSelect(0, tensor(kept, int));
          return mode === 'sum' ? rows.sum(0) : mode === 'mean' ? rows.mean(0) : rows.amax(0);
        }),
      );
      const indices = tensor(bags.flat(), int);
      const starts = bags.map((_, i) => bags.slice(0, i).flat().length);
      const end = bags.flat().length;
      const options = { mode, paddingIdx };
      const got = embeddingBag(indices, weight, { ...options, offsets: tensor(starts, int) });
      expectWithin(got, expected, bounds.identity(expected));
      const withEnd = { ...options, offsets: tensor([...starts, end], int), includeLastOffset: true };
      expectSameBits(embeddingBag(indices, weight, withEnd), got);
    },
  });

  test('weighs samples, takes rows of indices, and learns', () => {
    const indices = tensor(
      [
        [0, 2],
        [1, 1],
      ],
      int,
    );
    const weights = tensor(
      [
        [0.5, 2],
        [1, -1],
      ],
      double,
    );
    const options = { mode: 'sum', perSampleWeights: weights } as const;
    gradcheck((w, s) => embeddingBag(indices, w, { ...options, perSampleWeights: s }), [randn(3, 2, double), weights]);
    const layer = new EmbeddingBag(3, 2, { paddingIdx: 1 });
    layer.forward(indices).sum().backward();
    expect(layer.weight.grad?.toArray()).toEqual([
      [0.5, 0.5],
      [0, 0],
      [0.5, 0.5],
    ]);
    expect(Object.keys(layer.stateDict())).toEqual(['weight']);
    expect(`${layer}`).toBe('EmbeddingBag(3, 2, mode=mean)');
  });

  test.each<readonly [string, () => unknown]>([
    ['indices must be [B, N], or [M] with offsets', () => embeddingBag(tensor([0], int), ones(2, 2))],
    [
      'offsets must begin with 0 and rise',
      () => embeddingBag(tensor([0], int), ones(2, 2), { offsets: tensor([1], int) }),
    ],
    [
      'perSampleWeights are for mode',
      () => embeddingBag(tensor([[0]], int), ones(2, 2), { perSampleWeights: ones(1, 1) }),
    ],
    ["mode must be 'sum', 'mean' or 'max'", () => new EmbeddingBag(2, 2, { mode: 'min' as never })],
    ["there is no option 'padding'", () => new EmbeddingBag(2, 2, { padding: 1 } as never)],
  ])('refuses: %s', (message, run) => {
    expect(run).toThrow(message);
  });
});
