import { grad, requiresGrad } from '@tessera/autograd';
import {
  alibiSlopes,
  attentionScores,
  attentionWeights,
  createBlockMask,
  flashAttention,
  flashAttentionArrays,
  flashAttentionBackwardArrays,
  flashAttentionVarlen,
  lookup,
} from '@tessera/flash-attention';
import { arange, Generator, manualSeed, ones, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';

const float64 = { dtype: 'float64' } as const;

describe('bare arrays', () => {
  test.each([Float32Array, Float64Array])('%o give what tensors give, in both passes', (Kind) => {
    manualSeed(1);
    const dtype = Kind === Float32Array ? 'float32' : 'float64';
    const sizes = { batch: 2, heads: 4, keyHeads: 2, queries: 5, keys: 7, dim: 3, valueDim: 2 };
    const [q, k, v] = [
      [2, 4, 5, 3],
      [2, 2, 7, 3],
      [2, 2, 7, 2],
    ].map((shape) => requiresGrad(randn(shape, { dtype }))) as [Tensor, Tensor, Tensor];
    const expected = flashAttention(q, k, v, { causal: 'bottom-right', enableGqa: true });
    const g = randn(expected.output.shape, { dtype });
    const gradients = grad(expected.output.mul(g).sum(), [q, k, v]) as Tensor[];
    const bare = (t: Tensor): Float32Array => t.detach().data as Float32Array;
    const blank = (t: Tensor): Float32Array => new Kind(t.count) as Float32Array;
    const [output, logSumExp] = [blank(expected.output), blank(expected.logSumExp)];
    const options = { ...sizes, causal: 'bottom-right' } as const;
    flashAttentionArrays(bare(q), bare(k), bare(v), output, { ...options, logSumExp });
    expect(output).toEqual(bare(expected.output));
    expect(logSumExp).toEqual(bare(expected.logSumExp));
    const [dQuery, dKey, dValue] = [q, k, v].map(blank) as [Float32Array, Float32Array, Float32Array];
    const given = { query: bare(q), key: bare(k), value: bare(v), output, logSumExp, dOutput: bare(g) };
    flashAttentionBackwardArrays(given, { dQuery, dKey, dValue }, options);
    for (const [i, found] of [dQuery, dKey, dValue].entries()) expect(found).toEqual(bare(gradients[i]!));
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

describe('the whole matrix', () => {
  test('of weights has rows that sum to 1, or to 0 where no key is seen, and gives the output', () => {
    const [q, k, v] = [randn([1, 2, 6, 4], float64), randn([1, 2, 4, 4], float64), randn([1, 2, 4, 3], float64)];
    const options = { causal: 'bottom-right', softcap: 2 } as const;
    const weights = attentionWeights(q, k, options);
    expectWithin(weights.sum(-1).select(1, 0).select(0, 0), tensor([0, 0, 1, 1, 1, 1], float64), bounds.identity());
    expectWithin(weights.matmul(v), flashAttention(q, k, v, options).output, bounds.identity(q, k, v));
    expectSameBits(attentionScores(q, k, { ...options, causal: false }).isneginf(), zeros([1, 2, 6, 4]).ne(0));
  });
});

describe('expressions', () => {
  const [q, k, v] = [randn(1, 2, 6, 4), randn(1, 2, 9, 4), randn(1, 2, 9, 3)];

  test('that change nothing give the bits of attention', () => {
    const { output } = flashAttention(q, k, v);
    expectSameBits(flashAttention(q, k, v, { scoreMod: (score) => score }).output, output);
    expectSameBits(flashAttention(q, k, v, { bias: zeros(6, 9) }).output, output);
    expectSameBits(flashAttention(q, k, v, { attnMask: ones(9, { dtype: 'bool' }) }).output, output);
    expectSameBits(flashAttention(q, k, v, { maskMod: (_b, _h, query) => query.ge(0) }).output, output);
    expectSameBits(flashAttention(q, k, v, { alibiSlopes: zeros(2) }).output, output);
  });

  test('hide as masks do, blocks of them too, bit for bit', () => {
    const mask: Tensor = arange(6).unsqueeze(1).sub(arange(9)).abs().le(2);
    const byMask = flashAttention(q, k, v, { attnMask: mask, tiles: [4, 3] }).output;
    const maskMod = (...[, , query, key]: Parameters<Parameters<typeof createBlockMask>[0]>) =>
      query.sub(key).abs().le(2);
    expectSameBits(flashAttention(q, k, v, { maskMod, tiles: [4, 3] }).output, byMask);
    const blockMask = createBlockMask(maskMod, { queries: 6, keys: 9, blockSize: [4, 3] });
    expect(blockMask.states.toArray()).toEqual([
      [
        [
          [1, 1, 0],
          [1, 2, 1],
        ],
      ],
    ]);
    expectSameBits(flashAttention(q, k, v, { blockMask, tiles: [4, 3] }).output, byMask);
  });

  test('look up inside their tensors, or are refused before anything runs', () => {
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

  test('mask documents by their numbers', () => {
    const ids = tensor([0, 0, 1, 1, 1, 2], { dtype: 'int32' });
    const x = randn([1, 1, 6, 4], float64);
    const found = flashAttention(x, x, x, { maskMod: (_b, _h, query, key) => lookup(ids, query).eq(lookup(ids, key)) });
    const packed = x.squeeze(0).transpose(0, 1);
    const lengths = tensor([0, 2, 5, 6], { dtype: 'int32' });
    const { output } = flashAttentionVarlen(packed, packed, packed, lengths, lengths);
    expectWithin(found.output.squeeze(0).transpose(0, 1), output, bounds.identity(x, x, x));
  });
});

describe('dropout', () => {
  const [q, k, v] = [randn([1, 2, 40, 8], float64), randn([1, 2, 50, 8], float64), randn([1, 2, 50, 8], float64)];
  const run = (options: Parameters<typeof flashAttention>[3]): Tensor =>
    flashAttention(q, k, v, { dropoutP: 0.3, generator: new Generator(3), ...options }).output;

  test('drops the same for any tiles, and nothing at 0, and everything at 1', () => {
    const other = run({ tiles: [8, 7] });
    expectWithin(run({ tiles: [16, 20] }), other, bounds.identity(q, k, v));
    expectSameBits(run({ dropoutP: 0 }), flashAttention(q, k, v).output);
    expect(run({ dropoutP: 1 }).abs().sum().item()).toBe(0);
  });

  test('takes its numbers from the generator, and goes on from there', () => {
    const generator = new Generator(3);
    const [first, second] = [run({ generator }), run({ generator })];
    expectSameBits(first, run({}));
    expect(second.sub(first).abs().sum().item()).toBeGreaterThan(0);
    expect(generator.offset).toBe(2 * Math.ceil((2 * 40 * 50) / 4));
  });

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

test('slopes of ALiBi halve from head to head where there are eight', () => {
  expect(alibiSlopes(8).toArray()).toEqual([0.5, 0.25, 0.125, 2 ** -4, 2 ** -5, 2 ** -6, 2 ** -7, 2 ** -8]);
  expect(() => alibiSlopes(0)).toThrow('alibiSlopes: heads must be');
});
