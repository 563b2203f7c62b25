import { arrays, values } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { cat, fromArray, type Tensor, tensor } from '@tessera/tensor';
import {
  bounds,
  expectAtMost,
  expectSameBits,
  expectWithin,
  LEAST_NORMAL,
  UNIT_FLOAT32 as u,
} from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const make = ({ shape, data }: { shape: number[]; data: number[] }) => fromArray(data, shape);
const sized = { rank: [1, 3], sizes: [1, 2, 3, 5, 8, 9, 17, 33], maxElements: 500 } as const;
const some = (kind: 'finite' | 'dyadic' | 'integers' | 'ties' | 'any') =>
  arrays({ shape: sized, values: kind }).map(make);
const row = (kind: 'finite' | 'dyadic' | 'integers' | 'any', least = 1) =>
  fc.array(values(kind), { minLength: least, maxLength: 200 });
const total = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
const size = (x: Tensor) => total(Array.from(x.data, Math.abs));

describe('sums', () => {
  law('are as good as n roundings allow', {
    rows: 42,
    formula: '|Σ x - f64(Σ x)| ≤ g(n - 1) Σ |x|',
    tolerance: 'S',
    given: [row('finite')],
    holds: (data) => {
      expectWithin(tensor(data).sum(), total(data.map(Math.fround)), bounds.sum(data.map(Math.fround)));
    },
  });

  law('of whole numbers are exact, in any order and grouping', {
    rows: [42, 43],
    formula: 'Σ of whole numbers below 2²⁴ is exact in any grouping',
    tolerance: 'E',
    given: [some('integers')],
    holds: (x) => {
      const all = total(x.data);
      expect(x.sum().item()).toBe(all);
      let steps = x;
      while (steps.ndim > 0) steps = steps.sum(0);
      expect(steps.item()).toBe(all);
      expect(x.sum([...x.shape.keys()].reverse()).item()).toBe(all);
      expectSameBits(
        x.sum(-1),
        x
          .transpose(0, -1)
          .sum(0)
          .transpose(0, -1)
          .reshape([...x.sum(-1).shape]),
      );
    },
  });

  law('over groups of dimensions agree', {
    rows: 43,
    formula: 'Σ Σ x = Σ x; Σ permute(x) = Σ x',
    tolerance: '2P',
    given: [some('finite')],
    holds: (x) => {
      const limit = bounds.twoPaths(bounds.terms(x.count, size(x)));
      expectWithin(x.sum(0).sum(), x.sum(), limit);
      expectWithin(x.permute([...x.shape.keys()].reverse()).sum(), x.sum(), limit);
      expect(x.sum(-1, { keepdim: true }).shape).toEqual([...x.shape.slice(0, -1), 1]);
    },
  });

  law('are linear', {
    rows: 44,
    formula: 'Σ (a x + b y) = a Σ x + b Σ y',
    tolerance: 'E',
    given: [some('dyadic'), fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 })],
    holds: (x, a, b) => {
      const y = x.flip(0).abs();
      expectWithin(x.mul(a).add(y.mul(b)).sum(), x.sum().mul(a).add(y.sum().mul(b)), bounds.exact);
      expectSameBits(x.add(x.flip(0)).sum(), x.sum().mul(2));
    },
  });

  law('means lie between the extremes', {
    rows: 46,
    formula: 'min x ≤ mean x ≤ max x; n mean x = Σ x',
    tolerance: ['P', 'S'],
    given: [some('finite')],
    holds: (x) => {
      const near = bounds.terms(x.count + 1, size(x) / x.count);
      expectWithin(x.mean(), total(x.data) / x.count, near);
      expectAtMost(x.mean(), x.max(), near);
      expectAtMost(x.min(), x.mean(), near);
      expectWithin(x.mean().mul(x.count), x.sum(), bounds.ulps(2));
    },
  });
});

describe('variance', () => {
  law('is that of the definition', {
    rows: 47,
    formula: 'var x = Σ (x - mean)² / (n - 1)',
    tolerance: 'C',
    given: [row('finite', 2)],
    holds: (data) => {
      const x = data.map(Math.fround);
      const mean = total(x) / x.length;
      const expected = total(x.map((value) => (value - mean) ** 2)) / (x.length - 1);
      const kappa = Math.abs(mean) / Math.sqrt(expected);
      const limit = Number.isFinite(kappa)
        ? ((x.length + 3) * u + (x.length * u * kappa) ** 2) * expected
        : (x.length * u * mean) ** 2;
      expectWithin(T.variance(tensor(data)), expected, bounds.conditioned(limit + LEAST_NORMAL));
      expect(T.variance(tensor(data)).item()).toBeGreaterThanOrEqual(0);
    },
  });

  law('does not see shifts, and scales by squares, exactly where these are exact', {
    rows: 47,
    formula: 'var(x + c) = var x; var(2ᵏ x) = 4ᵏ var x; std² = var',
    tolerance: 'E',
    given: [
      fc.array(values('dyadic'), { minLength: 16, maxLength: 16 }),
      fc.integer({ min: -64, max: 64 }),
      fc.integer({ min: -5, max: 5 }),
    ],
    holds: (data, shift, k) => {
      const x = tensor(data);
      expectSameBits(T.variance(x.add(shift)), T.variance(x));
      expectSameBits(T.variance(x.mul(2 ** k)), T.variance(x).mul(4 ** k));
      expectWithin(T.std(x).square(), T.variance(x), bounds.ulps(4));
    },
  });

  law('parts merge to the whole', {
    rows: 48,
    formula: 'var [x | y] = (m₂(x) + m₂(y) + (mean x - mean y)² n m / (n + m)) / (n + m - 1)',
    tolerance: 'D',
    given: [row('finite', 2), row('finite', 2)],
    holds: (first, second) => {
      const [x, y] = [tensor(first, { dtype: 'float64' }), tensor(second, { dtype: 'float64' })];
      const [n, m] = [x.count, y.count];
      const [a, b] = [T.varMean(x), T.varMean(y)];
      const apart = a.mean
        .sub(b.mean)
        .square()
        .mul((n * m) / (n + m));
      const merged = a.var
        .mul(n - 1)
        .add(b.var.mul(m - 1))
        .add(apart)
        .div(n + m - 1);
      const whole = cat([x, y]);
      expectWithin(merged, T.variance(whole), bounds.identity(whole, whole));
    },
  });
});

describe('extremes', () => {
  law('stand where argmax says, the first at ties', {
    rows: 49,
    formula: 'x[argmax] = max x, the first at ties',
    tolerance: 'E',
    given: [some('ties')],
    holds: (x) => {
      const flat = Array.from(x.data);
      expect(x.argmax().item()).toBe(flat.indexOf(Math.max(...flat)));
      expect(x.argmin().item()).toBe(flat.indexOf(Math.min(...flat)));
      const { values: best, indices } = x.max(-1);
      expectSameBits(x.gather(-1, indices.unsqueeze(-1)).squeeze(-1), best);
      expectSameBits(x.amax(-1), best);
    },
  });

  law('distribute over cat, and NaN wins', {
    rows: 49,
    formula: 'amax([x | y]) = maximum(amax x, amax y)',
    tolerance: 'E',
    given: [some('any')],
    holds: (x) => {
      expectSameBits(cat([x, x.neg()]).amax(), T.maximum(x.amax(), x.neg().amax()));
      expect(Number.isNaN(x.amax().item())).toBe(Array.from(x.data).some(Number.isNaN));
    },
  });

  law('are quantiles 0 and 1; the median lies in between', {
    rows: 53,
    formula: 'quantile(0) = min, quantile(1) = max, median = middle',
    tolerance: 'E',
    given: [row('finite')],
    holds: (data) => {
      const x = tensor(data);
      expectWithin(T.quantile(x, 0), x.min(), bounds.exact);
      expectWithin(T.quantile(x, 1), x.max(), bounds.exact);
      const sorted = Array.from(x.data).sort((a, b) => a - b);
      expect(x.median().item()).toBe(sorted[(data.length - 1) >> 1]);
    },
  });
});

describe('scans', () => {
  law('end in the whole, and differences undo them', {
    rows: 50,
    formula: 'cumsum ends in Σ x; diff(cumsum x) = x; cummax idempotent',
    tolerance: 'E',
    given: [row('integers')],
    holds: (data) => {
      const x = tensor(data);
      const sums = x.cumsum(0);
      expect(sums.data.at(-1)).toBe(x.sum().item());
      expectSameBits(cat([sums.narrow(0, 0, 1), sums.diff()]), x);
      expectSameBits(x.cummax(0).values.cummax(0).values, x.cummax(0).values);
      expect(x.cummax(0).values.data.at(-1)).toBe(x.max().item());
    },
  });

  law('products of powers of two are exact', {
    rows: 50,
    formula: 'Π of powers of two is exact',
    tolerance: 'E',
    given: [fc.array(fc.constantFrom(0.5, 1, 2, -1), { minLength: 1, maxLength: 60 })],
    holds: (data) => {
      expect(tensor(data).cumprod(0).data.at(-1)).toBe(data.reduce<number>((a, b) => a * b, 1));
      expect(tensor(data).prod().item()).toBe(data.reduce<number>((a, b) => a * b, 1));
    },
  });

  law('products are exponentials of sums of logarithms', {
    rows: 53,
    formula: 'Π x = ± exp Σ log |x|',
    tolerance: 'C',
    given: [fc.array(values([0.25, 4]), { minLength: 1, maxLength: 60 }), fc.nat({ max: 59 })],
    holds: (data, negative) => {
      const x = tensor(data.map((value, i) => (i < negative ? -value : value)));
      const signed = (-1) ** Math.min(negative, data.length);
      const logs = x.abs().to('float64').log();
      expectWithin(x.prod(), logs.sum().exp().mul(signed), bounds.terms(data.length, logs.sum().exp()));
    },
  });

  law('go over whole lines only, also with infinities and NaN', {
    rows: 50,
    formula: 'cumsum of lines = cumsum line by line',
    tolerance: 'E',
    given: [row('any')],
    holds: (data) => {
      const lines = tensor([data, data]);
      const each = tensor(data).cumsum(0);
      expectSameBits(lines.cumsum(1), T.stack([each, each]));
      expectSameBits(lines.transpose(0, 1).cumsum(0).transpose(0, 1).contiguous(), T.stack([each, each]));
    },
  });
});

describe('norms', () => {
  law('are homogeneous, at least 0, and obey the triangle inequality', {
    rows: 52,
    formula: '‖2ᵏ x‖ = 2ᵏ ‖x‖ ≥ 0, 0 iff x = 0; ‖x + y‖ ≤ ‖x‖ + ‖y‖; ‖x‖_q ≤ ‖x‖_p for p ≤ q',
    tolerance: 'P',
    given: [row('finite'), fc.constantFrom(1, 2, 3, Infinity), fc.integer({ min: -4, max: 4 })],
    holds: (data, p, k) => {
      const x = tensor(data);
      const norm = (t: Tensor): number => T.norm(t, p).item();
      const near = (size: number) => bounds.terms(data.length + 8, size);
      expectWithin(T.norm(x.mul(2 ** k), p), norm(x) * 2 ** k, near(norm(x) * 2 ** k));
      expect(norm(x)).toBeGreaterThanOrEqual(0);
      const y = x.flip(0);
      expectAtMost(norm(x.add(y)), norm(x) + norm(y), near(norm(x) + norm(y)));
      // Powers of the smallest numbers vanish.
      if (data.some((value) => Math.abs(value) > 1e-6)) expect(norm(x)).toBeGreaterThan(0);
      if (p > 1) expectAtMost(norm(x), T.norm(x, p - 1), near(T.norm(x, p === Infinity ? 3 : p - 1).item()));
    },
  });

  test('of nothing and of zeros are 0', () => {
    expect(T.norm(T.zeros(0)).item()).toBe(0);
    expect(T.norm(T.zeros(3)).item()).toBe(0);
  });
});

test('reductions of nothing give their unit, or are refused', () => {
  const none = T.zeros(0, 3);
  expect(none.sum(0).toArray()).toEqual([0, 0, 0]);
  expect(none.prod(0).toArray()).toEqual([1, 1, 1]);
  expect(none.mean(0).toArray()).toEqual([NaN, NaN, NaN]);
  expect([none.all().item(), none.any().item()]).toEqual([1, 0]);
  expect(T.logsumexp(none, 0).toArray()).toEqual([-Infinity, -Infinity, -Infinity]);
  for (const refused of [() => none.max(0), () => none.argmax(0), () => none.amin(0), () => none.median(0)])
    expect(refused).toThrow(T.IndexError);
});
