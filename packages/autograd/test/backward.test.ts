import { arrays } from '@tessera/arbitraries';
import { enableGrad, grad, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { arange, cat, fromArray, GradientError, linear, ones, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const some = arrays({ shape: { rank: [1, 3], sizes: [1, 2, 3, 5] }, values: 'dyadic' });
/** The gradient that gathered in a leaf. */
function gradOf(x: Tensor): Tensor {
  if (x.grad === null) throw new Error('there is no gradient');
  return x.grad;
}

const leaf = (values: number[], dtype: 'float32' | 'float64' = 'float32') => requiresGrad(tensor(values, { dtype }));

describe('gradients', () => {
  law('of a sum are ones, of a mean 1/n', {
    rows: 71,
    formula: '∇Σx = 1, ∇mean(x) = 1/n',
    tolerance: 'E',
    given: [some],
    holds: ({ shape, data }) => {
      const x = requiresGrad(fromArray(data, shape));
      x.sum().backward();
      expectWithin(gradOf(x), 1, bounds.exact);
      const y = requiresGrad(fromArray(data, shape));
      y.mean().backward();
      expectWithin(gradOf(y), Math.fround(1 / data.length), bounds.exact);
    },
  });

  law('of a constant are none', {
    rows: 71,
    formula: '∇c = none',
    tolerance: 'E',
    given: [some],
    holds: ({ shape, data }) => {
      const x = requiresGrad(fromArray(data, shape));
      const constant = x.detach().mul(2).sum();
      expect(constant.requiresGrad).toBe(false);
      expect(() => constant.backward()).toThrow(GradientError);
      expect(grad(x.sum(), [x, requiresGrad(ones(2))], { allowUnused: true })[1]).toBeNull();
      expect(() => grad(x.sum(), [requiresGrad(ones(2))])).toThrow(/^grad: every input must be in the graph/);
    },
  });

  law('add up over two passes and over two uses', {
    rows: 79,
    formula: 'two passes: 2 ∇f; ∇(x + x) = 2',
    tolerance: 'E',
    given: [some],
    holds: ({ shape, data }) => {
      const [x, y] = [requiresGrad(fromArray(data, shape)), requiresGrad(fromArray(data, shape))];
      x.square().sum().backward();
      const once = gradOf(x).clone();
      x.square().sum().backward();
      expectSameBits(gradOf(x), once.mul(2));
      y.mul(y).sum().backward();
      expectSameBits(gradOf(y), once);
      x.grad = null;
      expect(x.grad).toBeNull();
      x.square().sum().backward();
      expectSameBits(gradOf(x), once);
    },
  });

  law('follow the chain rule', {
    rows: 77,
    formula: 'vjp(f ∘ g) = vjp(g)(vjp(f))',
    tolerance: 'E',
    given: [some],
    holds: ({ shape, data }) => {
      const x = requiresGrad(fromArray(data, shape));
      const inner = x.mul(3);
      const middle = requiresGrad(inner.detach());
      const [outer] = grad(middle.square().sum(), [middle]) as [Tensor];
      const [whole] = grad(inner.square().sum(), [x]) as [Tensor];
      expectSameBits(whole, outer.mul(3));
    },
  });

  test('of results with more than one element need a cotangent', () => {
    const x = leaf([1, 2]);
    expect(() => x.mul(2).backward()).toThrow(
      /^backward: a gradient must be given unless the tensor has one element; got shape \[2\]; try /,
    );
    x.mul(2).backward({ gradient: tensor([1, 10]) });
    expect(x.grad?.toArray()).toEqual([2, 20]);
    expect(() => x.mul(2).backward({ gradient: ones(3) })).toThrow(GradientError);
  });

  test('go to named inputs only', () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    x.mul(y)
      .sum()
      .backward({ inputs: [y] });
    expect([x.grad, y.grad?.toArray()]).toEqual([null, [1, 2]]);
  });

  law('have the dtype and shape of their tensor, through broadcasting and conversion', {
    rows: [79, 80],
    formula: 'dtype, shape of ∇x = those of x',
    tolerance: 'E',
    given: [
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      fc.nat(3),
      fc.nat(7),
      fc.constantFrom('float32', 'float64'),
      fc.constantFrom('float32', 'float64'),
    ],
    holds: (shape, dropped, stretched, one, other) => {
      const small = shape.map((size, d) => ((stretched >> d) & 1 ? 1 : size)).slice(dropped);
      const x = requiresGrad(
        ones(shape, { dtype: one as 'float32' })
          .mul(2)
          .detach(),
      );
      const y = requiresGrad(
        ones(small, { dtype: other as 'float32' })
          .mul(3)
          .detach(),
      );
      const z = x.mul(y);
      // The cotangent may be of another dtype too.
      z.backward({ gradient: ones(shape, { dtype: other as 'float32' }) });
      const [gx, gy] = [x.grad as Tensor, y.grad as Tensor];
      expect([gx.dtype, gx.shape, gy.dtype, gy.shape]).toEqual([one, shape, other, small]);
      expectSameBits(gx, x.detach().mul(0).add(3));
      expectSameBits(
        gy,
        y
          .detach()
          .mul(0)
          .add((2 * x.count) / y.count),
      );
    },
  });

  test('are of floats alone', () => {
    expect(() => requiresGrad(tensor([1], { dtype: 'int32' }))).toThrow(
      /^requiresGrad: only floats have derivatives; got int32/,
    );
  });

  test('of views are inverse views; of cat, pieces', () => {
    const x = requiresGrad(arange(6).to('float32'));
    x.reshape(2, 3).transpose(0, 1).select(0, 1).sum().backward();
    expect(x.grad?.toArray()).toEqual([0, 1, 0, 0, 1, 0]);
    const [a, b] = [leaf([1, 2]), leaf([3])];
    cat([a, b]).backward({ gradient: tensor([1, 2, 3]) });
    expect([a.grad?.toArray(), b.grad?.toArray()]).toEqual([[1, 2], [3]]);
  });
});

describe('the tape', () => {
  test('is freed by backward, unless it is retained', () => {
    const x = leaf([2]);
    const y = x.square().sum();
    y.backward({ retainGraph: true });
    y.backward();
    expect(x.grad?.toArray()).toEqual([8]);
    expect(() => y.backward()).toThrow(/^backward: the tape of this result was freed by an earlier backward/);
    expect(x.grad?.toArray()).toEqual([8]);
  });

  test('shares parts between results', () => {
    const x = leaf([3]);
    const shared = x.square();
    const [y, z] = [shared.mul(2).sum(), shared.mul(3).sum()];
    y.backward({ retainGraph: true });
    z.backward();
    expect(x.grad?.toArray()).toEqual([30]);
  });

  test('reaches a leaf by many ways, and each op once', () => {
    // 2^60 ways from the top to x: only a pass that visits every node once comes back.
    const x = leaf([1], 'float64');
    let y: Tensor = x;
    for (let i = 0; i < 60; i++) y = y.add(y);
    y.sum().backward();
    expect(x.grad?.item()).toBe(2 ** 60);
  });

  test('is as long as it takes: 100,000 ops', () => {
    const x = leaf([1], 'float64');
    let y: Tensor = x;
    for (let i = 0; i < 100_000; i++) y = y.add(1e-5);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });

  test('gives the same bits every time', () => {
    const run = (): Tensor => {
      const x = requiresGrad(arange(50).to('float32').div(7));
      x.sin().mul(x.cos()).add(x.exp().mul(1e-9)).sum().backward();
      return gradOf(x);
    };
    expectSameBits(run(), run());
  });

  test('knows leaves from results', () => {
    const x = leaf([1]);
    const y = x.mul(2);
    expect([x.isLeaf, y.isLeaf, y.requiresGrad, tensor([1]).isLeaf]).toEqual([true, false, true, true]);
    expect(y.grad).toBeNull();
    expect(y.detach().requiresGrad).toBe(false);
    expect(() => {
      y.requiresGrad = false;
    }).toThrow(GradientError);
    x.requiresGrad = false;
    expect(x.mul(2).requiresGrad).toBe(false);
  });

  test('records nothing for whole numbers and comparisons', () => {
    const x = leaf([1, -2]);
    expect(x.gt(0).requiresGrad).toBe(false);
    expect(x.argmax().requiresGrad).toBe(false);
    expect(x.to('int32').requiresGrad).toBe(false);
  });
});

describe('memory', () => {
  test('of a training loop does not grow the graph', () => {
    const weight = requiresGrad(ones(4, 8));
    for (let i = 0; i < 200; i++) {
      const loss = linear(ones(16, 8), weight).square().mean();
      loss.backward();
      noGrad(() => {
        weight.sub_(gradOf(weight).mul(0.01));
        weight.grad = null;
      });
    }
    expect(Number.isFinite(weight.sum().item())).toBe(true);
    expect(weight.isLeaf).toBe(true);
  });

  test('of a gradient is its own', () => {
    const x = leaf([1, 2]);
    const g = ones(2);
    x.add(0).backward({ gradient: g });
    gradOf(x).mul_(5);
    expect(g.toArray()).toEqual([1, 1]);
    const y = zeros(2);
    enableGrad(() => expect(y.add(x).requiresGrad).toBe(true));
  });
});
