import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, type Tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
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

  test('leaves small gradients as they are, bit for bit, and parameters without one alone', () => {
    const [p] = parametersOf([[0.1, -0.2]]) as [Tensor];
    const without = requiresGrad(zeros(3));
    const before = p.grad!.clone();
    clipGradNorm([p, without], 1);
    expectSameBits(p.grad!, before);
    expect(without.grad).toBeNull();
    expect(clipGradNorm([without], 1).item()).toBe(0);
    expectWithin(clipGradNorm(p, 1), Math.hypot(0.1, 0.2), bounds.identity());
  });

  test('a norm that is not finite is an error where that is asked for, and nothing has changed', () => {
    const parameters = parametersOf([[1, Number.NaN], [3]]);
    expect(() => clipGradNorm(parameters, 1, { errorIfNonfinite: true })).toThrow(
      'clipGradNorm: the norm must be finite; got NaN',
    );
    expect(gradientsOf(parameters)).toEqual([1, Number.NaN, 3]);
    expect(clipGradNorm(parameters, 1).item()).toBeNaN();
    expect(gradientsOf(parameters)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
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
