import { values } from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import * as T from '@tessera/tensor';
import { type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const list = (value: fc.Arbitrary<number>) =>
  fc.array(value, { minLength: 1, maxLength: 40 }).map((data) => tensor(data));
const any = list(values('any'));
const finite = list(values('finite'));
const pairs = (value: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(value, value), { minLength: 1, maxLength: 40 })
    .map((rows) => [tensor(rows.map(([a]) => a)), tensor(rows.map(([, b]) => b))] as const);

describe('arithmetic', () => {
  law('add and mul commute, sub turns its sign', {
    rows: 18,
    formula: 'x + y = y + x, x y = y x, x - y = -(y - x)',
    tolerance: 'E',
    given: [pairs(values('any'))],
    holds: ([x, y]) => {
      expectSameBits(x.add(y), y.add(x));
      expectSameBits(x.mul(y), y.mul(x));
      expectWithin(x.sub(y), y.sub(x).neg(), bounds.exact);
    },
  });

  law('is rounded once: the float64 result to nearest', {
    rows: 20,
    formula: 'x ∘ y = fround(f64(x) ∘ f64(y)), ∘ ∈ {+, -, ×, ÷}, and √',
    tolerance: 'E',
    given: [pairs(values('any'))],
    holds: ([x, y]) => {
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
    },
  });

  law('a product and a sum in one are rounded once or twice', {
    rows: 21,
    formula: 'addcmul(x, y, z) ∈ {fround(x + y z), fround(x + fround(y z))}',
    tolerance: 'E',
    given: [fc.array(fc.tuple(values('finite'), values('finite'), values('finite')), { minLength: 1, maxLength: 40 })],
    holds: (rows) => {
      const [x, y, z] = [0, 1, 2].map((i): Tensor => tensor(rows.map((row) => row[i] as number))) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      for (const result of [T.addcmul(x, y, z), y.mul(z).add(x)])
        result.data.forEach((got, i) => {
          const [a, b, c] = [x, y, z].map((t) => t.data[i] as number) as [number, number, number];
          expect([Math.fround(a + b * c), Math.fround(a + Math.fround(b * c))]).toContain(got);
        });
    },
  });

  law('-(-x) = x, |-x| = |x|, x - x = 0 for finite x', {
    rows: 18,
    formula: '-(-x) = x, |-x| = |x|, x - x = 0',
    tolerance: 'E',
    given: [any],
    holds: (x) => {
      expectSameBits(x.neg().neg(), x);
      expectSameBits(x.neg().abs(), x.abs());
      expectWithin(T.nanToNum(x).sub(T.nanToNum(x)), 0, bounds.exact);
    },
  });

  law('powers of two scale exactly', {
    rows: 19,
    formula: 'x 2ᵏ / 2ᵏ = x, x / 2ᵏ = x 2⁻ᵏ',
    tolerance: 'E',
    given: [finite, fc.integer({ min: -20, max: 20 })],
    holds: (x, k) => {
      expectSameBits(x.mul(2 ** k).div(2 ** k), x);
      expectSameBits(x.div(2 ** k), x.mul(2 ** -k));
    },
  });
});

describe('rounding and order', () => {
  law('floor <= x <= ceil, trunc toward 0, round half to even, all idempotent', {
    rows: 36,
    formula: '⌊x⌋ ≤ x ≤ ⌈x⌉; round half to even; all idempotent',
    tolerance: 'E',
    given: [any],
    holds: (x) => {
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
    },
  });

  law('whole exponents and square roots', {
    rows: 38,
    formula: 'x⁰ = 1, x¹ = x, x² = x x, x^½ = √x',
    tolerance: ['E', 'U'],
    given: [any],
    holds: (x) => {
      expectWithin(x.pow(0), 1, bounds.exact);
      expectSameBits(x.pow(1), x);
      expectSameBits(x.pow(2), x.mul(x));
      expectWithin(x.abs().pow(0.5), x.abs().sqrt(), bounds.ulps(2));
    },
  });

  law('maximum and minimum are a lattice, and NaN wins', {
    rows: 37,
    formula: 'max, min: a lattice; maximum gives NaN, fmax ignores it',
    tolerance: 'E',
    given: [pairs(values('any'))],
    holds: ([x, y]) => {
      expectSameBits(T.maximum(x, x), x);
      expectWithin(T.maximum(x, y), T.maximum(y, x), bounds.exact);
      expectWithin(T.minimum(x, y), T.maximum(x.neg(), y.neg()).neg(), bounds.exact);
      const [clean, other] = [T.nanToNum(x), T.nanToNum(y)];
      expectWithin(T.maximum(clean, T.minimum(clean, other)), clean, bounds.exact);
      expectSameBits(T.maximum(x, y).isnan(), x.isnan().logicalOr(y.isnan()));
      expectSameBits(T.fmax(x, y).isnan(), x.isnan().logicalAnd(y.isnan()));
    },
  });

  law('comparisons with NaN are false but ne; others are total', {
    rows: 37,
    formula: 'NaN < y is false; ¬(x = y) ⇔ x ≠ y',
    tolerance: 'E',
    given: [pairs(values('any'))],
    holds: ([x, y]) => {
      const unordered = x.isnan().logicalOr(y.isnan());
      for (const f of ['lt', 'le', 'gt', 'ge', 'eq'] as const)
        expect(x[f](y).logicalAnd(unordered).any().item()).toBe(0);
      expectSameBits(x.ne(y), x.eq(y).logicalNot());
      expectSameBits(x.lt(y).logicalOr(x.ge(y)), unordered.logicalNot());
      expectSameBits(x.lt(y), y.gt(x));
    },
  });

  law('clamp is idempotent and within its bounds', {
    rows: 34,
    formula: 'clamp(clamp x) = clamp x; low ≤ clamp x ≤ high',
    tolerance: 'E',
    given: [any, fc.tuple(values([-5, 5]), values([-5, 5]))],
    holds: (x, [a, b]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const y = x.clamp(low, high);
      expectSameBits(y.clamp(low, high), y);
      for (const value of y.data) expect(Number.isNaN(value) || (value >= low && value <= high)).toBe(true);
      expectSameBits(x.clamp(-Infinity, Infinity), x);
    },
  });

  law('fmod has the sign of the dividend, remainder that of the divisor', {
    rows: 35,
    formula: 'sign(fmod) = sign(x), sign(remainder) = sign(y), |r| < |y|',
    tolerance: 'E',
    given: [pairs(fc.oneof(values('dyadic'), values('integers')))],
    holds: ([x, y]) => {
      const [rest, modulo] = [x.fmod(y), x.remainder(y)];
      y.data.forEach((divisor, i) => {
        if (divisor === 0) return;
        const [r, m, dividend] = [rest.data[i] as number, modulo.data[i] as number, x.data[i] as number];
        expect(Math.abs(r) < Math.abs(divisor) && (r === 0 || r < 0 === dividend < 0)).toBe(true);
        expect(Math.abs(m) < Math.abs(divisor) && (m === 0 || m < 0 === divisor < 0)).toBe(true);
        expect(Number.isInteger((dividend - r) / divisor) && Number.isInteger((dividend - m) / divisor)).toBe(true);
      });
    },
  });

  law('atan2 knows its quadrants and signed zeros, hypot is at least either side', {
    rows: 41,
    formula: 'atan2(±0, -1) = ±π, ...; hypot(x, y) ≥ max(|x|, |y|)',
    tolerance: ['E', 'P'],
    given: [pairs(values('finite'))],
    holds: ([a, b]) => {
      const y = tensor([0, -0, 0, -0, 1, -1, Infinity], { dtype: 'float64' });
      const x = tensor([1, 1, -1, -1, 0, -0, -Infinity], { dtype: 'float64' });
      expect(T.atan2(y, x).toArray()).toEqual([0, -0, Math.PI, -Math.PI, Math.PI / 2, -Math.PI / 2, (3 * Math.PI) / 4]);
      expectAtMost(T.maximum(a.abs(), b.abs()), T.hypot(a, b));
    },
  });

  law('De Morgan', {
    rows: 37,
    formula: '¬(a ∧ b) = ¬a ∨ ¬b',
    tolerance: 'E',
    given: [fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1 })],
    holds: (rows) => {
      const [a, b] = [tensor(rows.map(([p]) => p)), tensor(rows.map(([, q]) => q))];
      expectSameBits(a.logicalAnd(b).logicalNot(), a.logicalNot().logicalOr(b.logicalNot()));
      expectSameBits(a.all().logicalNot(), a.logicalNot().any());
    },
  });
});
