import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { cat, gelu, manualSeed, ones, randn, silu, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LayerNorm,
  Linear,
  Transformer,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from '../src/index.ts';

const float64 = { dtype: 'float64' } as const;
const bool = { dtype: 'bool' } as const;

const options: fc.Arbitrary<TransformerLayerOptions> = fc.record({
  dimFeedforward: fc.integer({ min: 1, max: 6 }),
  dropout: fc.constant(0),
  activation: fc.constantFrom('relu' as const, 'gelu' as const, (x: Tensor) => silu(x)),
  normFirst: fc.boolean(),
  bias: fc.boolean(),
  batchFirst: fc.constant(true),
});

const activationOf = ({ activation }: TransformerLayerOptions): ((x: Tensor) => Tensor) =>
  activation === 'relu' ? (x) => x.relu() : activation === 'gelu' ? (x) => gelu(x) : (x) => silu(x);

describe('a layer is its equations', () => {
  law('of the encoder', {
    rows: 109,
    formula: 'encoder layer = norm(x + mha(x)), norm(x + ffn(x))',
    tolerance: 'D',
    given: [options, fc.nat()],
    holds: (given, seed) => {
      manualSeed(seed);
      const layer = new TransformerEncoderLayer(4, 2, given).double();
      const x = randn([2, 3, 4], float64);
      const attend = (y: Tensor): Tensor => layer.selfAttn.forward(y, y, y)[0];
      const map = (y: Tensor): Tensor => layer.linear2.forward(activationOf(given)(layer.linear1.forward(y)));
      const [norm1, norm2] = [layer.norm1, layer.norm2];
      const h = given.normFirst ? x.add(attend(norm1.forward(x))) : norm1.forward(x.add(attend(x)));
      const y = given.normFirst ? h.add(map(norm2.forward(h))) : norm2.forward(h.add(map(h)));
      expectWithin(layer.forward(x), y, bounds.identity());
    },
  });

  law('of the encoder, which does not see the order of what it is given', {
    rows: 109,
    formula: 'encoder(P x) = P encoder(x)',
    tolerance: 'D',
    given: [options, fc.nat(), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })],
    holds: (given, seed, order) => {
      manualSeed(seed);
      const layer = new TransformerEncoderLayer(4, 2, given).double();
      const x = randn([2, 4, 4], float64);
      const turned = (y: Tensor): Tensor =>
        cat(
          order.map((i) => y.narrow(1, i, 1)),
          1,
        );
      expectWithin(layer.forward(turned(x)), turned(layer.forward(x)), bounds.identity());
    },
  });

  law('of the decoder', {
    rows: 109,
    formula: 'decoder layer = self, cross, ffn with residuals',
    tolerance: 'D',
    given: [options, fc.nat()],
    holds: (given, seed) => {
      manualSeed(seed);
      const layer = new TransformerDecoderLayer(4, 2, given).double();
      const [x, memory] = [randn([2, 3, 4], float64), randn([2, 5, 4], float64)];
      const parts: readonly [LayerNorm, (y: Tensor) => Tensor][] = [
        [layer.norm1, (y) => layer.selfAttn.forward(y, y, y)[0]],
        [layer.norm2, (y) => layer.multiheadAttn.forward(y, memory, memory)[0]],
        [layer.norm3, (y) => layer.linear2.forward(activationOf(given)(layer.linear1.forward(y)))],
      ];
      const y = parts.reduce<Tensor>(
        (h, [norm, f]) => (given.normFirst ? h.add(f(norm.forward(h))) : norm.forward(h.add(f(h)))),
        x,
      );
      expectWithin(layer.forward(x, memory), y, bounds.identity());
    },
  });

  test('with true derivatives', () => {
    const decoder = new TransformerDecoderLayer(4, 2, { dimFeedforward: 3, dropout: 0, activation: 'gelu' }).double();
    gradcheck(
      (x, memory) => decoder.forward(x as Tensor, memory as Tensor, { tgtIsCausal: true }),
      [randn([3, 1, 4], float64), randn([2, 1, 4], float64)],
    );
  });
});

describe('masks', () => {
  test('a causal decoder does not know the future, bit for bit', () => {
    const decoder = new TransformerDecoder(new TransformerDecoderLayer(4, 2, { batchFirst: true }), 2).eval();
    const [x, memory] = [randn(2, 5, 4), randn(2, 3, 4)];
    const changed = cat([x.narrow(1, 0, 3), randn(2, 2, 4)], 1);
    const run = (tgt: Tensor): Tensor => decoder.forward(tgt, memory, { tgtIsCausal: true }).narrow(1, 0, 3);
    expectSameBits(run(changed), run(x));
  });

  test('padding is as if it were not there', () => {
    const encoder = new TransformerEncoder(new TransformerEncoderLayer(4, 2, { batchFirst: true }), 2).double().eval();
    const x = randn([2, 3, 4], float64);
    const srcKeyPaddingMask = cat([zeros([2, 3], bool), ones([2, 2], bool)], 1);
    const padded = encoder.forward(cat([x, randn([2, 2, 4], float64)], 1), { srcKeyPaddingMask });
    expectWithin(padded.narrow(1, 0, 3), encoder.forward(x), bounds.identity());
  });

  test('of a square are the same in bools, in numbers and by name', () => {
    const layer = new TransformerEncoderLayer(4, 2, { dropout: 0 }).double();
    const x = randn([3, 2, 4], float64);
    const y = layer.forward(x, { isCausal: true });
    const added = Transformer.generateSquareSubsequentMask(3).to('float64');
    expectWithin(layer.forward(x, { srcMask: added }), y, bounds.identity());
    expectWithin(layer.forward(x, { srcMask: ones([3, 3], bool).triu(1) }), y, bounds.identity());
  });
});

describe('stacks', () => {
  test('are copies of a layer in turn, and then the norm', () => {
    const layer = new TransformerEncoderLayer(4, 2, { dropout: 0 });
    const encoder = new TransformerEncoder(layer, 3, new LayerNorm([4]));
    const x = randn(3, 2, 4);
    const turns = [1, 2, 3].reduce<Tensor>((h) => layer.forward(h), x);
    expectSameBits(encoder.forward(x), new LayerNorm(4).forward(turns));
    expect(encoder.layers).not.toContain(layer);
    expect(new Set(encoder.parameters()).size).toBe(3 * layer.parameters().length + 2);
  });

  test('each have parameters of their own', () => {
    const layer = new TransformerDecoderLayer(4, 2);
    const decoder = new TransformerDecoder(layer, 2);
    const before = layer.linear1.weight.detach().clone();
    (decoder.layers[0] as TransformerDecoderLayer).linear1.weight.detach().zero_();
    expectSameBits(layer.linear1.weight.detach(), before);
    expectSameBits((decoder.layers[1] as TransformerDecoderLayer).linear1.weight.detach(), before);
  });

  test('name their state as PyTorch does', () => {
    const keys = Object.keys(new Transformer(4, 2, { numEncoderLayers: 1, numDecoderLayers: 1 }).stateDict());
    expect(keys).toContain('encoder.layers.0.self_attn.in_proj_weight');
    expect(keys).toContain('decoder.layers.0.multihead_attn.out_proj.bias');
    expect(keys).toContain('decoder.layers.0.norm3.weight');
    expect(keys).toContain('encoder.norm.bias');
    expect(keys).toHaveLength(12 + 18 + 4);
  });

  test('a transformer is its encoder and its decoder', () => {
    const sizes = { numEncoderLayers: 2, numDecoderLayers: 1, dimFeedforward: 5, dropout: 0 };
    const transformer = new Transformer(4, 2, { ...sizes, batchFirst: true });
    const [src, tgt] = [randn(2, 5, 4), randn(2, 3, 4)];
    const y = transformer.forward(src, tgt, { tgtIsCausal: true, srcIsCausal: true });
    const memory = transformer.encoder.forward(src, { isCausal: true });
    expectSameBits(y, transformer.decoder.forward(tgt, memory, { tgtIsCausal: true }));
    expect(y.shape).toEqual([2, 3, 4]);
  });
});

describe('bad input is refused by name', () => {
  test.each<readonly [string, () => unknown, RegExp]>([
    ['heads', () => new TransformerEncoderLayer(4, 3), /embedDim must be divisible by numHeads; got 4 and 3/],
    [
      'an activation',
      () => new TransformerEncoderLayer(4, 2, { activation: 'silu' as never }),
      /TransformerEncoderLayer: activation must be/,
    ],
    [
      'an option',
      () => new TransformerDecoderLayer(4, 2, { batch_first: true } as never),
      /TransformerDecoderLayer: there is no option 'batch_first'/,
    ],
    [
      'a mask',
      () => new TransformerEncoderLayer(4, 2).forward(zeros(3, 2, 4), { mask: null } as never),
      /there is no option 'mask'/,
    ],
    [
      'a layer that cannot be copied',
      () => new TransformerEncoder(new Linear(4, 4) as never, 2),
      /TransformerEncoder: layer must be a layer/,
    ],
    [
      'a number of layers',
      () => new TransformerEncoder(new TransformerEncoderLayer(4, 2), -1),
      /TransformerEncoder: numLayers/,
    ],
    ['an option of all', () => new Transformer(4, 2, { heads: 2 } as never), /there is no option 'heads'/],
    [
      'a narrow source',
      () => new TransformerEncoderLayer(4, 2).forward(zeros(3, 2, 5) as Tensor),
      /TransformerEncoderLayer: src must be \[L, 4\]/,
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
