import { grad, requiresGrad } from '@tessera/autograd';
import {
  alibiSlopes,
  attentionScores,
  attentionWeights,
  createBlockMask,
  type FlashAttentionOptions,
  flashAttention,
  flashAttentionArrays,
  flashAttentionBackwardArrays,
  flashAttentionVarlen,
  lookup,
  type MaskMod,
} from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { fromArray, manualSeed, ones, randn, type Tensor, tensor, where, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operands, sizesUpTo } from './operands.ts';

const float64 = { dtype: 'float64' } as const;

const sizes = fc.record(sizesUpTo(20, 5));
const causal = fc.constantFrom(false as const, 'top-left' as const, 'bottom-right' as const);

describe('bare arrays', () => {
  law('give what tensors give, in both passes', {
    rows: 114,
    formula: 'arrays(q, k, v) = flash(q, k, v), ∇ too',
    tolerance: 'E',
    given: [sizes, fc.constantFrom('float32' as const, 'float64' as const), causal, fc.boolean()],
    holds: ({ d, dv, keyHeads, group, ...drawn }, dtype, side, isFull) => {
      const Kind = dtype === 'float32' ? Float32Array : Float64Array;
      const [q, k, v] = operands({ d, dv, keyHeads, group, ...drawn }).map((t) => requiresGrad(t.to(dtype))) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const { seed: _, ...lengths } = drawn;
      const heads = keyHeads * group;
      // As many heads of keys as of queries, and values as wide as keys, are the defaults.
      const options = {
        ...{ ...lengths, heads, dim: d, causal: side },
        ...((isFull || group > 1) && { keyHeads }),
        ...((isFull || d !== dv) && { valueDim: dv }),
      };
      const expected = flashAttention(q, k, v, { causal: side, enableGqa: true });
      const g = randn(expected.output.shape, { dtype });
      const gradients = grad(expected.output, [q, k, v], { gradOutputs: g, retainGraph: true }) as Tensor[];
      const bare = (t: Tensor): Float32Array => t.detach().contiguous().data as Float32Array;
      const blank = (t: Tensor): Float32Array => new Kind(t.count).fill(7) as Float32Array;
      const [output, logSumExp] = [blank(expected.output), blank(expected.logSumExp)];
      flashAttentionArrays(bare(q), bare(k), bare(v), output, { ...options, ...(isFull && { logSumExp }) });
      expect(output).toEqual(bare(expected.output));
      expect(logSumExp).toEqual(isFull ? bare(expected.logSumExp) : blank(expected.logSumExp));
      const [dQuery, dKey, dValue] = [q, k, v].map(blank) as [Float32Array, Float32Array, Float32Array];
      const sums = bare(expected.logSumExp);
      const given = { query: bare(q), key: bare(k), value: bare(v), output, logSumExp: sums, dOutput: bare(g) };
      flashAttentionBackwardArrays(given, { dQuery, dKey, dValue }, options);
      for (const [i, found] of [dQuery, dKey, dValue].entries()) expect(found).toEqual(bare(gradients[i]!));
    },
  });

  test('of other lengths and kinds are refused before anything is written', () => {
    const sizes = { batch: 1, heads: 1, queries: 2, keys: 2, dim: 2 };
    const [four, five] = [new Float32Array(4), new Float32Array(5)];
    const run =
      (out: unknown, options: object = sizes) =>
      () =>
        flashAttentionArrays(four, four, four, out as Float32Array, options as typeof sizes);
    expect(run(five)).toThrow('flashAttentionArrays: output must have 4 elements');
    expect(run(new Float64Array(4))).toThrow('flashAttentionArrays: output must be a Float32Array');
    expect(run([1, 2, 3, 4])).toThrow('flashAttentionArrays: output must be a Float32Array');
    expect(run(four, { ...sizes, batch: -1 })).toThrow('flashAttentionArrays: batch must be');
    expect(run(four, { ...sizes, isCausal: true })).toThrow("there is no option 'isCausal'");
  });
});

law('the whole matrix of weights has rows that sum to 1, or to 0 where no key is seen, and gives the output', {
  rows: [114, 115],
  formula: 'Σⱼ wᵢⱼ = 1 or 0; w v = flash(q, k, v); scores = softcap(s q kᵀ), -∞ where hidden',
  tolerance: 'D',
  given: [sizes, causal, fc.constantFrom(undefined, 2)],
  holds: (drawn, side, softcap) => {
    const [q, k, v] = operands(drawn);
    const options = { causal: side, enableGqa: true, ...(softcap !== undefined && { softcap }) };
    const weights = attentionWeights(q, k, options);
    const { output, logSumExp } = flashAttention(q, k, v, options);
    const dead = logSumExp.isneginf();
    expectWithin(weights.sum(-1), dead.logicalNot().to('float64'), bounds.identity());
    const all = (t: Tensor): Tensor => t.repeatInterleave(drawn.group, 1);
    expectWithin(weights.matmul(all(v)), output, bounds.identity(q, k, v));
    const scores = attentionScores(q, k, options);
    const products: Tensor = q.matmul(all(k).transpose(-2, -1)).div(Math.sqrt(drawn.d));
    const plain = softcap === undefined ? products : products.div(softcap).tanh().mul(softcap);
    const hidden = scores.isneginf();
    expectWithin(where(hidden, 0, scores), where(hidden, 0, plain), bounds.identity(q, k));
    expect(hidden.all(-1).toArray()).toEqual(dead.toArray());
    if (side === false) expect(hidden.any().item()).toBe(0);
  },
});

describe('expressions', () => {
  law('that change nothing give attention', {
    rows: [124, 125],
    formula: 'scoreMod = id, bias = 0, mask = true, slopes = 0: flash(q, k, v)',
    tolerance: 'D',
    given: [sizes, causal],
    holds: (drawn, side) => {
      const { queries, keys } = drawn;
      const [q, k, v] = operands(drawn);
      const run = (options: FlashAttentionOptions): Tensor =>
        flashAttention(q, k, v, { causal: side, enableGqa: true, ...options }).output;
      const output = run({});
      const near = (found: Tensor): void => expectWithin(found, output, bounds.identity(q, k, v));
      near(run({ scoreMod: (score) => score }));
      near(run({ bias: zeros([queries, keys], float64) }));
      near(run({ attnMask: ones(keys, { dtype: 'bool' }) }));
      near(run({ maskMod: (_b, _h, query) => query.ge(0) }));
      near(run({ alibiSlopes: zeros([q.shape[1]!], float64) }));
      const blockMask = createBlockMask((_b, _h, query) => query.ge(0), { queries, keys });
      near(run({ blockMask }));
      expect(blockMask.sparsity()).toBe(0);
    },
  });

  law('hide as masks do, blocks of them too, and blocks know what they hide', {
    rows: [125, 126],
    formula: 'maskMod = mask; state of a block: 0 if it sees nothing, 2 if all, else 1',
    tolerance: 'D',
    given: [
      sizes,
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom([4, 3] as const, [1, 1] as const, [8, 2] as const, [5, 5] as const),
      fc.boolean(),
    ],
    holds: (drawn, width, slope, blockSize, perHead) => {
      const { queries, keys, batch, keyHeads, group } = drawn;
      const [q, k, v] = operands(drawn);
      const heads = keyHeads * group;
      const maskMod: MaskMod = (_batch, head, query, key) =>
        query
          .sub(key)
          .add(perHead ? head.mul(slope) : slope)
          .abs()
          .le(width);
      const sees = (head: number, i: number, j: number): boolean =>
        i < queries && j < keys && Math.abs(i - j + (perHead ? head * slope : slope)) <= width;
      const mask = fromArray(
        Array.from({ length: heads * queries * keys }, (_, place) =>
          Number(sees(Math.floor(place / keys / queries), Math.floor(place / keys) % queries, place % keys)),
        ),
        [heads, queries, keys],
        { dtype: 'bool' },
      );
      const options = { tiles: [4, 3], enableGqa: true } as const;
      const byMask = flashAttention(q, k, v, { ...options, attnMask: mask }).output;
      expectWithin(flashAttention(q, k, v, { ...options, maskMod }).output, byMask, bounds.identity(q, k, v));
      const of = { queries, keys, blockSize, ...(perHead && { heads, batch }) };
      const blockMask = createBlockMask(maskMod, of);
      expectWithin(flashAttention(q, k, v, { ...options, blockMask }).output, byMask, bounds.identity(q, k, v));
      const [rows, columns] = blockSize;
      const range = (first: number, size: number, end: number): number[] =>
        Array.from({ length: Math.min(size, end - first) }, (_, i) => first + i);
      const stateOf = (head: number, row: number, column: number): number => {
        const seen = range(row * rows, rows, queries).flatMap((i) =>
          range(column * columns, columns, keys).map((j) => sees(head, i, j)),
        );
        return seen.every(Boolean) ? 2 : Number(seen.some(Boolean));
      };
      const [b, h, down, across] = blockMask.states.shape as [number, number, number, number];
      expect([b, h]).toEqual(perHead ? [batch, heads] : [1, 1]);
      expect([down, across]).toEqual([Math.ceil(queries / rows), Math.ceil(keys / columns)]);
      const expected = Array.from({ length: b * h * down * across }, (_, place) =>
        stateOf(Math.floor(place / across / down) % h, Math.floor(place / across) % down, place % across),
      );
      expect([...blockMask.states.data]).toEqual(expected);
      expect(blockMask.sparsity()).toBe(expected.filter((state) => state === 0).length / expected.length);
    },
  });

  test('look up inside their tensors, or are refused before anything runs', () => {
    const [q, k, v] = [randn(1, 2, 6, 4), randn(1, 2, 9, 4), randn(1, 2, 9, 3)];
    const table = randn(5);
    const run = (options: Parameters<typeof flashAttention>[3]) => () => flashAttention(q, k, v, options);
    expect(run({ scoreMod: (score, _b, _h, _q, key) => score.add(lookup(table, key)) })).toThrow(
      'indices of a lookup must lie in [0, 5) in dimension 0; got 0 to 8; try clamp(0, 4)',
    );
    expect(run({ scoreMod: (score, _b, _h, query) => score.add(lookup(table, query.div(2))) })).toThrow(
      'indices of a lookup must be whole numbers',
    );
    const ids = tensor([0, 1, 2, 3, 4, 9], { dtype: 'int32' });
    expect(run({ scoreMod: (score, _b, _h, query) => score.add(lookup(table, lookup(ids, query))) })).toThrow(
      'got 0 to 9',
    );
    expect(
      run({ scoreMod: (score, _b, _h, query) => score.add(lookup(table, lookup(ids, query).clamp(0, 4))) }),
    ).not.toThrow();
    expect(() => lookup(table)).toThrow('lookup: there must be an index for each dimension; got 0 for 1');
    expect(run({ scoreMod: () => 3 as never })).toThrow('flashAttention: scoreMod must give an expression; got 3');
    expect(run({ scoreMod: (score) => score.add(table as never) })).toThrow('try lookup(tensor, head, query)');
    const nine = Array.from({ length: 9 }, () => randn(2));
    expect(run({ scoreMod: (score, _b, head) => nine.reduce((sum, t) => sum.add(lookup(t, head)), score) })).toThrow(
      'at most 8 tensors; got 9',
    );
    expect(run({ scoreMod: (score, _b, head) => score.add(lookup(randn([2], { dtype: 'float64' }), head)) })).toThrow(
      'tensors of lookups must be float32',
    );
    expect(run({ maskMod: (_b, _h, _q, key) => lookup(tensor([2 ** 25], { dtype: 'int32' }), 0).lt(key) })).toThrow(
      'within 2^24',
    );
  });

  law('mask documents by their numbers', {
    rows: [125, 129],
    formula: 'mask(id(i) = id(j)) = flash of each document by itself',
    tolerance: 'D',
    given: [fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }), fc.nat()],
    holds: (lengths, seed) => {
      manualSeed(seed);
      const ids = tensor(
        lengths.flatMap((length, i) => Array<number>(length).fill(i)),
        { dtype: 'int32' },
      );
      const x = randn([1, 2, ids.count, 4], float64);
      const maskMod: MaskMod = (_b, _h, query, key) => lookup(ids, query).eq(lookup(ids, key));
      const found = flashAttention(x, x, x, { maskMod });
      const packed = x.squeeze(0).transpose(0, 1);
      const ends = tensor([0, ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, n) => sum + n, 0))], {
        dtype: 'int32',
      });
      const { output } = flashAttentionVarlen(packed, packed, packed, ends, ends);
      expectWithin(found.output.squeeze(0).transpose(0, 1), output, bounds.identity(x, x, x));
    },
  });
});

law('slopes of ALiBi fall by one factor from head to head, to 2⁻⁸', {
  rows: 124,
  formula: 'm_h = 2^(-8 h / H), h = 1 ... H',
  tolerance: 'E',
  given: [fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 'float64' as const)],
  holds: (heads, dtype) => {
    const slopes = alibiSlopes(heads, dtype && { dtype });
    const expected = Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads));
    expectSameBits(slopes, tensor(expected, { dtype: dtype ?? 'float32' }));
  },
});

test('slopes need a head', () => {
  expect(() => alibiSlopes(0)).toThrow('alibiSlopes: heads must be');
});
