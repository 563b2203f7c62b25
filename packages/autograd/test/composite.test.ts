import { grad, requiresGrad } from '@tessera/autograd';
import { checkOp } from '@tessera/autograd/testing';
import { law } from '@tessera/laws';
import { type CompositeOp, fromArray, type Tensor } from '@tessera/tensor';
import { checkFloat, dispatch } from '@tessera/tensor/core';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const counts = { kernel: 0, definition: 0 };
/** Sums of x y and of x, by a kernel that has no rules of its own. */
const sums = (rules: boolean): CompositeOp<'x' | 'y'> => ({
  kind: 'composite',
  name: 'sums',
  operands: ['x', 'y'],
  outputs: ['products', 'whole'],
  differentiable: 2,
  infer: ([x, y]) => {
    const { dtype } = checkFloat('sums', 'x', x as Tensor);
    checkFloat('sums', 'y', y as Tensor);
    return [
      { shape: [], dtype },
      { shape: [], dtype },
    ];
  },
  define: ([x, y]) => {
    counts.definition++;
    return [(x as Tensor).mul(y as Tensor).sum(), (x as Tensor).sum()];
  },
  kernel: ([products, whole], [x, y]) => {
    counts.kernel++;
    const [a, b] = [x as Tensor, y as Tensor].map((t) => t.data) as [Float64Array, Float64Array];
    (products as Tensor).fill_(a.reduce((sum, value, i) => sum + value * b[i]!, 0));
    (whole as Tensor).fill_(a.reduce((sum, value) => sum + value, 0));
  },
  sample: (draw) => {
    const shape = draw.shape(1);
    return { inputs: [{ shape }, { shape }], attributes: {} };
  },
  ...(rules && {
    vjp: {
      x: (values) => (g, h) => g!.mul(values.y).add(h!),
      y: (values) => (g) => g!.mul(values.x),
    },
  }),
});

const numbers = fc.array(
  fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 })).map((pair) => pair.map((i) => i / 4)),
  { minLength: 1, maxLength: 6 },
);

describe('an op by definition', () => {
  law('with a kernel and without rules has values from the kernel and derivatives from the definition', {
    rows: [76, 87],
    formula: 'f = (⟨x, y⟩, Σx): ∂/∂x = u y + v, ∂/∂y = u x; the definition runs once for each pass',
    tolerance: 'E',
    given: [numbers, fc.boolean(), fc.boolean(), fc.boolean()],
    holds: (pairs, ofX, ofY, createGraph) => {
      const [x, y] = [0, 1].map(
        (k): Tensor =>
          fromArray(
            pairs.map((pair) => pair[k]!),
            [pairs.length],
            { dtype: 'float64' },
          ),
      ) as [Tensor, Tensor];
      if (ofX) requiresGrad(x);
      if (ofY) requiresGrad(y);
      const before = { ...counts };
      const [products, whole] = dispatch(sums(false), [x, y], {}) as [Tensor, Tensor];
      expect(counts).toEqual({ kernel: before.kernel + 1, definition: before.definition });
      expect([products, whole].map((t) => t.requiresGrad)).toEqual([ofX || ofY, ofX || ofY]);
      const bare = [x.detach(), y.detach()] as const;
      expectWithin(products.detach(), bare[0].mul(bare[1]).sum(), bounds.exact);
      if (!ofX && !ofY) return;
      const leaves = [x, y].filter((t) => t.requiresGrad);
      const total = products.mul(2).add(whole.mul(3));
      const found = grad(total, leaves, { createGraph, allowUnused: true });
      expect(counts.definition).toBe(before.definition + 1);
      const expected = [...(ofX ? [bare[1].mul(2).add(3)] : []), ...(ofY ? [bare[0].mul(2)] : [])];
      found.forEach((g, i) => {
        expectSameBits((g as Tensor).detach(), expected[i] as Tensor);
      });
      if (!createGraph || !ofX || !ofY) return;
      const [mixed] = grad((found[0] as Tensor).sum(), [y]) as [Tensor];
      expectSameBits(mixed, bare[0].mul(0).add(2));
    },
  });

  test('is held to the same laws with rules and without', () => {
    checkOp(sums(false));
    checkOp(sums(true));
  });
});
