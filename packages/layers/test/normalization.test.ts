import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, layerNorm, manualSeed, norm, ones, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layers from '../src/index.ts';

const double = { dtype: 'float64' } as const;
const size = fc.integer({ min: 1, max: 4 });

const batchNorms = [
  ['BatchNorm2d', layers.BatchNorm2d, [3, 2]],
  ['BatchNorm3d', layers.BatchNorm3d, [2, 3, 2]],
] as const;

describe.each(batchNorms)('%s', (name, Layer, spatial) => {
  law('is BatchNorm1d of what follows the channels, flattened', {
    rows: 105,
    formula: 'BatchNormNd(x) = BatchNorm1d(flatten(x, 2))',
    tolerance: 'E',
    given: [fc.integer({ min: 2, max: 4 }), size, fc.constantFrom(0.1, null), fc.boolean(), fc.boolean()],
    holds: (n, c, momentum, affine, trackRunningStats) => {
      const options = { momentum, affine, trackRunningStats };
      const [flat, layer] = [new layers.BatchNorm1d(c, options), new Layer(c, options)];
      const x = (): Tensor => randn([n, c, ...spatial]);
      for (const y of [x(), x()]) expectSameBits(layer.forward(y).flatten(2), flat.forward(y.flatten(2)));
      expect(Object.keys(layer.stateDict())).toEqual(Object.keys(flat.stateDict()));
      for (const [key, value] of Object.entries(layer.stateDict()))
        expectSameBits(value, flat.stateDict()[key] as Tensor);
      const y = x();
      expectSameBits(layer.eval().forward(y).flatten(2), flat.eval().forward(y.flatten(2)));
    },
  });

  test('refuses other shapes, and does not count what it refuses', () => {
    const layer = new Layer(3);
    expect(() => layer.forward(zeros(2, 3) as never)).toThrow(`${name}: input must be [N, 3, `);
    expect(() => layer.forward(zeros([1, 3, ...spatial.map(() => 1)]) as never)).toThrow(/more than one value/);
    expect(layer.numBatchesTracked?.item()).toBe(0);
    expect(() => new Layer(3, { momentun: 0.1 } as never)).toThrow(`${name}: there is no option 'momentun'`);
    expect(() => new Layer(3, { eps: -1 })).toThrow(`${name}: eps must be at least 0; got -1`);
  });
});

describe('GroupNorm', () => {
  law('lies between layer and instance norm', {
    rows: 104,
    formula: 'GroupNorm(1) = LayerNorm, GroupNorm(C) = InstanceNorm',
    tolerance: 'D',
    given: [size, size, size, fc.integer({ min: 2, max: 4 })],
    holds: (n, g, k, l) => {
      const c = g * k;
      const x = randn(n, c, l, double);
      const all = layers.groupNorm(x, 1);
      expectWithin(all, layerNorm(x, [c, l]), bounds.identity(all));
      expectWithin(layers.groupNorm(x, c), layers.instanceNorm(x), bounds.exact);
      const rows = layers.groupNorm(x, g).reshape(n, g, k * l);
      expectWithin(rows.mean(-1), 0, bounds.identity(rows));
    },
  });

  test('scales each channel, with gradients', () => {
    const layer = new layers.GroupNorm(2, 4).double();
    const x = randn(2, 4, 3, double);
    gradcheck((t) => layer.forward(t), [x]);
    gradcheck((w, b) => layers.groupNorm(x, 2, { weight: w, bias: b }), [randn(4, double), randn(4, double)]);
    expect(`${layer}`).toBe('GroupNorm(2, 4, eps=0.00001, affine=true)');
  });

  test('refuses by name', () => {
    expect(() => new layers.GroupNorm(3, 4)).toThrow('GroupNorm: numGroups must divide the channels; got 3 for 4');
    expect(() => new layers.GroupNorm(2, 4).forward(zeros(2, 6))).toThrow(
      'GroupNorm: input must be [N, 4, ...]; got [2, 6]',
    );
    expect(() => layers.groupNorm(zeros(2, 4), 2, { weight: ones(3) })).toThrow('groupNorm: weight must be [4]');
  });
});

describe('InstanceNorm', () => {
  law('normalizes each channel of each sample, or by running statistics, which follow the means over samples', {
    rows: 104,
    formula: 'y = (x - μ) / √(σ² + ε) w + b; running ← (1 - m) running + m · mean over samples of μ and unbiased σ²',
    tolerance: 'D',
    given: [
      fc.record({
        n: size,
        c: fc.nat(3),
        form: fc.constantFrom<number[]>([2], [5], [2, 3], [1, 2, 2]),
        seed: fc.nat(),
      }),
      fc.record(
        {
          useInputStats: fc.boolean(),
          momentum: fc.constantFrom(0, 0.5, 1),
          eps: fc.constantFrom(0.01, 0.5),
        },
        { requiredKeys: [] },
      ),
      fc.record({ running: fc.boolean(), affine: fc.boolean() }),
    ],
    holds: ({ n, c, form, seed }, options, has) => {
      manualSeed(seed);
      const x = randn([n, c, ...form], double);
      const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
      const [weight, bias] = has.affine ? [randn(c, double), randn(c, double)] : [null, null];
      const keeps = has.running || !useInputStats;
      const [mean, variance] = keeps ? [randn(c, double), randn(c, double).square().add(1)] : [null, null];
      const [before, spread] = [mean?.toArray() ?? [], variance?.toArray() ?? []] as [number[], number[]];
      const y = layers.instanceNorm(x, {
        ...options,
        ...(keeps && { runningMean: mean, runningVar: variance }),
        ...(has.affine && { weight, bias }),
      });
      const each = form.reduce((a, b) => a * b, 1);
      const rows = x.reshape(n * c, each).toArray() as number[][];
      const means = rows.map((row) => row.reduce((a, b) => a + b, 0) / each);
      const variances = rows.map((row, i) => row.reduce((a, b) => a + (b - means[i]!) ** 2, 0) / each);
      const expected = rows.map((row, i) => {
        const channel = i % c;
        const [m, v] = useInputStats ? [means[i]!, variances[i]!] : [before[channel]!, spread[channel]!];
        const [w, b] = weight && bias ? [weight.data[channel]!, bias.data[channel]!] : [1, 0];
        return row.map((value) => ((value - m) / Math.sqrt(v + eps)) * w + b);
      });
      // A variance may be as small as eps, and differences are then that much worse off.
      const worst = 1 / Math.sqrt(Math.min(...variances, 1) + eps) ** 3;
      const near = bounds.identity(x, worst, ...(weight && bias ? [weight, bias] : []));
      expectWithin(y, fromArray(expected.flat(), x.shape, double), near);
      if (mean === null || variance === null) return;
      for (let channel = 0; channel < c; channel++) {
        const over = (list: readonly number[]): number =>
          list.filter((_, i) => i % c === channel).reduce((a, b) => a + b, 0) / n;
        const moved = (old: number, now: number): number =>
          useInputStats ? (1 - momentum) * old + momentum * now : old;
        expectWithin([mean.data[channel]!], [moved(before[channel]!, over(means))], bounds.identity(x, before));
        const unbiased = (over(variances) * each) / (each - 1);
        expectWithin([variance.data[channel]!], [moved(spread[channel]!, unbiased)], bounds.identity(x, x, spread));
      }
    },
  });

  test('takes a sample without a batch, keeps statistics where that is asked, and uses them', () => {
    const layer = new layers.InstanceNorm2d(2, { affine: true, trackRunningStats: true });
    const x = randn(2, 3, 4);
    const y = layer.forward(x) as Tensor;
    expectSameBits(y, layers.instanceNorm(x.unsqueeze(0)).squeeze(0));
    const flat = x.flatten(1);
    expectWithin(layer.runningMean as Tensor, flat.mean(-1).mul(0.1).to('float64'), bounds.ulps(4));
    expectWithin(layer.runningVar as Tensor, flat.var(-1).mul(0.1).add(0.9).to('float64'), bounds.ulps(4));
    layer.loadStateDict({ ...layer.stateDict(), running_mean: tensor([1, 2]), running_var: tensor([4, 9]) });
    const evaluated = layer.eval().forward(ones(2, 1, 1)) as Tensor;
    expectWithin(evaluated.flatten().to('float64'), [0, -1 / Math.sqrt(9 + 1e-5)], bounds.ulps(4));
    gradcheck((t) => new layers.InstanceNorm1d(2).forward(t), [randn(1, 2, 3, double)]);
  });

  test('refuses by name', () => {
    expect(() => new layers.InstanceNorm1d(2).forward(zeros(3, 4))).toThrow(
      'InstanceNorm1d: input must be [N, 2, L] or [2, L]; got [3, 4]',
    );
    expect(() => layers.instanceNorm(zeros(1, 2, 1))).toThrow('instanceNorm: a channel must have more than one value');
  });
});

describe('localResponseNorm', () => {
  law('damps by neighbours', {
    rows: [],
    formula: 'y = x / (k + α/n Σ x²)^β',
    tolerance: 'D',
    given: [
      fc.nat(3),
      fc.nat(6),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<number[]>([2], [1, 2], [2, 1, 2]),
      fc.record({ alpha: fc.constant(0.5), beta: fc.constant(0.5), k: fc.constant(2) }, { requiredKeys: [] }),
    ],
    holds: (n, c, near, spatial, options) => {
      const x = randn([n, c, ...spatial], double);
      const each = spatial.reduce((a, b) => a * b, 1);
      const { alpha = 1e-4, beta = 0.75, k: added = 1 } = options;
      const expected = Array.from(x.data, (value, place) => {
        const channel = Math.floor(place / each) % c;
        let sum = 0;
        for (let i = channel - Math.floor(near / 2); i <= channel + Math.floor((near - 1) / 2); i++)
          if (i >= 0 && i < c) sum += x.data[place + (i - channel) * each]! ** 2;
        return value / (added + (alpha * sum) / near) ** beta;
      });
      const y = layers.localResponseNorm(x, near, options);
      expectWithin(y, fromArray(expected, x.shape, double), bounds.identity(x));
      expectSameBits(new layers.LocalResponseNorm(near, options).forward(x), y);
    },
  });
});

law('weightNorm gives slices of the lengths that are said', {
  rows: 112,
  formula: '‖w‖ = g over all dimensions but one, or over all',
  tolerance: 'D',
  given: [fc.array(size, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, -1, null, undefined)],
  holds: (shape, dim) => {
    const kept = dim === null ? -1 : ((dim ?? 0) + shape.length) % shape.length;
    const v = randn(shape, double);
    const g = randn(
      shape.map((n, d) => (d === kept ? n : 1)),
      double,
    );
    const options = dim === undefined ? {} : { dim };
    const w = layers.weightNorm(v, g, options);
    const others = [...shape.keys()].filter((d) => d !== kept);
    const lengths = others.length === 0 ? w.abs() : norm(w, 2, others, { keepdim: true });
    expectWithin(lengths, g.abs(), bounds.identity(g));
    // Of one number, the direction has no derivative, nor has it any to show.
    gradcheck((a, b) => layers.weightNorm(a, b, options), [v, g]);
  },
});
