import { grad, requiresGrad } from '@tessera/autograd';
import {
  flashAttention,
  flashAttentionVarlen,
  KeyValueCache,
  mergeAttention,
  PagedKeyValueCache,
} from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { cat, manualSeed, randn, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const float64 = { dtype: 'float64' } as const;
const int32 = { dtype: 'int32' } as const;
const ragged = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), {
  minLength: 1,
  maxLength: 4,
});
const causal = fc.constantFrom(false as const, 'top-left' as const, 'bottom-right' as const);
const cumulative = (lengths: readonly number[]): number[] =>
  [...lengths, 0].map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0));

describe('sequences of various lengths', () => {
  law('packed are each one by itself, with their gradients', {
    rows: 129,
    formula: 'flash(packed) = [flash(sequence), ...], and ∇',
    tolerance: 'D',
    given: [ragged, fc.nat(), causal],
    holds: (lengths, seed, side) => {
      manualSeed(seed);
      const [cuQ, cuK] = [0, 1].map((i) => cumulative(lengths.map((pair) => pair[i] as number))) as [
        number[],
        number[],
      ];
      const [queries, keys] = [cuQ.at(-1) as number, cuK.at(-1) as number];
      const inputs = [randn([queries, 4, 3], float64), randn([keys, 2, 3], float64), randn([keys, 2, 2], float64)].map(
        (t) => requiresGrad<Tensor>(t),
      ) as [Tensor, Tensor, Tensor];
      const options = { causal: side, enableGqa: true, softcap: 3, tiles: [8, 5] as const };
      const found = flashAttentionVarlen(...inputs, tensor(cuQ, int32), tensor(cuK, int32), options);
      const own = (t: Tensor, sums: readonly number[], i: number): Tensor =>
        t
          .narrow(0, sums[i]!, sums[i + 1]! - sums[i]!)
          .transpose(0, 1)
          .unsqueeze(0);
      const single = lengths.map((_, i) =>
        flashAttention(own(inputs[0], cuQ, i), own(inputs[1], cuK, i), own(inputs[2], cuK, i), options),
      );
      const output = cat(
        single.map((result) => result.output.squeeze(0).transpose(0, 1)),
        0,
      );
      expectSameBits(found.output.detach().contiguous(), output.detach());
      expectSameBits(
        found.logSumExp.detach(),
        cat(
          single.map((result) => result.logSumExp.squeeze(0)),
          1,
        ).detach(),
      );
      const g = randn(output.shape, float64);
      const [got, want] = [found.output, output].map((t) => grad(t.mul(g).sum(), inputs)) as [Tensor[], Tensor[]];
      for (const [i, gradient] of got.entries()) expectWithin(gradient, want[i]!, bounds.identity(...inputs, g));
    },
  });

  law('padded are those without the padding, whatever is in it', {
    rows: 129,
    formula: 'flash(padded, keyLengths) = flash(unpadded)',
    tolerance: 'E',
    given: [fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }), causal],
    holds: (lengths, side) => {
      const batch = lengths.length;
      const q = requiresGrad<Tensor>(randn([batch, 2, 5, 3], float64));
      const make = (): Tensor => {
        const t = randn([batch, 2, 9, 3], float64);
        for (const [b, n] of lengths.entries())
          t.narrow(0, b, 1)
            .narrow(2, n, 9 - n)
            .fill_(Number.NaN);
        return t;
      };
      const [k, v] = [make(), make()];
      const { output } = flashAttention(q, k, v, { causal: side, keyLengths: tensor(lengths, int32) });
      const [dq] = grad(output.square().sum(), [q]);
      for (const [b, n] of lengths.entries()) {
        const mine = requiresGrad<Tensor>(q.detach().narrow(0, b, 1));
        const [ownK, ownV] = [k, v].map((t) => t.narrow(0, b, 1).narrow(2, 0, n)) as [Tensor, Tensor];
        const alone = flashAttention(mine, ownK, ownV, { causal: side });
        expectSameBits(output.detach().narrow(0, b, 1).contiguous(), alone.output.detach());
        const [g] = grad(alone.output.square().sum(), [mine]);
        expectWithin(dq!.narrow(0, b, 1), g!, bounds.identity(mine, ownK, ownV, ownV));
      }
    },
  });
});

describe('decoding', () => {
  law('token by token, or a few at a time, with a cache that grows, is one causal attention, bit for bit', {
    rows: 129,
    formula: 'flash(q_t; cache of k, v up to t) = causal flash(q, k, v)_t; truncate(n): the first n',
    tolerance: 'E',
    given: [
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 2, 256, undefined),
      fc.constantFrom(null, 8, 6),
      fc.nat(7),
    ],
    holds: (counts, capacity, valueDim, kept) => {
      const length = counts.reduce((sum, n) => sum + n, 0);
      const dv = valueDim ?? 8;
      const q = randn([2, 4, length, 8], float64);
      const [k, v] = [randn([2, 2, length, 8], float64), randn([2, 2, length, dv], float64)];
      const options = { causal: 'bottom-right', enableGqa: true, tiles: [8, 5] } as const;
      const room = capacity === undefined ? {} : { capacity };
      const cache = new KeyValueCache({ batch: 2, heads: 2, dim: 8, valueDim, ...room, ...float64 });
      let start = 0;
      const steps = counts.map((n) => {
        const [ofQ, ofK, ofV] = [q, k, v].map((t): Tensor => t.narrow(2, start, n)) as [Tensor, Tensor, Tensor];
        cache.append(ofK, ofV);
        start += n;
        expect(cache.length).toBe(start);
        return flashAttention(ofQ, cache.key, cache.value, options).output;
      });
      expectSameBits(cat(steps, 2), flashAttention(q, k, v, options).output);
      const first = Math.min(kept, length);
      cache.truncate(first);
      expect(cache.length).toBe(first);
      expectSameBits(cache.key.contiguous(), k.narrow(2, 0, first).contiguous());
      cache.append(k.narrow(2, 0, 1), v.narrow(2, 0, 1));
      expectSameBits(cache.value.narrow(2, first, 1).contiguous(), v.narrow(2, 0, 1).contiguous());
    },
  });

  law('from pages in any order is from rows, bit for bit', {
    rows: 129,
    formula: 'flash(pages, table) = flash(rows)',
    tolerance: 'E',
    given: [fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 3 })],
    share: 0.3,
    holds: (lengths, queries) => {
      const cache = new PagedKeyValueCache({ pages: 40, pageSize: 4, heads: 2, dim: 3, ...float64 });
      // A sequence that ends leaves its pages in between.
      const before = cache.open();
      cache.append(before, randn([1, 2, 9, 3], float64), randn([1, 2, 9, 3], float64));
      const rows = lengths.map((n) => [randn([1, 2, n, 3], float64), randn([1, 2, n, 3], float64)] as const);
      const sequences = rows.map(() => cache.open());
      for (let i = 0; i < 30; i++) {
        if (i === 5) cache.close(before);
        for (const [s, [k, v]] of rows.entries())
          if (i < lengths[s]!) cache.append(sequences[s]!, k.narrow(2, i, 1), v.narrow(2, i, 1));
      }
      const q = randn([lengths.length, 2, queries, 3], float64);
      const { key, value, ...tables } = cache.read(sequences);
      const options = { causal: 'bottom-right', tiles: [8, 4] } as const;
      const found = flashAttention(q, key, value, { ...options, ...tables });
      for (const [s, [k, v]] of rows.entries()) {
        const alone = flashAttention(q.narrow(0, s, 1), k, v, options);
        expectSameBits(found.output.narrow(0, s, 1).contiguous(), alone.output);
      }
      const leaf = requiresGrad(q.clone());
      const traced = flashAttention(leaf, key, value, { ...options, ...tables }).output;
      expectWithin(traced.detach(), found.output, bounds.identity(q, key, value));
      expect(grad(traced.sum(), [leaf])[0]!.shape).toEqual(q.shape);
    },
  });

  test('refuses more tokens than there are pages for, and sequences that are closed, and loses nothing', () => {
    const cache = new PagedKeyValueCache({ pages: 2, pageSize: 2, heads: 1, dim: 1 });
    const sequence = cache.open();
    cache.append(sequence, randn(1, 1, 3, 1), randn(1, 1, 3, 1));
    expect(() => cache.append(sequence, randn(1, 1, 2, 1), randn(1, 1, 2, 1))).toThrow('there must be pages for all');
    expect(cache.length(sequence)).toBe(3);
    expect(() => cache.append(sequence, randn(1, 1, 2, 2), randn(1, 1, 2, 2))).toThrow('must be [1, 1, 2, 1]');
    cache.close(sequence);
    expect(cache.freePages).toBe(2);
    expect(() => cache.read([sequence])).toThrow('a sequence must be open');
  });
});

describe('merging', () => {
  const parts = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 });

  law('attention to parts of the keys, in any order, is attention to all', {
    rows: 128,
    formula: 'merge(flash(k₁), flash(k₂), ...) = flash([k₁ | k₂ | ...])',
    tolerance: 'D',
    given: [parts, fc.nat(), fc.boolean()],
    holds: (sizes, seed, fromLast) => {
      manualSeed(seed);
      const keys = sizes.reduce((a, b) => a + b, 0);
      const [q, k, v] = [
        randn([1, 2, 5, 3], float64).mul(4),
        randn([1, 2, keys, 3], float64),
        randn([1, 2, keys, 2], float64),
      ];
      let start = 0;
      const found = sizes.map((n) => {
        const [ofK, ofV] = [k, v].map((t: Tensor) => t.narrow(2, start, n)) as [Tensor, Tensor];
        start += n;
        return flashAttention(q, ofK, ofV);
      });
      if (fromLast) found.reverse();
      const merged = found.reduce((a, b) => mergeAttention(a.output, a.logSumExp, b.output, b.logSumExp));
      const whole = flashAttention(q, k, v);
      expectWithin(merged.output, whole.output, bounds.identity(q, k, v));
      if (keys > 0) expectWithin(merged.logSumExp, whole.logSumExp, bounds.identity(q, k));
    },
  });

  law('with attention to no key changes not a bit, nor a gradient', {
    rows: 128,
    formula: 'merge(flash(k), flash(∅)) = flash(k) = merge(flash(∅), flash(k)), ∇ too',
    tolerance: 'E',
    given: [fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.boolean()],
    holds: (keys, queries, isFirst, isTraced) => {
      const inputs = [randn(1, 2, queries, 3), randn(1, 2, keys, 3), randn(1, 2, keys, 3)] as Tensor[];
      if (isTraced) for (const t of inputs) requiresGrad(t);
      const [q, k, v] = inputs as [Tensor, Tensor, Tensor];
      const some = flashAttention(q, k, v);
      const none = flashAttention(q, k.narrow(2, 0, 0), v.narrow(2, 0, 0));
      expect(none.logSumExp.isneginf().all().item()).toBe(1);
      const [a, b] = isFirst ? [some, none] : [none, some];
      const merged = mergeAttention(a.output, a.logSumExp, b.output, b.logSumExp);
      expectSameBits(merged.output.detach(), some.output.detach());
      expectSameBits(merged.logSumExp.detach(), some.logSumExp.detach());
      if (!isTraced || keys === 0) return;
      const total = ({ output, logSumExp }: typeof merged): Tensor => output.square().sum().add(logSumExp.sum());
      const [found, expected] = [merged, some].map((x) => grad(total(x), inputs, { retainGraph: true }));
      for (const [i, g] of found!.entries()) expectSameBits(g as Tensor, expected![i] as Tensor);
    },
  });
});
