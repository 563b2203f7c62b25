import { customFunction, grad, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { GradientError, ones, type Tensor, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const numbers = fc.array(
  fc.integer({ min: -8, max: 8 }).map((i) => i / 4),
  { minLength: 1, maxLength: 6 },
);
/** What a forward gives: one of its inputs, a look into it, or something new. */
const GIVEN: Readonly<Record<string, (...inputs: Tensor[]) => Tensor>> = {
  'the first input': (x) => x,
  'the second input': (_, y) => y as Tensor,
  'the second input, turned around': (_, y) => (y as Tensor).view([-1, 1]).squeeze(1),
  'their sum': (x, y) => x.add(y as Tensor),
  'whole numbers': (x, y) => x.gt(y as Tensor),
};

describe('customFunction', () => {
  law('gives memory of its own, and a record where one is asked for', {
    rows: [78, 89],
    formula: 'f(x, y) shares no memory with x or y; requiresGrad ⇔ recording, an input asks for it, floats come out',
    tolerance: 'E',
    given: [fc.constantFrom(...Object.keys(GIVEN)), numbers, fc.boolean(), fc.boolean(), fc.boolean()],
    holds: (kind, data, ofX, ofY, isRecording) => {
      const [x, y] = [tensor(data), tensor(data).mul(2)];
      if (ofX) requiresGrad(x);
      if (ofY) requiresGrad(y);
      const seen: boolean[] = [];
      const f = customFunction('given', {
        forward: (...inputs) => {
          seen.push(...inputs.map((t) => t.requiresGrad));
          return GIVEN[kind]!(...inputs);
        },
        backward: () => (g) => [g.mul(2), g.mul(3)],
      });
      const z = isRecording ? f(x, y) : noGrad(() => f(x, y));
      expect(seen).toEqual([false, false]);
      expect([x, y].some(({ storage }) => storage === z.storage)).toBe(false);
      expectSameBits(z.detach(), GIVEN[kind]!(x.detach(), y.detach()));
      expect(z.requiresGrad).toBe(isRecording && (ofX || ofY) && z.dtype === 'float32');
      expect([x, y].map((t) => t.isLeaf)).toEqual([true, true]);
      if (!z.requiresGrad) return;
      z.sum().backward();
      const expected = [ofX ? 2 : null, ofY ? 3 : null];
      [x, y].forEach((t, i) => {
        if (expected[i] === null) expect(t.grad).toBeNull();
        else expectSameBits(t.grad as Tensor, ones(data.length).mul(expected[i] as number));
      });
    },
  });

  law('notices at backward what was changed since', {
    rows: 90,
    formula: 'an input or the result changed in place ⇒ backward throws; otherwise not',
    tolerance: 'E',
    given: [numbers, fc.constantFrom(null, 0, 1, 2)],
    holds: (data, changed) => {
      const [x, y] = [requiresGrad(tensor(data)), tensor(data).mul(2)];
      const product = customFunction('product', {
        forward: (a, b) => a.mul(b as Tensor),
        backward:
          ([, b]) =>
          (g) => [g.mul(b as Tensor), null],
      });
      const z = product(x, y);
      const root = z.mul(1).sum();
      if (changed !== null) noGrad(() => [x, y, z][changed]?.add_(1));
      if (changed !== null) expect(() => root.backward()).toThrow(/a value that product saved must not be changed/);
      else root.backward();
      if (changed === null) expectSameBits(x.grad as Tensor, y);
      else expect(x.grad).toBeNull();
    },
  });

  const square = customFunction('square', {
    forward: (x) => x.square(),
    backward:
      ([x]) =>
      (g) =>
        g.mul(x as Tensor).mul(2),
  });

  test("with a built-in's formula is the built-in, also differentiated again", () => {
    const [x, y] = [requiresGrad(tensor([1, -2])), requiresGrad(tensor([1, -2]))];
    square(x).sum().backward();
    y.square().sum().backward();
    expectSameBits(x.grad as Tensor, y.grad as Tensor);
    const [g] = grad(square(x).sum(), [x], { createGraph: true }) as [Tensor];
    expect((grad(g.sum(), [x])[0] as Tensor).toArray()).toEqual([2, 2]);
  });

  test('refuses gradients of a wrong number, shape, dtype or kind', () => {
    const giving = (result: unknown) =>
      customFunction('mine', { forward: (x) => x.mul(1), backward: () => () => result as Tensor });
    for (const wrong of [[], [ones(2), ones(2)], ones(3), ones(2, { dtype: 'float64' }), 1, [1], undefined]) {
      const x = requiresGrad(ones(2));
      expect(() => giving(wrong)(x).sum().backward(), String(wrong)).toThrow(/^mine: backward must give/);
    }
    expect(() =>
      giving(null)(requiresGrad(ones(2)))
        .sum()
        .backward(),
    ).toThrow(GradientError);
    expect(() => square(1 as unknown as Tensor)).toThrow(/^square: .* must be a tensor; got 1; try /);
  });
});
