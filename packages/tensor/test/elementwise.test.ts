import { test } from '@fast-check/vitest';
import { values } from '@tessera/arbitraries';
import * as T from '@tessera/tensor';
import { type Tensor, tensor } from '@tessera/tensor';
import { type Bound, bounds, expectSameBits, expectWithin, UNIT_FLOAT32 as u, ulp } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test as plain } from 'vitest';

const list = (value: fc.Arbitrary<number>) =>
  fc.array(value, { minLength: 1, maxLength: 40 }).map((data) => tensor(data));
const any = list(values('any'));
const finite = list(values('finite'));
const between = (low: number, high: number) => list(values([low, high]));
const pairs = (value: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(value, value), { minLength: 1, maxLength: 40 })
    .map((rows) => [tensor(rows.map(([a]) => a)), tensor(rows.map(([, b]) => b))] as const);

/** The ulps that the kernels of exponentials and logarithms declare. */
const K = 2;
const scaled =
  (factor: number): Bound =>
  (y) =>
    factor * Math.max(Math.abs(y), 2 ** -126);
const double = (x: Tensor): Tensor => x.to('float64');

describe('arithmetic', () => {
  test.prop([pairs(values('any'))])('add and mul commute, sub turns its sign', ([x, y]) => {
    expectSameBits(x.add(y), y.add(x));
    expectSameBits(x.mul(y), y.mul(x));
    expectWithin(x.sub(y), y.sub(x).neg(), 0);
  });

  test.prop([pairs(values('any'))])('is rounded once: the float64 result to nearest', ([x, y]) => {
    const [a, b] = [x.data, y.data];
    for (const [name, f] of Object.entries({
      add: (p: number, q: number) => p + q,
      sub: (p: number, q: number) => p - q,
      mul: (p: number, q: number) => p * q,
      div: (p: number, q: number) => p / q,
    })) {
      expectSameBits(x[name as 'add'](y), tensor(Array.from(a, (p, i) => Math.fround(f(p, b[i] as number)))));
    }
    expectSameBits(x.sqrt(), tensor(Array.from(a, (p) => Math.fround(Math.sqrt(p)))));
  });

  test.prop([any])('-(-x) = x, |-x| = |x|, x - x = 0 for finite x', (x) => {
    expectSameBits(x.neg().neg(), x);
    expectSameBits(x.neg().abs(), x.abs());
    expectWithin(T.nanToNum(x).sub(T.nanToNum(x)), 0, 0);
  });

  test.prop([finite, fc.integer({ min: -20, max: 20 })])('powers of two scale exactly', (x, k) => {
    expectSameBits(x.mul(2 ** k).div(2 ** k), x);
    expectSameBits(x.div(2 ** k), x.mul(2 ** -k));
  });
});

describe('functions', () => {
  test.prop([between(-20, 20)])('odd and even ones', (x) => {
    for (const f of ['sin', 'tan', 'asinh', 'sinh', 'tanh', 'atan', 'erf'] as const)
      expectSameBits(x.neg()[f](), x[f]().neg());
    for (const f of ['cos', 'cosh', 'abs'] as const) expectSameBits(x.neg()[f](), x[f]());
  });

  test.prop([fc.tuple(values([-30, 30]), values([-30, 30]))])(
    'monotone ones keep the order, up to their ulps',
    ([a, b]) => {
      const x = tensor([Math.min(a, b), Math.max(a, b)]);
      for (const f of ['exp', 'tanh', 'sigmoid', 'erf', 'softplus', 'expm1', 'atan'] as const) {
        const [low, high] = x[f]().data as unknown as [number, number];
        expect(low).toBeLessThanOrEqual(high + 2 * K * ulp(high));
      }
      const [low, high] = x.abs().sort().values.sqrt().data as unknown as [number, number];
      expect(low).toBeLessThanOrEqual(high);
    },
  );

  test.prop([pairs(values([-20, 20]))])('exp(a + b) = exp(a) exp(b), log(x y) = log x + log y', ([a, b]) => {
    const sum = double(a).add(double(b));
    const relative = sum
      .abs()
      .add(6 * K + 2)
      .mul(u).data;
    expectWithin(
      a.add(b).exp(),
      double(a.exp()).mul(double(b.exp())),
      (y, i) => (relative[i] as number) * y + a.abs().add(b.abs()).data[i]! * u * y,
    );
    const [x, y] = [a.exp(), b.exp()];
    expectWithin(
      x.mul(y).log(),
      double(x.log()).add(double(y.log())),
      (z, i) => 2 * K * u * (Math.abs(z) + 2 * (a.data[i]! ** 2 + b.data[i]! ** 2) ** 0.5 + 1) + u * (1 + Math.abs(z)),
    );
  });

  test.prop([between(-80, 80)])('log(exp x) = x, log1p(expm1 x) = x without cancellation', (x) => {
    expectWithin(x.exp().log(), double(x), (y) => 2 * K * u * (Math.abs(y) + 1));
    const tiny = x.mul(1e-6);
    expectWithin(tiny.expm1().log1p(), double(tiny), (y) => (2 * K + 1) * ulp(y) + 2 ** -126);
  });

  test.prop([between(-100, 100)])('sin^2 + cos^2 = 1, tanh(x) = 2 sigmoid(2x) - 1', (x) => {
    expectWithin(double(x.sin()).square().add(double(x.cos()).square()), 1, (4 * K + 4) * u);
    expectWithin(x.tanh(), double(x).mul(2).sigmoid().mul(2).sub(1), (3 * K + 2) * u);
  });

  test.prop([between(-30, 30)])('sigmoid, softplus and logsigmoid belong together', (x) => {
    expectWithin(double(x.sigmoid()).add(double(x.neg().sigmoid())), 1, (1.5 * K + 1) * u * 2);
    expectWithin(x.logsigmoid(), double(x.neg().softplus()).neg(), scaled(4 * K * u));
    expectWithin(double(x.softplus()).sub(double(x.neg().softplus())), double(x), (y) => 4 * K * u * (Math.abs(y) + 1));
    expectWithin(T.silu(x), double(x).mul(double(x).sigmoid()), (y) => (K + 2) * ulp(y) + 2 ** -126);
  });

  test.prop([between(-10, 10)])('gelu(x) - gelu(-x) = x, and its tanh form is near', (x) => {
    expectWithin(
      double(x.gelu()).sub(double(x.neg().gelu())),
      double(x),
      (y) => (3 * K + 2) * u * Math.abs(y) + 2 ** -126,
    );
    expectWithin(T.gelu(double(x), { approximate: 'tanh' }), T.gelu(double(x)), 4.7331e-4);
  });

  test.prop([between(-10, 10)])('the relu family', (x) => {
    expectSameBits(x.relu().relu(), x.relu());
    expectWithin(x.relu().sub(x.neg().relu()), x, 0);
    expectWithin(T.leakyRelu(x, { negativeSlope: 1 }), x, 0);
    expectWithin(T.clamp(x, 0, null), x.relu(), 0);
    for (const value of T.elu(x, { alpha: 0.5 }).data) expect(value).toBeGreaterThanOrEqual(-0.5);
  });

  test.prop([any])('pow with whole exponents', (x) => {
    expectWithin(x.pow(0), 1, 0);
    expectSameBits(x.pow(1), x);
    expectSameBits(x.pow(2), x.mul(x));
    expectWithin(x.abs().pow(0.5), x.abs().sqrt(), bounds.ulps(2));
  });
});

describe('rounding and order', () => {
  test.prop([any])('floor <= x <= ceil, trunc toward 0, round half to even, all idempotent', (x) => {
    const [floor, ceil, trunc, round] = [x.floor(), x.ceil(), x.trunc(), x.round()];
    for (const y of [floor, ceil, trunc, round]) {
      expectSameBits(y.floor(), y);
      expectSameBits(y.round(), y);
    }
    x.data.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      expect(floor.data[i]).toBeLessThanOrEqual(value);
      expect(ceil.data[i]).toBeGreaterThanOrEqual(value);
      expect(Math.abs(trunc.data[i] as number)).toBeLessThanOrEqual(Math.abs(value));
    });
    expect(tensor([0.5, 1.5, 2.5, -0.5, -1.5]).round().toArray()).toEqual([0, 2, 2, -0, -2]);
  });

  test.prop([pairs(values('any'))])('maximum and minimum are a lattice, and NaN wins', ([x, y]) => {
    expectSameBits(T.maximum(x, x), x);
    expectWithin(T.maximum(x, y), T.maximum(y, x), 0);
    expectWithin(T.minimum(x, y), T.maximum(x.neg(), y.neg()).neg(), 0);
    const [clean, other] = [T.nanToNum(x), T.nanToNum(y)];
    expectWithin(T.maximum(clean, T.minimum(clean, other)), clean, 0);
    expectSameBits(T.maximum(x, y).isnan(), x.isnan().logicalOr(y.isnan()));
    expectSameBits(T.fmax(x, y).isnan(), x.isnan().logicalAnd(y.isnan()));
  });

  test.prop([pairs(values('any'))])('comparisons with NaN are false but ne; others are total', ([x, y]) => {
    const unordered = x.isnan().logicalOr(y.isnan());
    for (const f of ['lt', 'le', 'gt', 'ge', 'eq'] as const) expect(x[f](y).logicalAnd(unordered).any().item()).toBe(0);
    expectSameBits(x.ne(y), x.eq(y).logicalNot());
    expectSameBits(x.lt(y).logicalOr(x.ge(y)), unordered.logicalNot());
    expectSameBits(x.lt(y), y.gt(x));
  });

  test.prop([any, fc.tuple(values([-5, 5]), values([-5, 5]))])(
    'clamp is idempotent and within its bounds',
    (x, [a, b]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const y = x.clamp(low, high);
      expectSameBits(y.clamp(low, high), y);
      for (const value of y.data) expect(Number.isNaN(value) || (value >= low && value <= high)).toBe(true);
      expectSameBits(x.clamp(-Infinity, Infinity), x);
    },
  );

  test.prop([pairs(fc.oneof(values('dyadic'), values('integers')))])(
    'fmod has the sign of the dividend, remainder that of the divisor',
    ([x, y]) => {
      const [rest, modulo] = [x.fmod(y), x.remainder(y)];
      y.data.forEach((divisor, i) => {
        if (divisor === 0) return;
        const [r, m, dividend] = [rest.data[i] as number, modulo.data[i] as number, x.data[i] as number];
        expect(Math.abs(r) < Math.abs(divisor) && (r === 0 || r < 0 === dividend < 0)).toBe(true);
        expect(Math.abs(m) < Math.abs(divisor) && (m === 0 || m < 0 === divisor < 0)).toBe(true);
        expect(Number.isInteger((dividend - r) / divisor) && Number.isInteger((dividend - m) / divisor)).toBe(true);
      });
    },
  );

  plain('atan2 knows its quadrants and signed zeros', () => {
    const y = tensor([0, -0, 0, -0, 1, -1, Infinity], { dtype: 'float64' });
    const x = tensor([1, 1, -1, -1, 0, -0, -Infinity], { dtype: 'float64' });
    expect(T.atan2(y, x).toArray()).toEqual([0, -0, Math.PI, -Math.PI, Math.PI / 2, -Math.PI / 2, (3 * Math.PI) / 4]);
  });

  test.prop([fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1 })])('De Morgan', (rows) => {
    const [a, b] = [tensor(rows.map(([p]) => p)), tensor(rows.map(([, q]) => q))];
    expectSameBits(a.logicalAnd(b).logicalNot(), a.logicalNot().logicalOr(b.logicalNot()));
    expectSameBits(a.all().logicalNot(), a.logicalNot().any());
  });
});
