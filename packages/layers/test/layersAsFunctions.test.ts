import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import * as T from '@tessera/tensor';
import { manualSeed, randn, type Tensor, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

/** A layer with its options, and the function that it stands for. */
interface Pair {
  readonly layer: (x: Tensor) => Tensor;
  readonly plain: (x: Tensor) => Tensor;
}
type Loose<R> = (...of: readonly unknown[]) => R;
const call = (module: L.Module, ...inputs: readonly unknown[]): Tensor =>
  (module.forward as unknown as Loose<Tensor>).call(module, ...inputs);
const options = <O extends object>(of: { readonly [K in keyof O]: fc.Arbitrary<O[K]> }) =>
  fc.record(of, { requiredKeys: [] });
const dim = fc.constantFrom(0, 1, 2, -1, -2);

const PAIRS: Readonly<Record<string, fc.Arbitrary<Pair>>> = {
  Identity: fc.constant({ layer: (x) => call(new L.Identity(), x), plain: (x) => x }),
  GLU: fc.option(dim).map((d) => ({
    layer: (x) => call(d === null ? new L.GLU() : new L.GLU(d), x),
    plain: (x) => (T.glu as Loose<Tensor>)(x, d ?? -1),
  })),
  Threshold: fc.tuple(fc.constantFrom(-0.5, 0, 1), fc.constantFrom(-2, 3)).map(([bound, value]) => ({
    layer: (x) => call(new L.Threshold(bound, value), x),
    plain: (x) => T.threshold(x, bound, value),
  })),
  'RReLU in evaluation': options({ lower: fc.constant(0.25), upper: fc.constant(0.5) }).map((given) => ({
    layer: (x) => call(new L.RReLU(given).eval(), x),
    plain: (x) => T.rrelu(x, { ...given, training: false }),
  })),
  'RReLU in training': options({ lower: fc.constant(0.25), upper: fc.constant(0.5) }).map((given) => ({
    layer: (x) => call(new L.RReLU(given), x),
    plain: (x) => T.rrelu(x, { ...given, training: true }),
  })),
  Softmax: dim.map((d) => ({
    layer: (x) => call(new L.Softmax(d), x),
    plain: (x) => (T.softmax as Loose<Tensor>)(x, d),
  })),
  Softmin: dim.map((d) => ({
    layer: (x) => call(new L.Softmin(d), x),
    plain: (x) => (T.softmin as Loose<Tensor>)(x, d),
  })),
  LogSoftmax: dim.map((d) => ({
    layer: (x) => call(new L.LogSoftmax(d), x),
    plain: (x) => (T.logSoftmax as Loose<Tensor>)(x, d),
  })),
  Flatten: fc.tuple(fc.constantFrom(0, 1, -2), fc.constantFrom(2, 3, -1), fc.nat(2)).map(([start, end, count]) => ({
    layer: (x) =>
      call(
        new (L.Flatten as unknown as new (...of: readonly number[]) => L.Module)(...[start, end].slice(0, count)),
        x,
      ),
    plain: (x) => (T.flatten as Loose<Tensor>)(x, count > 0 ? start : 1, count > 1 ? end : -1),
  })),
  Unflatten: fc.constantFrom([2, 2], [1, 4], [-1, 2], [4]).map((sizes) => ({
    layer: (x) => call(new (L.Unflatten as unknown as new (...of: readonly unknown[]) => L.Module)(1, sizes), x),
    plain: (x) => (T.unflatten as Loose<Tensor>)(x, 1, sizes),
  })),
  ChannelShuffle: fc.constantFrom(1, 2, 4).map((groups) => ({
    layer: (x) => call(new L.ChannelShuffle(groups), x),
    plain: (x) => (L.channelShuffle as Loose<Tensor>)(x, groups),
  })),
};

describe('layers with options', () => {
  for (const [name, pairs] of Object.entries(PAIRS))
    law(`${name} is its function`, {
      rows: [31, 107, 111],
      formula: 'Layer(options)(x) = function(x, options)',
      tolerance: 'E',
      given: [pairs, fc.nat()],
      holds: ({ layer, plain }, seed) => {
        manualSeed(seed);
        const x = randn(2, 4, 2, 4);
        manualSeed(seed);
        const found = layer(x);
        manualSeed(seed);
        expectSameBits(found, plain(x));
      },
    });

  law('EmbeddingBag is its function with the table that it has', {
    rows: 111,
    formula: 'EmbeddingBag(options)(i) = embeddingBag(i, W, options)',
    tolerance: 'E',
    given: [
      options({
        mode: fc.constantFrom('sum' as const, 'mean' as const, 'max' as const),
        includeLastOffset: fc.boolean(),
        paddingIdx: fc.constantFrom(0, -1, null),
        maxNorm: fc.constantFrom(0.5, null),
        normType: fc.constantFrom(1, 2),
        scaleGradByFreq: fc.boolean(),
      }),
      fc.boolean(),
      fc.nat(),
    ],
    holds: (given, hasTable, seed) => {
      manualSeed(seed);
      const weight = randn(5, 3);
      const scaleGradByFreq = given.mode === 'max' ? {} : given;
      const { scaleGradByFreq: _, ...others } = given;
      const set = given.mode === 'max' ? others : { ...others, ...scaleGradByFreq };
      const bag = new L.EmbeddingBag(5, 3, { ...set, ...(hasTable && { weight: weight as never }) });
      const indices = tensor([0, 4, 4, 2, 1, 0], { dtype: 'int32' });
      const starts: number[] = given.includeLastOffset ? [0, 2, 2, 6] : [0, 2, 2];
      const offsets = tensor(starts, { dtype: 'int32' });
      const table = bag.weight.detach().clone();
      const wanted = L.embeddingBag(indices, table, { ...set, offsets });
      expectSameBits(call(bag, indices, { offsets }).detach(), wanted);
      if (given.maxNorm !== 0.5 && hasTable) expectSameBits(bag.weight.detach(), weight);
      const samples = randn(6);
      if ((given.mode ?? 'mean') === 'sum')
        expectSameBits(
          call(bag, indices, { offsets, perSampleWeights: samples }).detach(),
          L.embeddingBag(indices, table, { ...set, offsets, perSampleWeights: samples }),
        );
      expect(bag.weight.shape).toEqual([5, 3]);
    },
  });
});
