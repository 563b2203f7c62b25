import { gradcheck } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { layerNorm, norm, ones, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
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
  law('normalizes each channel of each sample', {
    rows: 104,
    formula: 'mean(y) = 0, running = 0.1 batch + 0.9 old',
    tolerance: 'C',
    given: [size, size, fc.integer({ min: 2, max: 5 })],
    holds: (n, c, l) => {
      const y = new layers.InstanceNorm1d(c).forward(randn(n, c, l, double).mul(3).add(1)) as Tensor;
      expectWithin(y.mean(-1), 0, bounds.identity(y));
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
    given: [size, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 })],
    holds: (n, c, near) => {
      const x = randn(n, c, 2, double);
      const values = x.toArray() as number[][][];
      const expected = values.map((channels) =>
        channels.map((row, i) =>
          row.map((value, j) => {
            let sum = 0;
            for (let k = i - Math.floor(near / 2); k <= i + Math.floor((near - 1) / 2); k++)
              sum += (channels[k]?.[j] ?? 0) ** 2;
            return value / (2 + (0.5 * sum) / near) ** 0.75;
          }),
        ),
      );
      const y = layers.localResponseNorm(x, near, { alpha: 0.5, k: 2 });
      expectWithin(y, tensor(expected, double), bounds.identity(x));
      expectSameBits(new layers.LocalResponseNorm(near, { alpha: 0.5, k: 2 }).forward(x), y);
    },
  });
});

law('weightNorm gives slices of the lengths that are said', {
  rows: 112,
  formula: '‖w‖ = g',
  tolerance: 'D',
  given: [size, size],
  holds: (rows, columns) => {
    const [v, g] = [randn(rows, columns, double), randn(rows, 1, double)];
    expectWithin(norm(layers.weightNorm(v, g), 2, 1, { keepdim: true }), g.abs(), bounds.identity(g));
    gradcheck((a, b) => layers.weightNorm(a, b), [v, g]);
    expectWithin(norm(layers.weightNorm(v, tensor(2, double), { dim: null })), 2, bounds.identity(2));
  },
});
