import { grad, requiresGrad } from '@tessera/autograd';
import { type FlashAttentionOptions, flashAttention } from '@tessera/flash-attention';
import { heap } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { arange, cat, full, ones, randn, type Tensor, tensor } from '@tessera/tensor';
import {
  type AttentionBounds,
  bounds,
  expectAtMost,
  expectSameBits,
  expectWithin,
  gamma,
} from '@tessera/tensor/testing';
import { describe, expect, vi } from 'vitest';
import { attentionOf, headOf, type Stress, stress } from './stress.ts';

const tilesOf = ({ k, tiles }: Stress): number => Math.ceil(k.length / tiles[1]);
const scaleOf = ({ q }: Stress): number => 1 / Math.sqrt(q[0]!.length);
const run = (given: Stress, options: FlashAttentionOptions = {}): { output: Tensor; logSumExp: Tensor } =>
  flashAttention(headOf(given.q), headOf(given.k), headOf(given.v), { tiles: given.tiles, ...options });
/** Bflash of the two paths, or of one against float64. */
const boundOf = (given: Stress, seen?: (i: number, j: number) => boolean): AttentionBounds =>
  bounds.attention(given.q, given.k, given.v, {
    scale: scaleOf(given),
    tiles: tilesOf(given),
    ...(seen && { seen }),
  });
const permuted = <T>(rows: readonly T[]): T[] => rows.map((_, i) => rows[(i * 7 + 3) % rows.length] as T);

describe('attention in tiles, in float32, on keys of rising norm', () => {
  law('is attention in float64, for any tiles', {
    rows: [114, 127],
    formula: 'flash(q, k, v) = softmax(s q kᵀ) v; lse = log Σ exp(s q kᵀ)',
    tolerance: 'C',
    given: [stress],
    holds: (given) => {
      const { output, logSumExp } = run(given);
      const expected = attentionOf(given, scaleOf(given));
      const bound = boundOf(given);
      expectWithin(output, expected.output, bound.output);
      expectWithin(logSumExp, expected.logSumExp, bound.logSumExp);
    },
  });

  law('sees the keys up to its own, from the first or from the last', {
    rows: 121,
    formula: 'top-left: j ≤ i; bottom-right: j ≤ i + Lk - Lq',
    tolerance: 'C',
    given: [stress],
    holds: (given) => {
      for (const [causal, lead] of [
        ['top-left', 0],
        ['bottom-right', given.k.length - given.q.length],
      ] as const) {
        const seen = (i: number, j: number): boolean => j <= i + lead;
        const expected = attentionOf(given, scaleOf(given), seen);
        const bound = boundOf(given, seen);
        const { output, logSumExp } = run(given, { causal });
        expectWithin(output, expected.output, bound.output);
        expectWithin(logSumExp, expected.logSumExp, bound.logSumExp);
      }
    },
  });

  law('lies between the least and the greatest value', {
    rows: 116,
    formula: 'min v ≤ o ≤ max v',
    tolerance: 'P',
    given: [stress],
    holds: (given) => {
      const { output } = run(given);
      const { output: slack } = boundOf(given);
      const width = given.v[0]!.length;
      const columns = Array.from(output.data, (_, place) => given.v.map((row) => row[place % width] as number));
      expectAtMost(
        columns.map((column) => Math.min(...column)),
        output,
        slack,
      );
      expectAtMost(
        output,
        columns.map((column) => Math.max(...column)),
        slack,
      );
    },
  });

  law('treats columns of values each by itself', {
    rows: 117,
    formula: 'flash(q, k, [v₁ | v₂]) = [flash(q, k, v₁) | flash(q, k, v₂)]',
    tolerance: 'E',
    given: [stress],
    holds: (given) => {
      const twice = { ...given, v: given.v.map((row) => [...row, ...row.map((x) => 2 * x)]) };
      const { output } = run(given);
      expectSameBits(run(twice).output, cat([output, output.mul(2)], -1));
    },
  });

  law('permuted queries give permuted outputs, and the order of keys does not matter', {
    rows: 118,
    formula: 'flash(P q, k, v) = P flash(q, k, v); flash(q, P k, P v) = flash(q, k, v)',
    tolerance: ['E', '2P'],
    given: [stress],
    holds: (given) => {
      const { output } = run(given);
      const other = run({ ...given, q: permuted(given.q) }).output;
      const places = tensor(permuted(arange(given.q.length).toArray() as number[]), { dtype: 'int32' });
      expectSameBits(other, output.indexSelect(2, places));
      const turned = given.k.length % 7 === 0 ? given : { ...given, k: permuted(given.k), v: permuted(given.v) };
      const { output: bound } = boundOf(given);
      expectWithin(run(turned).output, output, bounds.twoPaths(bound));
    },
  });

  law('a power of two may be in the queries or in the scale, bit for bit', {
    rows: 119,
    formula: 'flash(8 q; s / 8) = flash(q; s)',
    tolerance: 'E',
    given: [stress],
    holds: (given) => {
      const scale = scaleOf(given);
      const q = given.q.map((row) => row.map((x) => 8 * x));
      expectSameBits(run({ ...given, q }, { scale: scale / 8 }).output, run(given, { scale }).output);
    },
  });

  law('what comes after its keys changes not a bit of a causal query, were it NaN', {
    rows: 120,
    formula: 'o[0..t] does not see k, v > t',
    tolerance: 'E',
    given: [stress],
    holds: (given) => {
      const later = (rows: readonly (readonly number[])[]): number[][] =>
        rows.map((row, j) => row.map((x) => (j >= 2 ? Number.NaN : x)));
      const changed = { ...given, k: later(given.k), v: later(given.v) };
      const causal = { causal: 'top-left' } as const;
      const first = (t: Tensor): Tensor => t.narrow(2, 0, Math.min(2, given.q.length)).contiguous();
      expectSameBits(first(run(changed, causal).output), first(run(given, causal).output));
    },
  });

  law('windows without bounds are none, and one of one key gives its value', {
    rows: 122,
    formula: 'window(∞) = full, window(∞, 0) = causal, window(0, 0) = v',
    tolerance: 'E',
    given: [stress],
    holds: (given) => {
      const { output } = run(given);
      const length = Math.max(given.q.length, given.k.length);
      expectSameBits(run(given, { window: null }).output, output);
      expectSameBits(run(given, { window: length }).output, output);
      expectSameBits(run(given, { window: [null, 0] }).output, run(given, { causal: 'top-left' }).output);
      const own = run(given, { window: 0 }).output;
      const count = Math.min(given.q.length, given.k.length);
      expectSameBits(own.narrow(2, 0, count).contiguous(), headOf(given.v).narrow(2, 0, count).contiguous());
      expect(
        own
          .narrow(2, count, given.q.length - count)
          .abs()
          .sum()
          .item(),
      ).toBe(0);
    },
  });

  law('a shared head of keys is the head repeated, and its gradients are the sums', {
    rows: 123,
    formula: 'GQA(q, k, v) = MHA(q, repeat k, repeat v), ∂k = Σ over the group',
    tolerance: ['E', 'D'],
    given: [stress],
    holds: (given) => {
      const [q, k, v] = [given.q, given.k, given.v].map((rows) => headOf(rows, 'float64')) as [Tensor, Tensor, Tensor];
      const many = cat([q, q.neg(), q.mul(0.5)], 1);
      const { tiles } = given;
      const [ofMany, ofK, ofV] = [many, k, v].map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
      const shared = flashAttention(ofMany, ofK, ofV, { tiles, enableGqa: true }).output;
      const [wideK, wideV] = [k, v].map((t) => requiresGrad<Tensor>(t.repeatInterleave(3, 1))) as [Tensor, Tensor];
      const repeated = flashAttention(many, wideK, wideV, { tiles }).output;
      expectSameBits(shared.detach(), repeated);
      const g = randn(shared.shape, { dtype: 'float64' });
      const sums = (grad(repeated.mul(g).sum(), [wideK, wideV]) as Tensor[]).map((t) => t.sum(1, { keepdim: true }));
      for (const [i, t] of (grad(shared.mul(g).sum(), [ofK, ofV]) as Tensor[]).entries())
        expectWithin(t, sums[i]!, bounds.identity(many, k, v, g));
    },
  });

  law('a sink takes its share of every row, one of -Infinity none', {
    rows: 124,
    formula: "o with sink = o · exp(lse - lse'), sink -∞ = none",
    tolerance: ['E', 'C'],
    given: [stress],
    holds: (given) => {
      const { output, logSumExp } = run(given);
      const none = run(given, { sinks: full([1], -Infinity) });
      expectSameBits(none.output, output);
      const sunk = run(given, { sinks: full([1], 2) });
      const { output: bound, logSumExp: ofSum } = boundOf(given);
      const share = logSumExp.sub(sunk.logSumExp).exp().unsqueeze(-1);
      // The exponent has the errors of both sums, with the sink as one more term, and the roundings of 6 steps.
      const ofShare = bounds.conditioned((_, place) => {
        const row = Math.floor(place / given.v[0]!.length);
        return (2 * ofSum.at(row) + gamma(8) * (1 + Math.abs(logSumExp.data[row]!))) * Math.abs(output.data[place]!);
      });
      expectWithin(sunk.output, output.mul(share), bounds.twoPaths(bounds.twoPaths(bound), ofShare));
    },
  });

  law('gradients sum up: of scores to 0, of values to the number of queries', {
    rows: 130,
    formula: 'Σⱼ ∂sᵢⱼ = 0; do = 1: Σⱼ ∂vⱼ = Lq',
    tolerance: 'D',
    given: [stress],
    holds: (given) => {
      const [q, k, v] = [given.q, given.k, given.v].map((rows) => requiresGrad(headOf(rows, 'float64'))) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const bias = requiresGrad<Tensor>(full([given.q.length, given.k.length], 0, { dtype: 'float64' }));
      const { output } = flashAttention(q, k, v, { tiles: given.tiles, bias });
      const [ofScores] = grad(output.square().sum(), [bias], { retainGraph: true }) as [Tensor];
      expectWithin(ofScores.sum(-1), 0, bounds.identity(output, v, v, given.q.length));
      const [dv] = grad(output, [v], { gradOutputs: ones(output.shape, { dtype: 'float64' }) }) as [Tensor];
      expectWithin(dv.sum(2), given.q.length, bounds.identity(given.q.length));
    },
  });
});

describe('at the edge', () => {
  law('scores of 1e4, subnormal values, one key, one column, and no queries or keys give finite numbers', {
    rows: 133,
    formula: '|s| ≤ 10⁴, subnormal v, d = 1, Lk = 1, Lq = 0, Lk = 0: finite, and 0 where there is no key',
    tolerance: 'E',
    holds: () => {
      const huge = tensor([[[[100], [-100]]]]);
      expect(flashAttention(huge, huge, huge, { scale: 1 }).output.toArray()).toEqual([[[[100], [-100]]]]);
      const tiny = tensor([[[[1e-40], [3e-41]]]]);
      expect(flashAttention(tiny, tiny, tiny).output.isfinite().all().item()).toBe(1);
      const [none, x] = [randn(1, 1, 0, 2), randn(1, 1, 3, 2)];
      expect(flashAttention(none, x, x).output.shape).toEqual([1, 1, 0, 2]);
      expect(flashAttention(x, none, none).output.toArray()).toEqual([
        [
          [
            [0, 0],
            [0, 0],
            [0, 0],
          ],
        ],
      ]);
      const leaf = requiresGrad(x);
      expect((grad(flashAttention(leaf, none, none).output.sum(), [leaf]) as Tensor[])[0]!.abs().sum().item()).toBe(0);
    },
  });

  law('memory beside the results does not grow with the length', {
    rows: 134,
    formula: 'scratch(N = 2048) = scratch(N = 256)',
    tolerance: 'E',
    holds: () => {
      const beside = (length: number): number => {
        const x = randn(1, 8, length, 8);
        const spy = vi.spyOn(heap(), 'allocate');
        flashAttention(x, x, x);
        const taken = spy.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0);
        spy.mockRestore();
        return taken - 4 * (8 * length * 8 + 8 * length);
      };
      expect(beside(2048)).toBe(beside(256));
    },
  });
});
