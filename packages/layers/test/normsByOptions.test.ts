import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import {
  batchNorm,
  defaultGenerator,
  empty,
  Generator,
  layerNorm,
  manualSeed,
  ones,
  randn,
  rmsNorm,
  type Tensor,
  zeros,
} from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const f64 = { dtype: 'float64' } as const;
type Make<O> = new (features: number, options?: O) => L.BatchNorm1d;
const RANKS = [1, 2, 3] as const;
const BATCH = [L.BatchNorm1d, L.BatchNorm2d, L.BatchNorm3d] as unknown as readonly Make<object>[];
const INSTANCE = [L.InstanceNorm1d, L.InstanceNorm2d, L.InstanceNorm3d] as unknown as readonly Make<object>[];
const call = (module: L.Module, x: Tensor): Tensor =>
  (module.forward as unknown as (x: Tensor) => Tensor).call(module, x);
const size = fc.constantFrom(1e-5, 0.25);

const channelled = fc.record({
  rank: fc.constantFrom(...RANKS),
  isInstance: fc.boolean(),
  seed: fc.nat(),
  options: fc.record(
    { affine: fc.boolean(), trackRunningStats: fc.boolean(), momentum: fc.constantFrom(0.1, 0.5, null), eps: size },
    { requiredKeys: [] },
  ),
  isBatched: fc.boolean(),
});

describe('norms of channels', () => {
  law('are their functions with parameters and statistics of their own, in training and after', {
    rows: [104, 105],
    formula: 'train: batch statistics, running ← (1 - m) running + m batch; eval: running where there is one',
    tolerance: 'D',
    given: [channelled],
    holds: ({ rank, isInstance, seed, options, isBatched }) => {
      manualSeed(seed);
      const layer = new ((isInstance ? INSTANCE : BATCH)[rank - 1] as Make<object>)(3, options).double();
      const affine = options.affine ?? !isInstance;
      const tracks = options.trackRunningStats ?? !isInstance;
      expect(Object.keys(layer.stateDict())).toEqual([
        ...(affine ? ['weight', 'bias'] : []),
        ...(tracks ? ['running_mean', 'running_var', 'num_batches_tracked'] : []),
      ]);
      if (affine) {
        expectSameBits((layer.weight as Tensor).detach(), ones(3, f64));
        expectSameBits((layer.bias as Tensor).detach(), zeros(3, f64));
        layer.weight?.detach().copy_(randn(3, f64));
        layer.bias?.detach().copy_(randn(3, f64));
      }
      const spatial = [4, 2, 3].slice(0, rank);
      const alone = isInstance && !isBatched;
      const make = (): Tensor => randn(...(alone ? [] : [2]), 3, ...spatial, f64);
      const [mean, variance] = [zeros(3, f64), ones(3, f64)];
      const shared = {
        weight: layer.weight?.detach() ?? null,
        bias: layer.bias?.detach() ?? null,
        ...(options.eps && { eps: options.eps }),
      };
      const plain = (x: Tensor, isTraining: boolean, momentum: number): Tensor => {
        const batch = alone ? x.unsqueeze(0) : x;
        const running = tracks ? { runningMean: mean, runningVar: variance } : {};
        const usesBatch = isTraining || !tracks;
        const y = isInstance
          ? L.instanceNorm(batch, { ...shared, ...running, useInputStats: usesBatch, momentum })
          : batchNorm(batch, {
              ...shared,
              ...(usesBatch && !isTraining ? {} : running),
              training: usesBatch,
              momentum,
            });
        return alone ? y.squeeze(0) : y;
      };
      for (let i = 0; i < 3; i++) {
        const x = make();
        const momentum = options.momentum === undefined ? 0.1 : (options.momentum ?? (tracks ? 1 / (i + 1) : 0));
        expectWithin(call(layer, x).detach(), plain(x, true, momentum), bounds.identity(x, 4));
        if (tracks) {
          expectWithin(layer.runningMean as Tensor, mean, bounds.identity(x));
          expectWithin(layer.runningVar as Tensor, variance, bounds.identity(x, x));
          const seen = layer.numBatchesTracked as Tensor;
          expect([seen.item(), seen.dtype]).toEqual([i + 1, 'int32']);
        }
      }
      layer.eval();
      const x = make();
      expectWithin(call(layer, x).detach(), plain(x, false, 0), bounds.identity(x, 4));
      layer.resetRunningStats();
      if (tracks) {
        expectSameBits(layer.runningMean as Tensor, zeros(3, f64));
        expectSameBits(layer.runningVar as Tensor, ones(3, f64));
        expect((layer.numBatchesTracked as Tensor).item()).toBe(0);
      }
    },
  });
});

describe('norms of trailing dimensions and of groups', () => {
  law('are their functions with parameters of their own', {
    rows: [103, 104],
    formula: 'Layer(shape, options)(x) = function(x, shape, w, b, eps)',
    tolerance: 'E',
    given: [
      fc.constantFrom<number | readonly number[]>(4, [4], [3, 4]),
      fc.record({ eps: size, elementwiseAffine: fc.boolean(), bias: fc.boolean() }, { requiredKeys: [] }),
      fc.constantFrom('LayerNorm', 'RMSNorm', 'GroupNorm'),
      fc.nat(),
    ],
    holds: (shape, options, kind, seed) => {
      manualSeed(seed);
      const x = randn(2, 3, 4);
      const { eps, elementwiseAffine = true, bias = true } = options;
      const own = eps === undefined ? {} : { eps };
      const learn = <M extends { readonly weight: Tensor | null }>(layer: M): M => {
        layer.weight?.detach().copy_(randn([...layer.weight.shape]));
        return layer;
      };
      const weightOf = (layer: { readonly weight: Tensor | null }): Tensor | null => layer.weight?.detach() ?? null;
      if (kind === 'LayerNorm') {
        const layer = learn(new L.LayerNorm(shape as number, options));
        expect([layer.weight !== null, layer.bias !== null]).toEqual([elementwiseAffine, elementwiseAffine && bias]);
        expectSameBits(
          call(layer, x).detach(),
          layerNorm(x, shape as 4, { ...own, weight: weightOf(layer), bias: layer.bias?.detach() ?? null }),
        );
      } else if (kind === 'RMSNorm') {
        const layer = learn(new L.RMSNorm(shape as number, { ...own, elementwiseAffine }));
        expect(layer.weight !== null).toBe(elementwiseAffine);
        expectSameBits(call(layer, x).detach(), rmsNorm(x, shape as 4, { ...own, weight: weightOf(layer) }));
        expectSameBits(call(new L.RMSNorm(4), x).detach(), rmsNorm(x, 4, { weight: ones(4) }));
      } else {
        const groups = typeof shape === 'number' ? 1 : 3;
        const layer = learn(new L.GroupNorm(groups, 3, { ...own, affine: elementwiseAffine }));
        expect([layer.weight !== null, layer.bias !== null]).toEqual([elementwiseAffine, elementwiseAffine]);
        expectSameBits(
          call(layer, x).detach(),
          L.groupNorm(x, groups, { ...own, weight: weightOf(layer), bias: layer.bias?.detach() ?? null }),
        );
        expect(new L.GroupNorm(1, 3).weight).not.toBeNull();
      }
    },
  });
});

describe('first weights', () => {
  const { init } = L;
  type Fill = (t: Tensor, options: { readonly generator?: Generator }) => Tensor;
  const FILLS: Readonly<Record<string, Fill>> = {
    uniform_: (t, o) => init.uniform_(t, -1, 2, o),
    normal_: (t, o) => init.normal_(t, 1, 2, o),
    truncNormal_: (t, o) => init.truncNormal_(t, { mean: 0.5, ...o }),
    'truncNormal_ in its tail': (t, o) => init.truncNormal_(t, { a: 60, b: 61, ...o }),
    sparse_: (t, o) => init.sparse_(t, 0.5, o),
    orthogonal_: (t, o) => init.orthogonal_(t, o),
    xavierUniform_: (t, o) => init.xavierUniform_(t, o),
    xavierNormal_: (t, o) => init.xavierNormal_(t, o),
    kaimingUniform_: (t, o) => init.kaimingUniform_(t, o),
    kaimingNormal_: (t, o) => init.kaimingNormal_(t, { mode: 'fan_out', ...o }),
  };
  law('come from the generator that is given, or from the default one', {
    rows: 170,
    formula: 'init(t, { generator: G(s) }) = init(t) after manualSeed(s), and leaves the default generator alone',
    tolerance: 'E',
    given: [fc.constantFrom(...Object.keys(FILLS)), fc.nat()],
    holds: (name, seed) => {
      const fill = FILLS[name] as Fill;
      manualSeed(seed + 1);
      const before = defaultGenerator().offset;
      const given = fill(empty([6, 4]), { generator: new Generator(seed) });
      expect(defaultGenerator().offset).toBe(before);
      manualSeed(seed);
      expectSameBits(fill(empty([6, 4]), {}), given);
    },
  });

  law('have the scale that comes in or goes out asks for, kernels counted in', {
    rows: 170,
    formula: 'xavier: g √(2 / (in + out)); kaiming: g / √fan; uniform: ±√3 σ; fans = channels · kernel',
    tolerance: 'D',
    given: [
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }),
      fc.constantFrom(undefined, 2),
      fc.constantFrom(undefined, 'fan_in' as const, 'fan_out' as const),
    ],
    holds: (shape, gain, mode) => {
      const t = empty(shape);
      const [outputs, inputs, ...kernel] = shape as [number, number, ...number[]];
      const window = kernel.reduce((a, b) => a * b, 1);
      const fans = { fanIn: inputs * window, fanOut: outputs * window };
      expect(init.calculateFanInAndFanOut(t)).toEqual(fans);
      const xavier = (gain ?? 1) * Math.sqrt(2 / (fans.fanIn + fans.fanOut));
      const set = gain === undefined ? {} : { gain };
      expectWithin([init.xavierNormalMoments(t, set).std], [xavier], bounds.identity(1));
      const range = init.xavierUniformRange(t, set);
      expectWithin([range.low, range.high], [-Math.sqrt(3) * xavier, Math.sqrt(3) * xavier], bounds.identity(2));
      // With a negative slope of 0, the gain is √2.
      const kaiming = Math.SQRT2 / Math.sqrt(mode === 'fan_out' ? fans.fanOut : fans.fanIn);
      const asked = { ...(mode && { mode }), nonlinearity: 'relu' as const };
      expectWithin([init.kaimingNormalMoments(t, asked).std], [kaiming], bounds.identity(1));
      const wide = init.kaimingUniformRange(t, asked);
      expectWithin([wide.low, wide.high], [-Math.sqrt(3) * kaiming, Math.sqrt(3) * kaiming], bounds.identity(3));
    },
  });
});
