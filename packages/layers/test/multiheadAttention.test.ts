import { gradcheck, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { cat, full, linear, manualSeed, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttendOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
  scaledDotProductAttention,
} from '../src/index.ts';

const float64 = { dtype: 'float64' } as const;
const bool = { dtype: 'bool' } as const;

const drawn = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 3 }),
  heads: fc.integer({ min: 1, max: 3 }),
  headDim: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 4 }),
  keys: fc.integer({ min: 1, max: 5 }),
  options: fc.record({
    bias: fc.boolean(),
    addBiasKv: fc.boolean(),
    addZeroAttn: fc.boolean(),
    kdim: fc.constantFrom(null, 2),
    batchFirst: fc.constant(true),
  }),
  mask: fc.constantFrom('none', 'causal', 'padding', 'bool', 'float', 'both', 'mixed'),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

interface Example {
  readonly layer: MultiheadAttention;
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly masks: Omit<AttendOptions, 'needWeights'>;
}

function exampleOf({ seed, batch, heads, headDim, length, keys, options, mask }: Drawn): Example {
  manualSeed(seed);
  const width = heads * headDim;
  const layer = new MultiheadAttention(width as number, heads, options).double();
  const hidden = (...shape: number[]): Tensor => randn(shape).gt(0.3);
  const keyPaddingMask = ['padding', 'both', 'mixed'].includes(mask) ? hidden(batch, keys) : null;
  const attnMask =
    mask === 'bool' || mask === 'both'
      ? hidden(length, keys)
      : mask === 'float' || mask === 'mixed'
        ? randn([batch * heads, length, keys], float64)
        : null;
  return {
    layer,
    query: randn([batch, length, width], float64),
    key: randn([batch, keys, options.kdim ?? width], float64),
    value: randn([batch, keys, width], float64),
    masks: { keyPaddingMask, attnMask, isCausal: mask === 'causal' },
  };
}

const ofHeads = (
  name: string,
  formula: string,
  holds: (example: Example, drawn: Drawn) => void,
  given: fc.Arbitrary<Drawn> = drawn,
): void =>
  law(name, { rows: 109, formula, tolerance: 'D', given: [given], holds: (one) => holds(exampleOf(one), one) });
/** Without masks. */
const unmasked = drawn.map((one): Drawn => ({ ...one, mask: 'none' }));
const causal = drawn.map((one): Drawn => ({ ...one, mask: 'causal' }));
/** And without anything that is added to keys. */
const plain = unmasked.map((one): Drawn => {
  const options = { ...one.options, kdim: null, addBiasKv: false, addZeroAttn: false };
  return { ...one, options };
});

describe('multi-head attention by law', () => {
  ofHeads(
    'gives the same with weights and without',
    'y with weights = y without; Σ weights = 1',
    ({ layer, query, key, value, masks }, { batch, length, keys, options, mask }) => {
      const [y, weights] = layer.forward(query, key, value, masks);
      const [same, none] = layer.forward(query, key, value, { ...masks, needWeights: false });
      expect(none).toBeNull();
      expectWithin(same, y, bounds.identity(y));
      const all = keys + Number(options.addBiasKv) + Number(options.addZeroAttn);
      expect(weights.shape).toEqual([batch, length, all]);
      if (mask === 'none' || mask === 'float') expectWithin(weights.sum(-1), 1, bounds.identity());
    },
  );

  ofHeads(
    'averages the weights of its heads',
    'mean over heads of weights = weights',
    ({ layer, query, key, value, masks }, { batch, heads, length }) => {
      const [, mean] = layer.forward(query, key, value, masks);
      const [, each] = layer.forward(query, key, value, { ...masks, averageAttnWeights: false });
      expect(each.shape.slice(0, 3)).toEqual([batch, heads, length]);
      expectWithin(each.mean(1), mean, bounds.identity());
    },
  );

  ofHeads(
    'is its heads one by one, side by side and projected',
    'MHA(q, k, v) = [head₁ | ... | headₕ] Wₒ',
    ({ layer, query, key, value, masks }, { heads, headDim }) => {
      const [y] = layer.forward(query, key, value, masks);
      const part = (x: Tensor, of: number, h: number): Tensor => {
        const first = of * heads * headDim + h * headDim;
        return linear(
          x,
          (layer.inProjWeight as Tensor).narrow(0, first, headDim),
          layer.inProjBias && (layer.inProjBias as Tensor).narrow(0, first, headDim),
        );
      };
      const parts = Array.from({ length: heads }, (_, h) =>
        scaledDotProductAttention(part(query, 0, h), part(key, 1, h), part(value, 2, h)),
      );
      expectWithin(y, layer.outProj.forward(cat(parts, -1)), bounds.identity(y));
    },
    plain,
  );

  ofHeads(
    'takes sequences first, or alone, as it takes batches',
    'MHA(xᵀ) = MHA(x)ᵀ, MHA(x)[0] = MHA(x[0])',
    ({ layer, query, key, value, masks }, given) => {
      const [y, weights] = layer.forward(query, key, value, masks);
      Object.assign(layer, { batchFirst: false });
      const turned = [query, key, value].map((x) => x.transpose(0, 1)) as [Tensor, Tensor, Tensor];
      const [z, same] = layer.forward(...turned, masks);
      expectWithin(z.transpose(0, 1), y, bounds.identity());
      expectWithin(same, weights, bounds.identity());
      if (given.batch > 1 && given.mask !== 'none') return;
      const [alone] = layer.forward(query.select(0, 0), key.select(0, 0), value.select(0, 0), {
        ...masks,
        keyPaddingMask: masks.keyPaddingMask?.select(0, 0) ?? null,
      });
      expectWithin(alone, y.select(0, 0), bounds.identity());
    },
  );

  ofHeads(
    'padding is as if the keys were not there',
    'MHA(q, [k | padding]) = MHA(q, k)',
    ({ layer, query, key, value, masks }, { batch, keys }) => {
      const more = (x: Tensor): Tensor => cat([x, randn([batch, 2, x.shape[2] as number], float64)], 1);
      const keyPaddingMask = cat([zeros([batch, keys], bool), ones([batch, 2], bool)], 1);
      const [y] = layer.forward(query, key, value, masks);
      const [padded] = layer.forward(query, more(key), more(value), { keyPaddingMask });
      expectWithin(padded, y, bounds.identity(y));
    },
    unmasked,
  );

  ofHeads(
    'causal is the upper triangle as a mask, of bools or of -Infinity',
    'causal = mask of the upper triangle',
    ({ layer, query, key, value, masks }, { length, keys }) => {
      const [y] = layer.forward(query, key, value, masks);
      for (const attnMask of [ones([length, keys], bool).triu(1), full([length, keys], -Infinity, float64).triu(1)])
        expectWithin(layer.forward(query, key, value, { attnMask })[0], y, bounds.identity(y));
    },
    causal,
  );

  test('one tensor for all three is projected at once, with the same result', () => {
    const layer = new MultiheadAttention(6, 2, { batchFirst: true }).double();
    const x = randn([2, 4, 6], float64);
    expectWithin(layer.forward(x, x, x)[0], layer.forward(x, x.clone(), x.clone())[0], bounds.identity());
  });

  test('a query whose keys are all hidden gets the bias of the projection, and gives no gradient', () => {
    const layer = new MultiheadAttention(4, 2, { batchFirst: true }).double();
    const x = requiresGrad(randn([1, 3, 4], float64));
    const [y] = layer.forward(x, x, x, { keyPaddingMask: ones([1, 3], bool) });
    expectSameBits(y, (layer.outProj.bias as Tensor).detach().expand(1, 3, 4));
    y.sum().backward();
    expectSameBits(x.grad as Tensor, zeros([1, 3, 4], float64));
  });

  test('has true derivatives', () => {
    for (const needWeights of [true, false]) {
      const layer = new MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true, batchFirst: true }).double();
      const inputs = [randn([1, 2, 4], float64), randn([1, 3, 4], float64), randn([1, 3, 4], float64)];
      gradcheck((q, k, v) => layer.forward(q as Tensor, k as Tensor, v as Tensor, { needWeights })[0], inputs);
    }
  });

  test('drops weights in training alone, the same for one seed', () => {
    const layer = new MultiheadAttention(8, 2, { dropout: 0.5, batchFirst: true });
    const x = randn(2, 6, 8);
    const run = (): Tensor => {
      manualSeed(3);
      return layer.forward(x, x, x, { needWeights: false })[0];
    };
    const y = run();
    expectSameBits(run(), y);
    layer.eval();
    expect(run().ne(y).any().toArray()).toBe(true);
    expectSameBits(layer.forward(x, x, x)[0], layer.forward(x, x, x)[0]);
  });

  test('names its state as PyTorch does', () => {
    const keys = (options: MultiheadAttentionOptions): string[] =>
      Object.keys(new MultiheadAttention(4, 2, options).stateDict()).sort();
    expect(keys({})).toEqual(['in_proj_bias', 'in_proj_weight', 'out_proj.bias', 'out_proj.weight']);
    expect(keys({ bias: false, kdim: 3, addBiasKv: true })).toEqual([
      'bias_k',
      'bias_v',
      'k_proj_weight',
      'out_proj.weight',
      'q_proj_weight',
      'v_proj_weight',
    ]);
  });
});

describe('bad input is refused by name', () => {
  const layer = new MultiheadAttention(4, 2, { batchFirst: true });
  const x = zeros(2, 3, 4);
  const some = (t: Tensor): Tensor => t;
  test.each<readonly [string, () => unknown, string]>([
    ['heads that do not divide', () => new MultiheadAttention(10, 3), 'embedDim must be divisible by numHeads'],
    ['no heads', () => new MultiheadAttention(4, 0), 'numHeads'],
    ['an unknown option', () => new MultiheadAttention(4, 2, { batch_first: true } as never), 'there is no option'],
    ['a dropout of 2', () => new MultiheadAttention(4, 2, { dropout: 2 }), 'dropout must be in [0, 1]; got 2'],
    ['a narrow query', () => layer.forward(some(zeros(2, 3, 5)), x, x), 'query must be [L, 4], or a batch of such'],
    ['a narrow key', () => layer.forward(x, zeros(2, 3, 5), x), 'key must have 3 dimensions like the query and 4'],
    ['a key of another rank', () => layer.forward(x, zeros(3, 4), x), 'key must have 3 dimensions'],
    ['another batch', () => layer.forward(x, zeros(1, 3, 4), zeros(1, 3, 4)), 'there must be a value for every key'],
    ['values for other keys', () => layer.forward(x, x, zeros(2, 4, 4)), 'there must be a value for every key'],
    ['no tensor', () => layer.forward(x, x, null as never), 'value must be a tensor'],
    ['integers', () => layer.forward(x, x.to('int32'), x), 'operands must have one dtype'],
    [
      'a mask of one row',
      () => layer.forward(x, x, x, { attnMask: zeros(1, 3) }),
      'attnMask must be [3, 3] or [4, 3, 3]',
    ],
    [
      'a padding of queries',
      () => layer.forward(x, x, x, { keyPaddingMask: zeros(2, 4) }),
      'keyPaddingMask must be [2, 3]',
    ],
    [
      'a mask of integers',
      () => layer.forward(x, x, x, { attnMask: zeros([3, 3], { dtype: 'int32' }) }),
      'attnMask must be',
    ],
    ['a misspelt mask', () => layer.forward(x, x, x, { mask: x } as never), 'there is no option'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(`MultiheadAttention: ${message}`);
  });
});
