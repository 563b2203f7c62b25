import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { dropout, Generator, ones, randn, rmsNorm, type Tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import * as layers from '../src/index.ts';

const double = { dtype: 'float64' } as const;
const seed = fc.nat();
const some = (seed: number, shape: readonly number[]): Tensor =>
  randn([...shape], { ...double, generator: new Generator(seed) });
const size = fc.integer({ min: 1, max: 4 });

law('RMSNorm does not see the scale, and is LayerNorm where the mean is 0', {
  rows: 104,
  formula: 'RMS(2ᵏ x; 4ᵏ ε) = RMS(x); mean x = 0: RMS(x) = LN(x)',
  tolerance: ['E', 'D'],
  given: [seed, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -8, max: 8 })],
  holds: (number, n, k) => {
    const x = some(number, [3, n]);
    const eps = 2 ** -10;
    expectSameBits(rmsNorm(x.mul(2 ** k), [n], { eps: eps * 4 ** k }), rmsNorm(x, [n], { eps }));
    const centred = x.sub(x.mean(-1, { keepdim: true }));
    const layer = new layers.LayerNorm(n, { eps, elementwiseAffine: false });
    // Where all is rounding, eps rules; elsewhere both divide by the same.
    expectWithin(rmsNorm(centred, [n], { eps }), layer.forward(centred), bounds.identity(centred, eps ** -0.5));
  },
});

describe('batch normalization', () => {
  const drawn = [seed, fc.integer({ min: 2, max: 5 }), size, size] as const;

  law('has mean 0 and the variance that eps leaves in every channel, and remembers the unbiased one', {
    rows: 105,
    formula: 'mean(y) = 0, var(y) = s² / (s² + ε); running = (1 - m) old + m new, new = n s² / (n - 1)',
    tolerance: 'D',
    given: [...drawn, fc.constantFrom(0.1, 0.5)],
    holds: (number, n, c, l, momentum) => {
      const layer = new layers.BatchNorm1d(c, { momentum, eps: 0.125 }).double();
      const [w, b] = [some(number + 1, [c]), some(number + 2, [c])];
      layer.loadStateDict({ ...layer.stateDict(), weight: w, bias: b });
      const x = some(number, [n, c, l]);
      const y = layer.forward(x).detach().sub(b.unsqueeze(1)).div(w.unsqueeze(1));
      const [mean, variance] = [x.mean([0, 2]), x.var([0, 2], { correction: 0 })];
      const size = y.abs().add(w.reciprocal().abs().unsqueeze(1));
      expectWithin(y.mean([0, 2]), 0, bounds.identity(size));
      expectWithin(y.var([0, 2], { correction: 0 }), variance.div(variance.add(0.125)), bounds.identity(size, size));
      const unbiased = variance.mul((n * l) / (n * l - 1));
      expectWithin(layer.runningMean as Tensor, mean.mul(momentum), bounds.identity(x));
      expectWithin(layer.runningVar as Tensor, unbiased.mul(momentum).add(1 - momentum), bounds.identity(x, x));
    },
  });

  law('in evaluation is one linear map for each channel, which the convolution before it can take up', {
    rows: 105,
    formula: 'BN(conv(x; W, b)) = conv(x; s W, s (b - μ) + β), s = γ / √(v + ε)',
    tolerance: 'D',
    given: [seed, size, size],
    holds: (number, inputs, outputs) => {
      const conv = new layers.Conv1d(inputs, outputs, 2).double();
      const norm = new layers.BatchNorm1d(outputs).double();
      const [gamma, beta, mu, root] = [1, 2, 3, 4].map((i) => some(number + i, [outputs])) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      const running_var = root.square();
      norm.loadStateDict({ ...norm.stateDict(), weight: gamma, bias: beta, running_mean: mu, running_var });
      norm.eval();
      const x = some(number, [2, inputs, 5]);
      const both = norm.forward(conv.forward(x)).detach();
      const s = gamma.div(running_var.add(norm.eps).sqrt());
      const { weight, bias } = conv.stateDict() as { weight: Tensor; bias: Tensor };
      conv.loadStateDict({
        weight: weight.mul(s.reshape(outputs, 1, 1)),
        bias: bias.sub(mu).mul(s).add(beta),
      });
      expectWithin(conv.forward(x).detach(), both, bounds.identity(x, s, [...mu.data].map(Math.abs)));
    },
  });
});

describe('dropout', () => {
  law('keeps elements at the rate that is asked for, scaled, and drops the same backwards', {
    rows: 106,
    formula: 'y = 0 or x / (1 - p); share of 0 = p; ∂y/∂x = y / x; p = 0: x; p = 1: 0',
    tolerance: ['E', 'Z'],
    given: [seed, fc.constantFrom(0, 0.25, 0.5, 0.75, 1)],
    holds: (number, p) => {
      const n = 4096;
      const layer = new layers.Dropout(p);
      const x = ones(n);
      const leaf: Tensor = requiresGrad(x.clone());
      const generator = new Generator(number);
      const y = dropout(leaf, p, { generator });
      expect([0, p === 1 ? 0 : Math.fround(1 / (1 - p))]).toEqual(expect.arrayContaining([...new Set(y.data)]));
      const dropped = y.detach().eq(0).to('float32').mean();
      expectWithin(dropped, p, bounds.frequency(p, n));
      y.sum().backward();
      expectSameBits(leaf.grad as Tensor, y.detach());
      expectSameBits(layer.eval().forward(x), x);
    },
  });

  law('of self-normalizing networks keeps a mean of 0 and a variance of 1', {
    rows: 106,
    formula: 'E y = 0, E y² = 1 for x of mean 0 and variance 1',
    tolerance: 'Z',
    given: [seed, fc.constantFrom(0.1, 0.5)],
    share: 0.2,
    holds: (number, p) => {
      const n = 20_000;
      const generator = new Generator(number);
      const x = randn(n, { generator });
      const y = layers.alphaDropout(x, p, { generator });
      expectWithin(y.mean(), 0, bounds.mean(1, n));
      // Mixed from a normal variable and a constant below it, with a fourth moment of at most 5.
      expectWithin(y.var(), 1, bounds.variance(5, n));
    },
  });
});

law('Bilinear is linear in each of its inputs', {
  rows: 112,
  formula: 'B(x + u, y) = B(x, y) + B(u, y), B(x, 2ᵏ y) = 2ᵏ B(x, y), without bias',
  tolerance: ['D', 'E'],
  given: [seed, size, size, size],
  holds: (number, a, b, outputs) => {
    const layer = new layers.Bilinear(a, b, outputs, { bias: false }).double();
    const [x, u, y] = [some(number, [3, a]), some(number + 1, [3, a]), some(number + 2, [3, b])];
    const f = (one: Tensor, other: Tensor): Tensor => layer.forward(one, other).detach();
    expectWithin(f(x.add(u), y), f(x, y).add(f(u, y)), bounds.identity(x, u, y));
    expectSameBits(f(x, y.mul(8)), f(x, y).mul(8));
    expectSameBits(f(x.mul(8), y), f(x, y).mul(8));
  },
});

law('layers have as many parameters as their formulas say, and Sequential runs them in order', {
  rows: 113,
  formula: '|Linear| = (i + 1) o; |Conv| = (i k² + 1) o; |RNN, GRU, LSTM| = {1, 3, 4} h (i + h + 2); ...',
  tolerance: 'E',
  given: [size, size, fc.integer({ min: 1, max: 3 })],
  holds: (i, o, k) => {
    const count = (layer: layers.Module): number => layer.parameters().reduce((sum, p) => sum + p.count, 0);
    expect(count(new layers.Linear(i, o))).toBe((i + 1) * o);
    expect(count(new layers.Linear(i, o, { bias: false }))).toBe(i * o);
    expect(count(new layers.Conv2d(i, o, k))).toBe((i * k * k + 1) * o);
    expect(count(new layers.ConvTranspose2d(i, o, k))).toBe(i * k * k * o + o);
    expect(count(new layers.RNN(i, o))).toBe(o * (i + o + 2));
    expect(count(new layers.GRU(i, o))).toBe(3 * o * (i + o + 2));
    expect(count(new layers.LSTM(i, o, { numLayers: 2 }))).toBe(4 * o * (i + o + 2) + 4 * o * (2 * o + 2));
    expect(count(new layers.Embedding(i, o))).toBe(i * o);
    expect(count(new layers.BatchNorm2d(o))).toBe(2 * o);
    expect(count(new layers.MultiheadAttention(2 * o, 2))).toBe(4 * (2 * o) ** 2 + 8 * o);
    expect(count(new layers.Bilinear(i, o, k))).toBe(k * (i * o + 1));
    const parts = [new layers.Linear(i, o), new layers.Tanh(), new layers.Linear(o, k)] as const;
    const x = randn(3, i);
    const inOrder = parts[2].forward(parts[1].forward(parts[0].forward(x)));
    expectSameBits(new layers.Sequential(...parts).forward(x).detach(), (inOrder as Tensor).detach());
  },
});
