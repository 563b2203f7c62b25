import { grad, requiresGrad } from '@tessera/autograd';
import { createBlockMask, type FlashAttentionOptions, flashAttention, type MaskMod } from '@tessera/flash-attention';
import { getNumThreads, setNumThreads } from '@tessera/kernels';
import { law } from '@tessera/laws';
import { arange, full, manualSeed, randn, type Tensor, where, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operands } from './operands.ts';

const float64 = { dtype: 'float64' } as const;

/** Sizes beside the edges of panels and tiles, and how keys are hidden. */
const drawn = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 2 }),
  keyHeads: fc.integer({ min: 1, max: 2 }),
  group: fc.integer({ min: 1, max: 2 }),
  queries: fc.integer({ min: 1, max: 40 }),
  keys: fc.integer({ min: 1, max: 40 }),
  d: fc.integer({ min: 1, max: 12 }),
  dv: fc.integer({ min: 1, max: 12 }),
  causal: fc.constantFrom(false as const, 'top-left' as const, 'bottom-right' as const),
  window: fc.constantFrom(null, 3, [5, null] as const, [null, 2] as const, [0, 0] as const),
  tiles: fc.constantFrom(null, [8, 5] as const, [16, 7] as const, [3, 1] as const, [64, 64] as const),
});

/** Whether query i sees key j, by the words of the options. */
function seen(queries: number, keys: number, { causal = false, window = null }: FlashAttentionOptions): Tensor {
  const own: Tensor = arange(queries)
    .unsqueeze(1)
    .add(causal === 'bottom-right' ? keys - queries : 0);
  const ahead: Tensor = arange(keys).sub(own);
  const [before, after] = typeof window === 'number' || window === null ? [window, window] : window;
  const upTo = causal === false ? (after ?? Infinity) : 0;
  return ahead.ge(-(before ?? Infinity)).logicalAnd(ahead.le(upTo));
}

/** The same by its definition: scores, hidden ones taken out, softmax, values. */
function plain([q, k, v]: readonly Tensor[], options: FlashAttentionOptions): Tensor {
  const [query, key, value] = [q as Tensor, k as Tensor, v as Tensor];
  const group = query.shape[1]! / key.shape[1]!;
  const all = (t: Tensor): Tensor => t.repeatInterleave(group, 1);
  const scores: Tensor = query.matmul(all(key).transpose(-2, -1)).div(Math.sqrt(query.shape[3]!));
  const visible = seen(query.shape[2]!, key.shape[2]!, options);
  const dead = visible.any(-1, { keepdim: true }).logicalNot();
  const weights = where(dead, 0, where(dead, 0, where(visible, scores, -Infinity)).softmax(-1));
  return weights.matmul(all(value));
}

describe('attention in tiles', () => {
  law('is attention, with any tiles, for every way to hide keys', {
    rows: [114, 121, 122, 125],
    formula: 'flash(q, k, v) = softmax(mask(q kᵀ)) v',
    tolerance: 'D',
    given: [drawn],
    holds: ({ causal, window, tiles, ...sizes }) => {
      const inputs = operands(sizes);
      const options = { causal, window, tiles, enableGqa: true };
      const { output, logSumExp } = flashAttention(...inputs, options);
      expectWithin(output, plain(inputs, options), bounds.identity(...inputs));
      const visible = seen(sizes.queries, sizes.keys, options).any(-1).expand(logSumExp.shape);
      expect(logSumExp.isinf().toArray()).toEqual(visible.logicalNot().toArray());
    },
  });

  law('has the gradients of attention', {
    rows: 130,
    formula: '∇flash = ∇(softmax(mask(q kᵀ)) v)',
    tolerance: 'D',
    given: [drawn],
    holds: ({ causal, window, tiles, ...sizes }) => {
      const inputs = operands(sizes).map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
      const options = { causal, window, tiles, enableGqa: true };
      const { output } = flashAttention(...inputs, options);
      const g = randn(output.shape, float64);
      const found = grad(output.mul(g).sum(), inputs) as Tensor[];
      const expected = grad(plain(inputs, options).mul(g).sum(), inputs) as Tensor[];
      for (const [i, gradient] of found.entries()) expectWithin(gradient, expected[i]!, bounds.identity(...inputs, g));
    },
  });

  law('takes both layouts, and any strides, to the same bits', {
    rows: 135,
    formula: 'flash(BLHD) = flash(BHLD)',
    tolerance: 'E',
    given: [drawn],
    holds: ({ causal, window, tiles, ...sizes }) => {
      const inputs = operands(sizes);
      const options = { causal, window, tiles, enableGqa: true };
      const { output } = flashAttention(...inputs, options);
      const turned = inputs.map((t) => t.transpose(1, 2).contiguous()) as [Tensor, Tensor, Tensor];
      const other = flashAttention(...turned, { ...options, layout: 'BLHD' });
      expectSameBits(other.output.transpose(1, 2).contiguous(), output);
    },
  });

  law('has the same bits on any number of threads, forward and backward', {
    rows: 115,
    formula: 'flash on n threads = flash on one, ∇ too',
    tolerance: 'E',
    holds: () => {
      const before = getNumThreads();
      const inputs = operands({ seed: 1, batch: 2, keyHeads: 2, group: 2, queries: 70, keys: 50, d: 16, dv: 8 });
      const run = (threads: number): Tensor[] => {
        setNumThreads(threads);
        const leaves = inputs.map((t) => requiresGrad(t.clone())) as [Tensor, Tensor, Tensor];
        const { output } = flashAttention(...leaves, { tiles: [16, 10], enableGqa: true });
        return [output.detach(), ...(grad(output.square().sum(), leaves) as Tensor[])];
      };
      const [one, three] = [run(1), run(3)];
      setNumThreads(before);
      for (const [i, t] of one.entries()) expectSameBits(three[i]!, t);
    },
  });

  test('takes heads of any width, in tiles as far as they fit a thread, and beyond', () => {
    manualSeed(0);
    for (const d of [700, 1400, 2800, 5600, 11_200, 22_400]) {
      const make = (length: number): Tensor => requiresGrad<Tensor>(randn([1, 1, length, d], float64).div(8));
      const [q, k, v] = [make(9), make(11), make(11)];
      const { output } = flashAttention(q, k, v);
      const expected = plain([q, k, v], {});
      expectWithin(output.detach(), expected.detach(), bounds.identity(q, k, v));
      const [found, gradients] = [output, expected].map((t) => grad(t.sum(), [q, k, v]) as Tensor[]) as [
        Tensor[],
        Tensor[],
      ];
      for (const [i, gradient] of found.entries()) expectWithin(gradient, gradients[i]!, bounds.identity(q, k, v));
    }
  });

  law('what a query does not see is nothing to it, were it NaN, in both passes', {
    rows: 120,
    formula: 'o(k, v hidden) = o(k, v = NaN)',
    tolerance: 'E',
    given: [drawn, fc.constantFrom(Number.NaN, Infinity)],
    holds: ({ causal, tiles, ...sizes }, stranger) => {
      const { queries, keys } = sizes;
      const options = { causal: causal === false ? ('top-left' as const) : causal, tiles, enableGqa: true };
      const [q, k, v] = operands(sizes);
      // Every key from one on is strange; queries that see none of them must not notice.
      const first = Math.floor(keys / 2);
      const strange = arange(keys).ge(first).unsqueeze(1);
      const clean = seen(queries, keys, options).logicalAnd(strange.squeeze(1)).any(-1).logicalNot();
      const kept = (t: Tensor): Tensor => where(clean.unsqueeze(1), t, 0);
      const run = (key: Tensor, value: Tensor): Tensor[] => {
        const leaf = requiresGrad(q.clone());
        const { output } = flashAttention(leaf, key, value, options);
        const [dq] = grad(kept(output).sum(), [leaf]);
        return [kept(output.detach()), kept(dq as Tensor)];
      };
      const found = run(where(strange, stranger, k), where(strange, stranger, v));
      for (const [i, t] of run(k, v).entries()) expectSameBits(found[i]!, t);
    },
  });

  const hidings = fc.constantFrom('bool', 'float', 'maskMod', 'blockMask', 'keyLengths', 'window');
  law('nor does what a mask of any kind hides reach outputs or gradients', {
    rows: [125, 126],
    formula: 'o, ∇ with k, v = NaN where masked: the same',
    tolerance: 'E',
    given: [drawn, hidings, fc.constantFrom(Number.NaN, Infinity)],
    holds: ({ tiles, ...sizes }, hiding, stranger) => {
      const { batch, keys, queries } = sizes;
      const [q, k, v] = operands(sizes);
      const seen = Math.floor(keys / 2);
      const hidden = arange(keys).ge(seen);
      const maskMod: MaskMod = (_batch, _head, _query, key) => key.lt(seen);
      const ways: Record<string, FlashAttentionOptions> = {
        bool: { attnMask: hidden.logicalNot() },
        float: { attnMask: zeros([keys], float64).maskedFill(hidden, -Infinity) },
        maskMod: { maskMod },
        blockMask: { blockMask: createBlockMask(maskMod, { queries, keys, blockSize: [4, 6] }) },
        keyLengths: { keyLengths: full([batch], seen, { dtype: 'int32' }) },
        window: { attnMask: hidden.logicalNot(), window: 7 },
      };
      const run = (key: Tensor, value: Tensor): Tensor[] => {
        const bias = requiresGrad<Tensor>(zeros([queries, keys], float64));
        const leaves = [q, key, value].map((t) => requiresGrad(t)) as [Tensor, Tensor, Tensor];
        const options = { ...ways[hiding], tiles, bias, softcap: 2, enableGqa: true };
        const { output } = flashAttention(...leaves, options);
        return [output.detach(), ...(grad(output.square().sum(), [...leaves, bias]) as Tensor[])];
      };
      const strange = hidden.unsqueeze(1);
      const found = run(where(strange, stranger, k), where(strange, stranger, v));
      for (const [i, t] of run(where(strange, 0, k), where(strange, 0, v)).entries()) expectSameBits(found[i]!, t);
    },
  });
});

describe('bad input is refused by name', () => {
  const x = zeros(1, 2, 3, 4);
  const run = (options: FlashAttentionOptions) => () => flashAttention(x, x, x, options);
  test.each<readonly [string, () => unknown, string]>([
    ['three dimensions', () => flashAttention(zeros(2, 3, 4), x, x), 'flashAttention: query must be [B, H, L, d]'],
    [
      'another width',
      () => flashAttention(x, zeros(1, 2, 3, 5), x),
      'flashAttention: key and value must be [1, Hkv, Lk, 4]',
    ],
    [
      'other heads',
      () => flashAttention(x, zeros(1, 1, 3, 4), zeros(1, 1, 3, 4)),
      'flashAttention: there must be a head of keys',
    ],
    ['another dtype', () => flashAttention(x, x.to('float64'), x), 'flashAttention: '],
    ['an unknown option', run({ isCausal: true } as never), "flashAttention: there is no option 'isCausal'"],
    ['causal without a side', run({ causal: true as never }), 'flashAttention: causal must be'],
    ['half a window', run({ window: 1.5 }), 'flashAttention: window must be a whole number'],
    [
      'three windows',
      run({ window: [1, 2, 3] as never }),
      'flashAttention: window must be a number, or [before, after]',
    ],
    ['an unknown layout', run({ layout: 'LBHD' as never }), 'flashAttention: layout must be'],
    ['no tile', run({ tiles: [8, 0] }), 'flashAttention: tiles must be a whole number in [1, 1024]'],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});
