import { law } from '@tessera/laws';
import { empty, eye, Generator, manualSeed, ones, randn, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bilinear, Conv2d, conv1d, init, Linear, Parameter } from '../src/index.ts';

const double = { dtype: 'float64' } as const;
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const side = fc.integer({ min: 1, max: 70 });
const gains = fc.constantFrom(1, 0.5, undefined);

describe('orthogonal_', () => {
  law('makes rows or columns orthonormal, to the last digits', {
    rows: 171,
    formula: 'W Wᵀ = gain² I',
    tolerance: 'D',
    given: [fc.oneof(fc.tuple(side, side), fc.array(fc.nat(4), { minLength: 2, maxLength: 4 })), seed, gains],
    holds: (shape, number, gain) => {
      const t = empty(shape, double);
      const options = { generator: new Generator(number), ...(gain && { gain }) };
      expect(init.orthogonal_(t, options)).toBe(t);
      // All dimensions but the first are columns. Of nothing there is nothing to say.
      if (t.count === 0) return;
      const w = t.flatten(1);
      const wide = w.shape[0]! <= w.shape[1]! ? w : w.transpose(0, 1);
      const gram = wide.matmul(wide.transpose(0, 1));
      expectWithin(gram, eye(wide.shape[0]!, wide.shape[0]!, double).mul((gain ?? 1) ** 2), bounds.identity(gram));
    },
  });

  test('draws all directions alike: the mean of many is nothing', () => {
    const mean = zeros(2, 2, double);
    const generator = new Generator(7);
    const many = 2000;
    for (let i = 0; i < many; i++) mean.add_(init.orthogonal_(empty([2, 2], double), { generator }).div(many));
    expectWithin(mean, 0, bounds.mean(1 / 2, many));
  });
});

describe('random weights', () => {
  /** Mean and variance of many draws are what they should be, and all lie within the bounds. */
  const expectSpread = (t: Tensor, std: number, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY) => {
    const values = Array.from(t.data);
    const n = values.length;
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    expectWithin(mean, 0, bounds.mean(std ** 2, n));
    expectWithin(variance / std ** 2, 1, bounds.variance(3, n));
    for (const x of values) expect(x >= low && x <= high).toBe(true);
  };

  law('have the spread that is said', {
    rows: 170,
    formula: 'E x = 0, E x² = σ²',
    tolerance: 'Z',
    given: [seed],
    holds: (number) => {
      const generator = new Generator(number);
      const make = (): Tensor => empty([100, 60]);
      const uniform = init.xavierUniformRange(make(), { gain: 2 });
      const { low, high } = uniform;
      expectSpread(init.xavierUniform_(make(), { gain: 2, generator }), high / Math.sqrt(3), low, high);
      expectSpread(init.xavierNormal_(make(), { generator }), init.xavierNormalMoments(make()).std);
      const kaiming = init.kaimingUniformRange(make(), { nonlinearity: 'relu', mode: 'fan_out' });
      expectSpread(
        init.kaimingUniform_(make(), { nonlinearity: 'relu', mode: 'fan_out', generator }),
        kaiming.high / Math.sqrt(3),
        kaiming.low,
        kaiming.high,
      );
      expectSpread(
        init.kaimingNormal_(make(), { a: 0.2, generator }),
        init.kaimingNormalMoments(make(), { a: 0.2 }).std,
      );
      // The deviation of a normal variable cut off at two deviations is 0.8796.
      expectSpread(init.truncNormal_(make(), { std: 0.02, a: -0.04, b: 0.04, generator }), 0.0175925, -0.04, 0.04);
    },
  });

  law('truncNormal_ keeps to bounds far out in the tail, on either side', {
    rows: 170,
    formula: 'a ≤ t ≤ b; where no number of float64 is left between their probabilities, t is the nearer bound',
    tolerance: 'E',
    given: [fc.constantFrom(-5, 0, 3), fc.constantFrom(0.25, 1, 2), fc.constantFrom(4, 6, 10, 60), fc.boolean()],
    holds: (mean, std, distance, isAbove) => {
      const near = isAbove ? mean + distance * std : mean - distance * std;
      const [a, b] = isAbove ? [near, near + std] : [near - std, near];
      const t = init.truncNormal_(empty([20]), { mean, std, a, b });
      for (const x of t.data) expect(distance < 10 ? x >= a && x <= b : x === near).toBe(true);
    },
  });

  law('sparse_ sets a share of every column to 0', {
    rows: 170,
    formula: 'zeros per column = ⌈sparsity · rows⌉',
    tolerance: 'E',
    given: [fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0.1, 0.5, 1)],
    holds: (rows, columns, sparsity) => {
      const t = init.sparse_(empty([rows, columns]), sparsity);
      const zeroed = t.eq(0).to('int32').sum(0);
      for (const count of zeroed.data) expect(count).toBe(Math.ceil(sparsity * rows));
    },
  });

  law('of layers are uniform within 1 / √fan_in, biases too', {
    rows: 170,
    formula: '|w| ≤ 1 / √n, E |w| = 1 / (2 √n) for n inputs of each output',
    tolerance: ['P', 'Z'],
    given: [fc.integer({ min: 2, max: 12 }), seed],
    holds: (n, number) => {
      manualSeed(number);
      const layers = [
        [new Linear(n, 12), n],
        [new Bilinear(n, 3, 12), n],
        [new Conv2d(n, 12, [2, 3]), 6 * n],
      ] as const;
      for (const [layer, inputs] of layers) {
        const bound = 1 / Math.sqrt(inputs);
        const sizes = layer.parameters().flatMap((p) => [...p.detach().abs().data]);
        for (const value of sizes) expectAtMost([value], Math.fround(bound));
        const mean = sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
        expectWithin(mean, bound / 2, bounds.mean(bound ** 2 / 12, sizes.length));
      }
    },
  });

  test('are the same for the same seed, and change the weight itself without a record', () => {
    const layer = new Linear(8, 8);
    const same = init.xavierNormal_(layer.weight, { generator: new Generator(3) });
    expect(same).toBe(layer.weight);
    expect(layer.weight.isLeaf && layer.weight.requiresGrad).toBe(true);
    expectSameBits(layer.weight.detach(), init.xavierNormal_(empty([8, 8]), { generator: new Generator(3) }));
  });
});

describe('constants', () => {
  law('fill, and dirac_ and eye_ are the identity as far as there are channels', {
    rows: 170,
    formula: 'constant_(c) = c; eye_ᵢⱼ = δᵢⱼ; conv(x; dirac_) = x',
    tolerance: 'E',
    given: [
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1, 3, 5),
      fc.constantFrom(1, 2),
    ],
    holds: (outputs, inputs, kernel, groups) => {
      const p = new Parameter(empty([outputs, inputs]));
      expectSameBits(init.constant_(p, 0.25).detach(), ones(outputs, inputs).mul(0.25));
      expectSameBits(init.ones_(p).detach(), ones(outputs, inputs));
      expectSameBits(init.zeros_(p).detach(), zeros(outputs, inputs));
      expectSameBits(init.eye_(p).detach(), eye(outputs, inputs));
      const weight = init.dirac_(empty([groups * outputs, inputs, kernel]), { groups });
      const x = init.normal_(empty([2, groups * inputs, 6]));
      const y = conv1d(x, weight, { padding: (kernel - 1) / 2, groups });
      const both = Math.min(outputs, inputs);
      for (let g = 0; g < groups; g++) {
        expectWithin(y.narrow(1, g * outputs, both), x.narrow(1, g * inputs, both).to('float64'), bounds.exact);
        expectWithin(y.narrow(1, g * outputs + both, outputs - both), 0, bounds.exact);
      }
    },
  });

  law('gains are those of the table, and keep variance through many layers', {
    rows: 171,
    formula: 'tanh 5/3, relu √2, leaky √(2 / (1 + a²)), selu 3/4, else 1; log var after 20 layers of relu ≈ 0',
    tolerance: ['E', 'Z'],
    given: [seed, fc.constantFrom(0, 0.01, 0.5)],
    share: 0.05,
    holds: (number, slope) => {
      expect(init.calculateGain('tanh')).toBe(5 / 3);
      expect(init.calculateGain('relu')).toBe(Math.SQRT2);
      expect(init.calculateGain('leaky_relu', slope)).toBe(Math.sqrt(2 / (1 + slope ** 2)));
      expect(init.calculateGain('selu')).toBe(3 / 4);
      for (const linear of ['linear', 'conv2d', 'sigmoid'] as const) expect(init.calculateGain(linear)).toBe(1);
      const generator = new Generator(number);
      const [depth, width] = [20, 512];
      let x: Tensor = randn([64, width], { generator });
      for (let layer = 0; layer < depth; layer++) {
        const w = init.kaimingNormal_(empty([width, width]), { nonlinearity: 'relu', generator });
        x = x.relu().matmul(w.t());
      }
      // A layer changes the logarithm by 5 / width of variance: 5 is that of 2 relu(z)^2, z normal.
      expectWithin(x.square().mean().log(), 0, bounds.mean(5 * depth, width));
    },
  });
});

test.each<readonly [string, () => unknown]>([
  ['eye_: the tensor must be a matrix; got [3]', () => init.eye_(zeros(3))],
  ['dirac_: the tensor must be [out, in, ...] of three to five dimensions; got [3, 3]', () => init.dirac_(zeros(3, 3))],
  ['dirac_: groups must divide the output channels; got 2 for 3', () => init.dirac_(zeros(3, 3, 1), { groups: 2 })],
  ['calculateFanInAndFanOut: weight must have two dimensions at least; got [3]', () => init.xavierNormal_(zeros(3))],
  [
    "kaimingNormal_: mode must be 'fan_in' or 'fan_out'; got \"in\"",
    () => init.kaimingNormal_(zeros(2, 2), { mode: 'in' as never }),
  ],
  ['calculateGain: nonlinearity must be one of linear', () => init.calculateGain('swish' as never)],
  ['orthogonal_: the tensor must have two dimensions at least; got [3]', () => init.orthogonal_(zeros(3))],
  ['truncNormal_: a must be below b; got 2 and -2', () => init.truncNormal_(zeros(3), { a: 2, b: -2 })],
  ['sparse_: sparsity must be in [0, 1]; got 2', () => init.sparse_(zeros(2, 2), 2)],
  ["xavierUniform_: there is no option 'scale'", () => init.xavierUniform_(zeros(2, 2), { scale: 2 } as never)],
])('refuses: %s', (message, run) => {
  expect(run).toThrow(message);
});
