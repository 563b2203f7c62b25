import { grad, requiresGrad } from '@tessera/autograd';
import { type FlashAttentionOptions, flashAttention } from '@tessera/flash-attention';
import { heap } from '@tessera/kernels';
import { arange, cat, full, ones, randn, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { attentionOf, headOf, type Stress, stress } from './stress.ts';

const tilesOf = ({ k, tiles }: Stress): number => Math.ceil(k.length / tiles[1]);
const scaleOf = ({ q }: Stress): number => 1 / Math.sqrt(q[0]!.length);
const run = (given: Stress, options: FlashAttentionOptions = {}): { output: Tensor; logSumExp: Tensor } =>
  flashAttention(headOf(given.q), headOf(given.k), headOf(given.v), { tiles: given.tiles, ...options });
/** Bflash of the two paths, or of one against float64. */
const boundOf = (given: Stress, seen?: (i: number, j: number) => boolean) =>
  bounds.attention(given.q, given.k, given.v, {
    scale: scaleOf(given),
    tiles: tilesOf(given),
    ...(seen && { seen }),
  });
const law = (name: string, check: (given: Stress) => void): void => {
  test(name, () => fc.assert(fc.property(stress, check)));
};
const permuted = <T>(rows: readonly T[]): T[] => rows.map((_, i) => rows[(i * 7 + 3) % rows.length] as T);

describe('attention in tiles, in float32, on keys of rising norm', () => {
  law('is attention in float64, for any tiles', (given) => {
    const { output, logSumExp } = run(given);
    const expected = attentionOf(given, scaleOf(given));
    const bound = boundOf(given);
    expectWithin(output, expected.output, bound.output);
    expectWithin(logSumExp, expected.logSumExp, bound.logSumExp);
  });

  law('sees the keys up to its own, from the first or from the last', (given) => {
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
  });

  law('lies between the least and the greatest value', (given) => {
    const { output } = run(given);
    const { output: slack } = boundOf(given);
    const width = given.v[0]!.length;
    for (const [place, value] of output.data.entries()) {
      const column = given.v.map((row) => row[place % width] as number);
      expect(value).toBeGreaterThanOrEqual(Math.min(...column) - slack[place]!);
      expect(value).toBeLessThanOrEqual(Math.max(...column) + slack[place]!);
    }
  });

  law('treats columns of values each by itself', (given) => {
    const twice = { ...given, v: given.v.map((row) => [...row, ...row.map((x) => 2 * x)]) };
    const { output } = run(given);
    expectSameBits(run(twice).output, cat([output, output.mul(2)], -1));
  });

  law('permuted queries give permuted outputs, and the order of keys does not matter', (given) => {
    const { output } = run(given);
    const other = run({ ...given, q: permuted(given.q) }).output;
    const places = tensor(permuted(arange(given.q.length).toArray() as number[]), { dtype: 'int32' });
    expectSameBits(other, output.indexSelect(2, places));
    const turned = given.k.length % 7 === 0 ? given : { ...given, k: permuted(given.k), v: permuted(given.v) };
    const { output: bound } = boundOf(given);
    expectWithin(run(turned).output, output, bounds.twoPaths(bound, bound));
  });

  law('a power of two may be in the queries or in the scale, bit for bit', (given) => {
    const scale = scaleOf(given);
    const q = given.q.map((row) => row.map((x) => 8 * x));
    expectSameBits(run({ ...given, q }, { scale: scale / 8 }).output, run(given, { scale }).output);
  });

  law('what comes after its keys changes not a bit of a causal query, were it NaN', (given) => {
    const later = (rows: readonly (readonly number[])[]): number[][] =>
      rows.map((row, j) => row.map((x) => (j >= 2 ? Number.NaN : x)));
    const changed = { ...given, k: later(given.k), v: later(given.v) };
    const causal = { causal: 'top-left' } as const;
    const first = (t: Tensor): Tensor => t.narrow(2, 0, Math.min(2, given.q.length)).contiguous();
    expectSameBits(first(run(changed, causal).output), first(run(given, causal).output));
  });

  law('windows without bounds are none, and one of one key gives its value', (given) => {
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
  });

  law('a shared head of keys is the head repeated, and its gradients are the sums', (given) => {
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
      expectWithin(t, sums[i]!, bounds.identity(1e4));
  });

  law('a sink takes its share of every row, one of -Infinity none', (given) => {
    const { output, logSumExp } = run(given);
    const none = run(given, { sinks: full([1], -Infinity) });
    expectSameBits(none.output, output);
    const sunk = run(given, { sinks: full([1], 2) });
    const share = (): Tensor => logSumExp.sub(sunk.logSumExp).exp().unsqueeze(-1);
    const { output: bound, logSumExp: ofSum } = boundOf(given);
    const slack = (_: number, place: number): number => {
      const row = Math.floor(place / given.v[0]!.length);
      return 2 * bound[place]! + 8 * ofSum[row]! * Math.abs(output.data[place]!);
    };
    expectWithin(sunk.output, output.mul(share()), slack);
  });

  law('gradients sum up: of scores to 0, of values to the number of queries', (given) => {
    const [q, k, v] = [given.q, given.k, given.v].map((rows) => requiresGrad(headOf(rows, 'float64'))) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const bias = requiresGrad<Tensor>(full([given.q.length, given.k.length], 0, { dtype: 'float64' }));
    const { output } = flashAttention(q, k, v, { tiles: given.tiles, bias });
    const [ofScores] = grad(output.square().sum(), [bias], { retainGraph: true }) as [Tensor];
    expectWithin(ofScores.sum(-1), 0, bounds.identity(1e5));
    const [dv] = grad(output, [v], { gradOutputs: ones(output.shape, { dtype: 'float64' }) }) as [Tensor];
    expectWithin(dv.sum(2), given.q.length, bounds.identity(1e3));
  });
});

describe('at the edge', () => {
  test('scores of 1e4, subnormal values, one key, one column, and no queries or keys give finite numbers', () => {
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
  });

  test('memory beside the results does not grow with the length', () => {
    const beside = (length: number): number => {
      const x = randn(1, 8, length, 8);
      const spy = vi.spyOn(heap(), 'allocate');
      flashAttention(x, x, x);
      const taken = spy.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0);
      spy.mockRestore();
      return taken - 4 * (8 * length * 8 + 8 * length);
    };
    expect(beside(2048)).toBe(beside(256));
  });
});
