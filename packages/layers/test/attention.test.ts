import { gradcheck, gradgradcheck, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { type AttentionOptions, scaledDotProductAttention } from '@tessera/layers';
import { cat, manualSeed, ones, rand, randn, repeatInterleave, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const float64 = { dtype: 'float64' } as const;
const NAME = 'scaledDotProductAttention';

const drawn = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 2 }),
  heads: fc.integer({ min: 1, max: 2 }),
  groups: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 6 }),
  keys: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 4 }),
  valueWidth: fc.integer({ min: 1, max: 4 }),
  mask: fc.constantFrom('none', 'causal', 'bool', 'float'),
  scale: fc.constantFrom(null, 1, 0.25),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function operandsOf({ seed, batch, heads, groups, length, keys, width, valueWidth, mask, scale }: Drawn) {
  manualSeed(seed);
  const query = randn([batch, heads * groups, length, width], float64);
  const key = randn([batch, heads, keys, width], float64);
  const value = randn([batch, heads, keys, valueWidth], float64);
  const attnMask =
    mask === 'bool'
      ? rand([batch, 1, length, keys]).gt(0.4)
      : mask === 'float'
        ? randn([heads * groups, 1, keys], float64)
        : null;
  const options: AttentionOptions = { attnMask, isCausal: mask === 'causal', scale, enableGqa: groups > 1 };
  return { query, key, value, options };
}

/** Loops over queries and keys. */
function loops(query: Tensor, key: Tensor, value: Tensor, { attnMask, isCausal, scale }: AttentionOptions): number[] {
  const [batch, heads, length, width] = query.shape as [number, number, number, number];
  const [keyHeads, keys] = key.shape.slice(1) as [number, number];
  const [q, k, v] = [query, key, value].map((t) => t.toArray() as number[][][][]) as [
    number[][][][],
    number[][][][],
    number[][][][],
  ];
  const mask = attnMask?.expand([batch, heads, length, keys]).toArray() as number[][][][] | undefined;
  const out: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < length; i++) {
        const shared = Math.floor(h / (heads / keyHeads));
        const scores = k[b]![shared]!.map((row, j) => {
          const product = row.reduce((sum, x, d) => sum + x * q[b]![h]![i]![d]!, 0) * (scale ?? 1 / Math.sqrt(width));
          const given = mask?.[b]?.[h]?.[i]?.[j] as number | boolean | undefined;
          if (given === false || (isCausal && j > i)) return -Infinity;
          return product + (typeof given === 'number' ? given : 0);
        });
        const weights = scores.map((score) => Math.exp(score));
        const total = weights.reduce((a, w) => a + w, 0);
        for (let e = 0; e < value.shape[3]!; e++) {
          const sum = weights.reduce((a, w, j) => a + w * v[b]![shared]![j]![e]!, 0);
          out.push(total === 0 ? 0 : sum / total);
        }
      }
  return out;
}

describe('attention by law', () => {
  law('is what loops give, with masks and groups', {
    rows: [109, 123],
    formula: 'o = softmax(q kᵀ / √d + mask) v',
    tolerance: 'D',
    given: [drawn],
    holds: (example) => {
      const { query, key, value, options } = operandsOf(example);
      const y = scaledDotProductAttention(query, key, value, options);
      const { batch, heads, groups, length, valueWidth } = example;
      expect(y.shape).toEqual([batch, heads * groups, length, valueWidth]);
      expectWithin(y, loops(query, key, value, options), bounds.identity(query, key, value));
    },
  });

  test('permuting queries permutes results; permuting keys with their values does nothing', () => {
    const [q, k, v] = [randn([2, 5, 3], float64), randn([2, 4, 3], float64), randn([2, 4, 3], float64)];
    const y = scaledDotProductAttention(q, k, v);
    expectWithin(scaledDotProductAttention(q.flip(1), k, v), y.flip(1), bounds.identity());
    expectWithin(scaledDotProductAttention(q, k.flip(1), v.flip(1)), y, bounds.identity());
  });

  test('results lie between the least and the greatest value', () => {
    const [q, k, v] = [randn(2, 5, 3), randn(2, 7, 3), randn(2, 7, 4)];
    const y = scaledDotProductAttention(q.mul(20), k, v);
    const slack = bounds.terms(2 * 7, v.abs().amax().item());
    const each = (t: Tensor): Tensor => t.expand([...y.shape]);
    expectAtMost(each(v.amin(1, { keepdim: true })), y, slack);
    expectAtMost(y, each(v.amax(1, { keepdim: true })), slack);
  });

  test('a causal result does not know the future, bit for bit', () => {
    const [q, k, v] = [randn(2, 6, 4), randn(2, 6, 4), randn(2, 6, 4)];
    const y = scaledDotProductAttention(q, k, v, { isCausal: true });
    const other = (t: Tensor): Tensor => cat([t.slice(1, 0, 3), randn(2, 3, 4).mul(9)], 1);
    const changed = scaledDotProductAttention(other(q), other(k), other(v), { isCausal: true });
    expectSameBits(changed.slice(1, 0, 3), y.slice(1, 0, 3));
  });

  test('causal is the lower triangle as a mask, from the top left', () => {
    const [q, k, v] = [randn(3, 5, 2), randn(3, 7, 2), randn(3, 7, 2)];
    const attnMask = ones([5, 7], { dtype: 'bool' }).tril();
    expectSameBits(
      scaledDotProductAttention(q, k, v, { isCausal: true }),
      scaledDotProductAttention(q, k, v, { attnMask }),
    );
  });

  test('groups are repeated key heads', () => {
    const [q, k, v] = [randn([2, 6, 5, 3], float64), randn([2, 2, 4, 3], float64), randn([2, 2, 4, 3], float64)];
    const repeated = [k, v].map((t) => repeatInterleave(t, 3, 1)) as [Tensor, Tensor];
    const y = scaledDotProductAttention(q, k, v, { enableGqa: true });
    expectWithin(y, scaledDotProductAttention(q, ...repeated), bounds.identity());
  });

  test('without groups, batches broadcast; two dimensions are enough', () => {
    const [q, k, v] = [randn([3, 1, 5, 2], float64), randn([4, 6, 2], float64), randn([3, 1, 6, 2], float64)];
    const y = scaledDotProductAttention(q, k, v);
    expect(y.shape).toEqual([3, 4, 5, 2]);
    const alone = scaledDotProductAttention(q.select(0, 1).select(0, 0), k.select(0, 2), v.select(0, 1).select(0, 0));
    expectWithin(y.select(0, 1).select(0, 2), alone, bounds.identity());
  });
});

describe('a query without keys', () => {
  const mask = tensor([
    [true, false],
    [false, false],
  ]);
  const added = tensor(
    [
      [0, -Infinity],
      [-Infinity, -Infinity],
    ],
    float64,
  );

  test.each([
    ['bool', mask],
    ['float', added],
  ])('gives zeros and no gradient: %s', (_kind, attnMask) => {
    const operands: Tensor[] = [0, 1, 2].map(() => requiresGrad(randn([2, 3], float64)));
    const y = scaledDotProductAttention(operands[0]!, operands[1]!, operands[2]!, { attnMask });
    expect(y.select(0, 1).toArray()).toEqual([0, 0, 0]);
    expectSameBits(y.select(0, 0).detach(), operands[2]!.select(0, 0).detach());
    y.sum().backward();
    const [q, k, v] = operands.map(({ grad }) => grad!);
    expect(q!.abs().sum().item() + k!.abs().sum().item()).toBe(0);
    expect(v!.toArray()).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });

  test('is the same where there are no keys at all', () => {
    const options = { attnMask: zeros([3, 0], { dtype: 'bool' }) };
    expect(scaledDotProductAttention(ones(3, 2), ones(0, 2), ones(0, 2), options).toArray()).toEqual(
      zeros(3, 2).toArray(),
    );
  });
});

describe('gradients', () => {
  test.each<readonly [string, AttentionOptions]>([
    ['plain', {}],
    ['causal', { isCausal: true }],
    [
      'masked',
      {
        attnMask: tensor([
          [true, true, false],
          [false, false, false],
          [true, false, true],
        ]),
      },
    ],
    ['in groups', { enableGqa: true, scale: 2 }],
  ])('%s', (_what, options) => {
    const operands = [randn([4, 3, 2], float64), randn([options.enableGqa ? 2 : 4, 3, 2], float64)];
    const f = (q: Tensor, k: Tensor, v: Tensor): Tensor => scaledDotProductAttention(q, k, v, options);
    expect(gradcheck(f as never, [...operands, operands[1]!.neg()])).toBe(true);
    expect(gradgradcheck(f as never, [...operands, operands[1]!.neg()])).toBe(true);
  });

  test('of a float mask', () => {
    const operands = [randn([2, 3, 2], float64), randn([2, 4, 2], float64), randn([2, 4, 2], float64)];
    const f = (q: Tensor, k: Tensor, v: Tensor, attnMask: Tensor): Tensor =>
      scaledDotProductAttention(q, k, v, { attnMask });
    expect(gradcheck(f as never, [...operands, randn([3, 4], float64)])).toBe(true);
  });
});

test('dropout acts on weights, and keeps their sum on average', () => {
  manualSeed(1);
  const [q, k] = [zeros(1, 64, 2), zeros(1, 64, 2)];
  const y = scaledDotProductAttention(q, k, ones(1, 64, 1), { dropoutP: 0.5 });
  // each result is a mean of 64 weights that are 0 or 2, of variance 1
  expectWithin(y.mean(), 1, bounds.mean(1, 64 * 64));
  expect(y.ne(1).any().toArray()).toBe(true);
  expect(
    scaledDotProductAttention(q, k, ones(1, 64, 1), { dropoutP: 1 })
      .sum()
      .item(),
  ).toBe(0);
});

describe('bad input is refused by name', () => {
  const [q, k] = [zeros(2, 5, 4), zeros(2, 6, 4)];
  const bool = (...shape: number[]): Tensor => ones(shape, { dtype: 'bool' });
  test.each<readonly [string, () => unknown, string]>([
    [
      'widths that differ',
      // @ts-expect-error: the compiler refuses it too
      () => scaledDotProductAttention(q, zeros(2, 6, 3), k),
      `${NAME}: query and key must have one last size; got [2, 5, 4], [2, 6, 3] and [2, 6, 4] (4 and 3)`,
    ],
    [
      'values for other keys',
      // @ts-expect-error: the compiler refuses it too
      () => scaledDotProductAttention(q, k, q),
      `${NAME}: there must be a value for every key; got [2, 5, 4], [2, 6, 4] and [2, 5, 4] (6 keys and 5 values)`,
    ],
    [
      'batches that differ',
      // @ts-expect-error: the compiler refuses it too
      () => scaledDotProductAttention(q, zeros(3, 6, 4), zeros(3, 6, 4)),
      `${NAME}: shapes must broadcast; got [2] and [3]`,
    ],
    [
      'a vector',
      // @ts-expect-error: the compiler refuses it too
      () => scaledDotProductAttention(zeros(4), k, k),
      `${NAME}: query, key and value must have at least 2 dimensions`,
    ],
    [
      'heads that do not divide',
      // @ts-expect-error: the compiler refuses it too
      () => scaledDotProductAttention(zeros(3, 5, 4), k, k, { enableGqa: true }),
      `${NAME}: query heads must be a multiple of key heads`,
    ],
    [
      'a mask that does not fit',
      () => scaledDotProductAttention(q, k, k, { attnMask: bool(5, 5) }),
      `${NAME}: attnMask must broadcast to the attention weights; got [5, 5] for [2, 5, 6]; try a mask [5, 6]`,
    ],
    [
      'a mask of a batch of its own',
      () => scaledDotProductAttention(q, k, k, { attnMask: bool(3, 1, 5, 6) }),
      `${NAME}: attnMask must broadcast`,
    ],
    [
      'a mask of whole numbers',
      () => scaledDotProductAttention(q, k, k, { attnMask: bool(5, 6).to('int32') }),
      `${NAME}: attnMask must be bool (true: may attend) or float32 like the query; got int32`,
    ],
    [
      'two masks',
      () => scaledDotProductAttention(q, k, k, { attnMask: bool(5, 6), isCausal: true }),
      `${NAME}: attnMask and isCausal exclude each other; got both`,
    ],
    [
      'a probability above 1',
      () => scaledDotProductAttention(q, k, k, { dropoutP: 2 }),
      `${NAME}: dropoutP must be in [0, 1]; got 2`,
    ],
    [
      'a scale that is none',
      () => scaledDotProductAttention(q, k, k, { scale: Number.NaN }),
      `${NAME}: scale must be a number; got NaN`,
    ],
    [
      'a flag that is none',
      () => scaledDotProductAttention(q, k, k, { isCausal: 1 as never }),
      `${NAME}: isCausal must be true or false; got 1`,
    ],
    ['other dtypes', () => scaledDotProductAttention(q, k.to('float64'), k), `${NAME}: operands must have one dtype`],
    ['no tensor', () => scaledDotProductAttention(q, k, [1] as never), `${NAME}: value must be a tensor`],
  ])('%s', (_what, run, message) => {
    expect(run).toThrow(message);
  });
});
