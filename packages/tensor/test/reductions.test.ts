import { test } from '@fast-check/vitest';
import { arrays, values } from '@tessera/arbitraries';
import * as T from '@tessera/tensor';
import { cat, fromArray, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, gamma, UNIT_FLOAT32 as u } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test as plain } from 'vitest';

const make = ({ shape, data }: { shape: number[]; data: number[] }) => fromArray(data, shape);
const sized = { rank: [1, 3], sizes: [1, 2, 3, 5, 8, 9, 17, 33], maxElements: 500 } as const;
const some = (kind: 'finite' | 'dyadic' | 'integers' | 'ties' | 'any') =>
  arrays({ shape: sized, values: kind }).map(make);
const row = (kind: 'finite' | 'dyadic' | 'integers' | 'any', least = 1) =>
  fc.array(values(kind), { minLength: least, maxLength: 200 });
const total = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
const size = (x: Tensor) => total(Array.from(x.data, Math.abs));

describe('sums', () => {
  test.prop([row('finite')])('are as good as n roundings allow', (data) => {
    expectWithin(tensor(data).sum(), total(data.map(Math.fround)), bounds.sum(data.map(Math.fround)));
  });

  test.prop([some('integers')])('of whole numbers are exact, in any order and grouping', (x) => {
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
  });

  test.prop([some('finite')])('over groups of dimensions agree', (x) => {
    const limit = 2 * gamma(x.count) * size(x) + 2 ** -126;
    expectWithin(x.sum(0).sum(), x.sum(), limit);
    expectWithin(x.permute([...x.shape.keys()].reverse()).sum(), x.sum(), limit);
    expect(x.sum(-1, { keepdim: true }).shape).toEqual([...x.shape.slice(0, -1), 1]);
  });

  test.prop([some('dyadic'), fc.integer({ min: -8, max: 8 })])('are linear', (x, k) => {
    expectWithin(x.mul(k).sum(), x.sum().mul(k), 0);
    expectSameBits(x.add(x.flip(0)).sum(), x.sum().mul(2));
  });

  test.prop([some('finite')])('means lie between the extremes', (x) => {
    const slack = u * x.abs().max().item() * 2;
    expect(x.mean().item()).toBeLessThanOrEqual(x.max().item() + slack);
    expect(x.mean().item()).toBeGreaterThanOrEqual(x.min().item() - slack);
    expectWithin(x.mean(), total(x.data) / x.count, gamma(x.count + 1) * (size(x) / x.count) + 2 ** -126);
  });
});

describe('variance', () => {
  test.prop([row('finite', 2)])('is that of the definition', (data) => {
    const x = data.map(Math.fround);
    const mean = total(x) / x.length;
    const expected = total(x.map((value) => (value - mean) ** 2)) / (x.length - 1);
    const kappa = Math.abs(mean) / Math.sqrt(expected);
    const limit = Number.isFinite(kappa)
      ? ((x.length + 3) * u + (x.length * u * kappa) ** 2) * expected
      : (x.length * u * mean) ** 2;
    expectWithin(T.variance(tensor(data)), expected, limit + 2 ** -126);
    expect(T.variance(tensor(data)).item()).toBeGreaterThanOrEqual(0);
  });

  test.prop([
    fc.array(values('dyadic'), { minLength: 16, maxLength: 16 }),
    fc.integer({ min: -64, max: 64 }),
    fc.integer({ min: -5, max: 5 }),
  ])('does not see shifts, and scales by squares, exactly where these are exact', (data, shift, k) => {
    const x = tensor(data);
    expectSameBits(T.variance(x.add(shift)), T.variance(x));
    expectSameBits(T.variance(x.mul(2 ** k)), T.variance(x).mul(4 ** k));
    expectWithin(T.std(x).square(), T.variance(x), (y) => 4 * u * y);
  });
});

describe('extremes', () => {
  test.prop([some('ties')])('stand where argmax says, the first at ties', (x) => {
    const flat = Array.from(x.data);
    expect(x.argmax().item()).toBe(flat.indexOf(Math.max(...flat)));
    expect(x.argmin().item()).toBe(flat.indexOf(Math.min(...flat)));
    const { values: best, indices } = x.max(-1);
    expectSameBits(x.gather(-1, indices.unsqueeze(-1)).squeeze(-1), best);
    expectSameBits(x.amax(-1), best);
  });

  test.prop([some('any')])('distribute over cat, and NaN wins', (x) => {
    expectSameBits(cat([x, x.neg()]).amax(), T.maximum(x.amax(), x.neg().amax()));
    expect(Number.isNaN(x.amax().item())).toBe(Array.from(x.data).some(Number.isNaN));
  });

  test.prop([row('finite')])('are quantiles 0 and 1; the median lies in between', (data) => {
    const x = tensor(data);
    expectWithin(T.quantile(x, 0), x.min(), 0);
    expectWithin(T.quantile(x, 1), x.max(), 0);
    const sorted = Array.from(x.data).sort((a, b) => a - b);
    expect(x.median().item()).toBe(sorted[(data.length - 1) >> 1]);
  });
});

describe('scans', () => {
  test.prop([row('integers')])('end in the whole, and differences undo them', (data) => {
    const x = tensor(data);
    const sums = x.cumsum(0);
    expect(sums.data.at(-1)).toBe(x.sum().item());
    expectSameBits(cat([sums.narrow(0, 0, 1), sums.diff()]), x);
    expectSameBits(x.cummax(0).values.cummax(0).values, x.cummax(0).values);
    expect(x.cummax(0).values.data.at(-1)).toBe(x.max().item());
  });

  test.prop([fc.array(fc.constantFrom(0.5, 1, 2, -1), { minLength: 1, maxLength: 60 })])(
    'products of powers of two are exact',
    (data) => {
      expect(tensor(data).cumprod(0).data.at(-1)).toBe(data.reduce<number>((a, b) => a * b, 1));
      expect(tensor(data).prod().item()).toBe(data.reduce<number>((a, b) => a * b, 1));
    },
  );

  test.prop([row('any')])('go over whole lines only, also with infinities and NaN', (data) => {
    const lines = tensor([data, data]);
    const each = tensor(data).cumsum(0);
    expectSameBits(lines.cumsum(1), T.stack([each, each]));
    expectSameBits(lines.transpose(0, 1).cumsum(0).transpose(0, 1).contiguous(), T.stack([each, each]));
  });
});

describe('norms', () => {
  test.prop([row('finite'), fc.constantFrom(1, 2, 3, Infinity), fc.integer({ min: -4, max: 4 })])(
    'are homogeneous, at least 0, and obey the triangle inequality',
    (data, p, k) => {
      const x = tensor(data);
      const norm = (t: Tensor): number => T.norm(t, p).item();
      expectWithin(T.norm(x.mul(2 ** k), p), norm(x) * 2 ** k, (y) => gamma(data.length + 8) * y + 2 ** -126);
      expect(norm(x)).toBeGreaterThanOrEqual(0);
      const y = x.flip(0);
      expect(norm(x.add(y))).toBeLessThanOrEqual((norm(x) + norm(y)) * (1 + gamma(data.length + 8)) + 2 ** -126);
    },
  );

  plain('of nothing and of zeros are 0', () => {
    expect(T.norm(T.zeros(0)).item()).toBe(0);
    expect(T.norm(T.zeros(3)).item()).toBe(0);
  });
});

plain('reductions of nothing give their unit, or are refused', () => {
  const none = T.zeros(0, 3);
  expect(none.sum(0).toArray()).toEqual([0, 0, 0]);
  expect(none.prod(0).toArray()).toEqual([1, 1, 1]);
  expect(none.mean(0).toArray()).toEqual([NaN, NaN, NaN]);
  expect([none.all().item(), none.any().item()]).toEqual([1, 0]);
  expect(T.logsumexp(none, 0).toArray()).toEqual([-Infinity, -Infinity, -Infinity]);
  for (const refused of [() => none.max(0), () => none.argmax(0), () => none.amin(0), () => none.median(0)])
    expect(refused).toThrow(T.IndexError);
});
