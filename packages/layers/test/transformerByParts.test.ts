import { law } from '@tessera/laws';
import {
  type LayerNorm,
  type MultiheadAttention,
  Transformer,
  type TransformerDecoderLayer,
  type TransformerEncoderLayer,
} from '@tessera/layers';
import { bernoulli, full, manualSeed, randn, relu, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

const f64 = { dtype: 'float64' } as const;
const WIDTH = 4;
interface Masks {
  readonly attnMask?: Tensor;
  readonly keyPaddingMask?: Tensor;
  readonly isCausal?: boolean;
}
interface MaskPlan {
  readonly mask: 'none' | 'bool' | 'added';
  readonly isPadded: boolean;
  readonly isCausal: boolean;
}
const plan: fc.Arbitrary<MaskPlan> = fc.record({
  mask: fc.constantFrom('none', 'bool', 'added'),
  isPadded: fc.boolean(),
  isCausal: fc.boolean(),
});

/** Some keys hidden from some queries, never the first one, so that every row has something to look at. */
function maskFor({ mask, isPadded, isCausal }: MaskPlan, queries: number, keys: number, batch: number): Masks {
  const hidden = (rows: number): Tensor => {
    const drawn = bernoulli(full([rows, keys], 0.3, f64)).to('bool');
    drawn.indexPut_([':', 0], tensor(false));
    return drawn;
  };
  return {
    ...(mask === 'bool' && { attnMask: hidden(queries) }),
    ...(mask === 'added' && { attnMask: randn(queries, keys, f64) }),
    ...(isPadded && { keyPaddingMask: hidden(batch) }),
    ...(isCausal && mask === 'none' && { isCausal }),
  };
}
const named = ({ attnMask, keyPaddingMask, isCausal }: Masks, prefix: string): object => ({
  ...(attnMask && { [`${prefix}Mask`]: attnMask }),
  ...(keyPaddingMask && { [`${prefix}KeyPaddingMask`]: keyPaddingMask }),
  ...(isCausal && { [`${prefix}IsCausal`]: isCausal }),
});

law('a transformer is its layers with their masks, encoder before decoder', {
  rows: 109,
  formula: 'decoder(tgt, encoder(src)): each layer norm(x + f(x)) of self-attention, cross-attention and the map',
  tolerance: ['D', 'P', 'Z'],
  given: [
    fc.record({
      seed: fc.nat(),
      options: fc.record(
        {
          normFirst: fc.boolean(),
          bias: fc.boolean(),
          batchFirst: fc.boolean(),
          layerNormEps: fc.constantFrom(1e-5, 0.1),
        },
        { requiredKeys: [] },
      ),
      layers: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      masks: fc.tuple(plan, plan, plan),
      lengths: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    }),
  ],
  holds: ({ seed, options, layers, masks, lengths: [from, to] }) => {
    manualSeed(seed);
    const { normFirst = false, bias = true, batchFirst = false } = options;
    const net = new Transformer(WIDTH, 2, {
      ...options,
      numEncoderLayers: layers[0],
      numDecoderLayers: layers[1],
      dimFeedforward: 5,
      dropout: 0,
    }).double();
    expect([net.encoder.layers.length, net.decoder.layers.length]).toEqual(layers);
    // First weights: Glorot's bound for every matrix; biases exist or do not.
    const linear: number[] = [];
    for (const [name, p] of net.namedParameters()) {
      if (p.ndim < 2) continue;
      const [out, features] = p.shape as [number, number];
      const bound = Math.sqrt(6 / (out + features));
      expectAtMost(p.detach().abs(), Math.fround(bound));
      expectWithin(p.detach().mean(), 0, bounds.mean(bound ** 2 / 3, p.count));
      // A layer by itself would begin with less.
      if (/linear|outProj/.test(name)) linear.push(...Array.from(p.data, (x) => 3 * (x / bound) ** 2));
    }
    // Of a uniform variable, the fourth moment is 9/5 of the variance squared.
    expectWithin(linear.reduce((a, b) => a + b, 0) / linear.length, 1, bounds.variance(9 / 5, linear.length));
    expect([...net.namedParameters()].some(([name]) => name.includes('bias'))).toBe(bias);
    const form = (length: number): number[] => (batchFirst ? [2, length, WIDTH] : [length, 2, WIDTH]);
    const [src, tgt] = [randn(form(from), f64), randn(form(to), f64)];
    const ofSrc = maskFor(masks[0], from, from, 2);
    const ofTgt = maskFor(masks[1], to, to, 2);
    const ofMemory = maskFor({ ...masks[2], isCausal: masks[2].isCausal && to <= from }, to, from, 2);
    const attend = (mha: MultiheadAttention, q: Tensor, kv: Tensor, given: Masks): Tensor =>
      mha.forward(q, kv, kv, given)[0];
    const residual = (x: Tensor, norm: LayerNorm, f: (x: Tensor) => Tensor): Tensor =>
      normFirst ? x.add(f(norm.forward(x))) : norm.forward(x.add(f(x)));
    const map = (layer: TransformerEncoderLayer | TransformerDecoderLayer, x: Tensor): Tensor =>
      layer.linear2.forward(relu(layer.linear1.forward(x)));
    let memory: Tensor = src;
    for (const layer of net.encoder.layers as unknown as readonly TransformerEncoderLayer[]) {
      memory = residual(memory, layer.norm1, (x) => attend(layer.selfAttn, x, x, ofSrc));
      memory = residual(memory, layer.norm2, (x) => map(layer, x));
    }
    memory = (net.encoder.norm as LayerNorm).forward(memory);
    let y: Tensor = tgt;
    for (const layer of net.decoder.layers as unknown as readonly TransformerDecoderLayer[]) {
      y = residual(y, layer.norm1, (x) => attend(layer.selfAttn, x, x, ofTgt));
      y = residual(y, layer.norm2, (x) => attend(layer.multiheadAttn, x, memory, ofMemory));
      y = residual(y, layer.norm3, (x) => map(layer, x));
    }
    y = (net.decoder.norm as LayerNorm).forward(y);
    const found = net.forward(src, tgt, {
      ...named(ofSrc, 'src'),
      ...named(ofTgt, 'tgt'),
      ...named(ofMemory, 'memory'),
    });
    expect(found.shape).toEqual(form(to));
    expectWithin(found.detach(), y.detach(), bounds.identity(y.detach(), WIDTH));
    // The square mask hides what comes later, as `isCausal` does.
    const later = Transformer.generateSquareSubsequentMask(to);
    expectSameBits(later, full([to, to], -Infinity).triu(1));
  },
});
