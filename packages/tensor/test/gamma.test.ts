import { law } from '@tessera/laws';
import { digamma, lgamma, polygamma, tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const at = (x: number) => tensor([x], { dtype: 'float64' });
const logGamma = (x: number): number => lgamma(at(x)).item();
const psi = (x: number): number => digamma(at(x)).item();
const psiOf = (n: number, x: number): number => polygamma(n, at(x)).item();
const factorial = (n: number): number => Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1);
/** Positive, from very small to large. */
const positive = fc.double({ min: 2 ** -10, max: 60, noNaN: true });
/** Between whole numbers, below 0. */
const negative = fc
  .tuple(fc.integer({ min: -12, max: -1 }), fc.integer({ min: 1, max: 15 }))
  .map(([whole, sixteenths]) => whole + sixteenths / 16);

describe('the gamma function', () => {
  law('has the logarithms of factorials, and adds log x for each step', {
    rows: 26,
    formula: 'lgamma(n + 1) = log n!; lgamma(x + 1) = lgamma(x) + log x; lgamma(x) + lgamma(1 - x) = log(π / |sin πx|)',
    tolerance: 'D',
    given: [fc.nat(20), positive, negative],
    holds: (n, x, y) => {
      const logs = Math.log(factorial(n));
      expectWithin(logGamma(n + 1), logs, bounds.identity(logs));
      const steps = Math.abs(Math.log(x)) + Math.abs(logGamma(x));
      expectWithin(logGamma(x + 1), logGamma(x) + Math.log(x), bounds.identity(steps));
      const mirror = Math.log(Math.PI / Math.abs(Math.sin(Math.PI * y)));
      expectWithin(logGamma(y) + logGamma(1 - y), mirror, bounds.identity(logGamma(1 - y), y));
    },
  });

  law('has a derivative that steps by 1 / x and has a mirror', {
    rows: 26,
    formula: 'ψ(1) = -γ; ψ(x + 1) = ψ(x) + 1 / x; ψ(1 - x) - ψ(x) = π / tan πx',
    tolerance: 'D',
    given: [positive, negative],
    holds: (x, y) => {
      expectWithin(psi(1), -0.5772156649015329, bounds.identity(1));
      expectWithin(psi(x + 1), psi(x) + 1 / x, bounds.identity(1 / x + Math.abs(psi(x))));
      const mirror = Math.PI / Math.tan(Math.PI * y);
      expectWithin(psi(1 - y) - psi(y), mirror, bounds.identity(Math.abs(mirror) + Math.abs(psi(y)), y));
    },
  });

  law('has further derivatives that step and have a mirror too', {
    rows: 26,
    formula:
      'ψₙ(x + 1) - ψₙ(x) = (-1)ⁿ n! x⁻ⁿ⁻¹; ψ₁(1 - x) + ψ₁(x) = (π / sin πx)²; ψ₂(1 - x) - ψ₂(x) = 2 π³ cot πx / sin² πx',
    tolerance: 'D',
    given: [fc.integer({ min: 0, max: 6 }), fc.double({ min: 2 ** -4, max: 40, noNaN: true }), negative],
    holds: (n, x, y) => {
      const step = ((-1) ** n * factorial(n)) / x ** (n + 1);
      expectWithin(psiOf(n, x + 1), psiOf(n, x) + step, bounds.identity(Math.abs(step) + Math.abs(psiOf(n, x))));
      const [sine, cotangent] = [Math.sin(Math.PI * y), 1 / Math.tan(Math.PI * y)];
      const second = (Math.PI / sine) ** 2;
      expectWithin(psiOf(1, 1 - y) + psiOf(1, y), second, bounds.identity(second, y));
      const third = (2 * Math.PI ** 3 * cotangent) / sine ** 2;
      expectWithin(psiOf(2, 1 - y) - psiOf(2, y), third, bounds.identity(Math.abs(third) + Math.abs(psiOf(2, y)), y));
    },
  });

  law('has its poles at 0 and the negative whole numbers', {
    rows: 26,
    formula: 'lgamma(-n) = ∞; ψ(±0) = ∓∞; ψ(-n) = NaN; ψ₁(-n) = ∞',
    tolerance: 'E',
    given: [fc.integer({ min: 1, max: 30 })],
    holds: (n) => {
      expect([logGamma(0), logGamma(-n), logGamma(Infinity), logGamma(-Infinity)]).toEqual([
        Infinity,
        Infinity,
        Infinity,
        Infinity,
      ]);
      expect([psi(0), psi(-0), psi(-n), psi(Infinity)]).toEqual([-Infinity, Infinity, Number.NaN, Infinity]);
      expect([psiOf(1, 0), psiOf(1, -n), psiOf(1, Infinity), psiOf(1, -Infinity)]).toEqual([
        Infinity,
        Infinity,
        0,
        Number.NaN,
      ]);
      expect([logGamma(Number.NaN), psi(Number.NaN), psiOf(1, Number.NaN)]).toEqual([
        Number.NaN,
        Number.NaN,
        Number.NaN,
      ]);
    },
  });
});
