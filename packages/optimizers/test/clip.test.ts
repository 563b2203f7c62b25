import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipGradNorm, clipGradValue } from '../src/index.ts';

const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 });
const lists = fc.array(numbers, { minLength: 1, maxLength: 4 });

const parametersOf = (gradients: readonly (readonly number[])[]): Tensor[] =>
  gradients.map((values) => {
    const p = requiresGrad(zeros([values.length], { dtype: 'float64' }));
    p.grad = fromArray(Float64Array.from(values), [values.length]);
    return p;
  });

const gradientsOf = (parameters: readonly Tensor[]): number[] => parameters.flatMap((p) => [...p.grad!.data]);

const normOf = (values: readonly number[], p: number): number =>
  p === Infinity
    ? Math.max(...values.map(Math.abs))
    : values.reduce((sum, value) => sum + Math.abs(value) ** p, 0) ** (1 / p);

describe('clipGradNorm', () => {
  law('scales all alike, to the norm that is allowed, and gives the norm before', {
    rows: 166,
    formula: 'g ↦ g min(1, c / (‖g‖ + ε))',
    tolerance: 'D',
    given: [lists, fc.constantFrom(1, 2, 3, Infinity), fc.double({ min: 0.1, max: 50, noNaN: true })],
    holds: (g, p, most) => {
      const parameters = parametersOf(g);
      const before = normOf(g.flat(), p);
      expectWithin(clipGradNorm(parameters, most, { normType: p }), before, bounds.identity(before));
      const factor = Math.min(1, most / (before + 1e-6));
      expectWithin(
        gradientsOf(parameters),
        g.flat().map((value) => value * factor),
        bounds.identity(before),
      );
    },
  });

  law('takes one parameter, a list or whatever can be gone through, and those without a gradient stay so', {
    rows: 166,
    formula: '‖g‖ ≤ c: g stays, bit for bit; no gradients: norm 0',
    tolerance: 'E',
    given: [lists, fc.constantFrom('list', 'set', 'generator'), fc.boolean()],
    holds: (g, form, byValue) => {
      const parameters = parametersOf(g);
      const without = requiresGrad(zeros(3));
      const before = gradientsOf(parameters);
      const all = [without, ...parameters];
      const given =
        form === 'list'
          ? all
          : form === 'set'
            ? new Set(all)
            : (function* () {
                yield* all;
              })();
      const most = 2 * normOf(g.flat(), 1) + 1;
      if (byValue) clipGradValue(given, most);
      else expectWithin(clipGradNorm(given, most), normOf(g.flat(), 2), bounds.identity(g.flat()));
      expect(gradientsOf(parameters)).toEqual(before);
      expect(without.grad).toBeNull();
      expect(clipGradNorm([without], 1).item()).toBe(0);
      const [first] = parameters as [Tensor];
      expectWithin(clipGradNorm(first, most), normOf(g[0]!, 2), bounds.identity(g.flat()));
    },
  });

  law('a norm that is not finite is an error where that is asked for, and else spreads', {
    rows: 166,
    formula: 'NaN or ∞ in g: throws and changes nothing, or every g becomes NaN or 0',
    tolerance: 'E',
    given: [lists, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY), fc.constantFrom(true, false, undefined)],
    holds: (g, broken, errorIfNonfinite) => {
      const parameters = parametersOf([[broken], ...g]);
      const before = gradientsOf(parameters);
      const options = errorIfNonfinite === undefined ? {} : { errorIfNonfinite };
      if (errorIfNonfinite === true) {
        expect(() => clipGradNorm(parameters, 1, options)).toThrow(`the norm must be finite; got ${broken}`);
        expect(gradientsOf(parameters)).toEqual(before);
        const sound = parametersOf(g);
        expect(clipGradNorm(sound, 1, options).item()).toBeGreaterThanOrEqual(0);
        return;
      }
      expect(clipGradNorm(parameters, 1, options).item()).toBe(broken);
      for (const value of gradientsOf(parameters).slice(1))
        expect(Number.isNaN(broken) ? value : Math.abs(value)).toBe(Number.isNaN(broken) ? Number.NaN : 0);
    },
  });
});

law('clipGradValue clamps every element', {
  rows: 166,
  formula: 'g ↦ clamp(g, -c, c)',
  tolerance: 'E',
  given: [lists, fc.double({ min: 0, max: 50, noNaN: true })],
  holds: (g, most) => {
    const parameters = parametersOf(g);
    clipGradValue(parameters, most);
    expectWithin(
      gradientsOf(parameters),
      g.flat().map((value) => Math.min(most, Math.max(-most, value))),
      bounds.exact,
    );
  },
});

test.each<readonly [string, () => unknown, string]>([
  ['a negative norm', () => clipGradNorm([], -1), 'clipGradNorm: maxNorm must be a number of at least 0; got -1'],
  ['no number', () => clipGradNorm([], 'x' as never), 'clipGradNorm: maxNorm'],
  ['an unknown option', () => clipGradNorm([], 1, { p: 2 } as never), "clipGradNorm: there is no option 'p'"],
  ['no tensor', () => clipGradNorm([null as never], 1), 'clipGradNorm: parameter 0 must be a tensor'],
  ['a negative value', () => clipGradValue([], -1), 'clipGradValue: clipValue'],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(message);
});
