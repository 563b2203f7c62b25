import { checkpoint, customFunction, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { GradientError, ones, type Tensor, tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const leaf = (...values: number[]) => requiresGrad(tensor(values));

describe('a saved value that was changed in place', () => {
  const changed = /^backward: a value that \w+ saved must not be changed in place; got version 1 instead of 0; try /;

  test('is noticed at backward, never a wrong gradient', () => {
    const x = leaf(1, 2);
    const h = x.mul(2);
    const y = h.square().sum();
    h.add_(1);
    expect(() => y.backward()).toThrow(changed);
    expect(x.grad).toBeNull();
  });

  test('is noticed through a view, and for plain operands too', () => {
    const x = leaf(1, 2);
    const factor = tensor([3, 4]);
    const y = x.mul(factor).sum();
    factor.reshape(2, 1).select(0, 0).fill_(0);
    expect(() => y.backward()).toThrow(changed);
  });

  test('is noticed for results: exp saves its own', () => {
    const y = leaf(1, 2).exp();
    const z = y.sum();
    y.mul_(2);
    expect(() => z.backward()).toThrow(changed);
  });

  test('does not matter where it was not saved', () => {
    const x = leaf(1, 2);
    const h = x.mul(2);
    const y = h.add(1).sum();
    noGrad(() => h.zero_());
    y.backward();
    expect(x.grad?.toArray()).toEqual([2, 2]);
  });

  test('is noticed by checkpoints and custom functions', () => {
    const cube = customFunction('cube', {
      forward: (x) => x.pow(3),
      backward:
        ([x]) =>
        (g) =>
          g.mul((x as Tensor).square()).mul(3),
    });
    for (const f of [(h: Tensor) => checkpoint((x) => x.pow(3), h), cube]) {
      const x = leaf(1, 2);
      const h = x.mul(2);
      const y = f(h).sum();
      noGrad(() => h.add_(1));
      let error: unknown = null;
      try {
        y.backward();
      } catch (thrown) {
        error = thrown;
      }
      // Either the change is refused, or the gradient is that of the values at the time.
      if (error === null) expect(x.grad?.toArray()).toEqual([24, 96]);
      else expect(error).toBeInstanceOf(GradientError);
    }
  });
});

describe('changes in place while recording', () => {
  law('are the ops without underscore, also of a tensor with itself, whatever was saved before', {
    rows: [79, 88],
    formula: 'h.mul_(h), h.exp_(), h.sub_(h), ...: ∇ as for h ← h h, h ← exp h, ...',
    tolerance: 'E',
    given: [
      fc.array(
        fc.integer({ min: -4, max: 4 }).map((i) => i / 4),
        { minLength: 1, maxLength: 4 },
      ),
      fc.array(fc.constantFrom('mul', 'exp', 'sub', 'sigmoid', 'square', 'atan2'), { minLength: 1, maxLength: 3 }),
    ],
    holds: (data, steps) => {
      const withItself = ['mul', 'sub', 'atan2'];
      type Loose = Readonly<Record<string, (...others: readonly Tensor[]) => Tensor>>;
      const run = (x: Tensor, underscore: string): Tensor =>
        steps.reduce<Tensor>((h, name) => {
          const others = withItself.includes(name) ? [h] : [];
          return (h as unknown as Loose)[`${name}${underscore}`]?.(...others) as Tensor;
        }, x.mul(2));
      const [plain, changed] = [leaf(...data), leaf(...data)];
      const [y, z] = [run(plain, ''), run(changed, '_')];
      expectSameBits(z.detach(), y.detach());
      for (const result of [y, z]) result.backward({ gradient: tensor(data.map((_, i) => i + 1)) });
      expectSameBits(changed.grad as Tensor, plain.grad as Tensor);
    },
  });

  test('become part of the graph', () => {
    const x = leaf(1, 2);
    const h = x.mul(2);
    h.mul_(3).add_(1);
    h.sum().backward();
    expect(x.grad?.toArray()).toEqual([6, 6]);
  });

  test('into plain memory, too', () => {
    const x = leaf(1, 2);
    const buffer = zeros(2);
    buffer.copy_(x.square());
    buffer.sum().backward();
    expect(x.grad?.toArray()).toEqual([2, 4]);
  });

  test('of a leaf are refused, but under noGrad', () => {
    const x = leaf(1, 2);
    expect(() => x.add_(1)).toThrow(/^add_: a leaf that requires a gradient must not be changed in place/);
    expect(x.toArray()).toEqual([1, 2]);
    noGrad(() => x.add_(1));
    expect([x.toArray(), x.isLeaf, x.requiresGrad]).toEqual([[2, 3], true, true]);
  });

  test('through one view leave no other view with a wrong derivative', () => {
    const x = leaf(1, 2);
    const h = x.mul(2);
    const view = h.reshape(2, 1);
    expect(() => {
      view.mul_(3);
      h.sum().backward();
      expect(x.grad?.toArray()).toEqual([6, 6]);
    }).toThrow(GradientError);
  });

  test('of memory that plain views share are refused', () => {
    const buffer = zeros(4);
    const part = buffer.narrow(0, 0, 2);
    expect(() => part.copy_(leaf(1, 2))).toThrow(GradientError);
    expect(buffer.toArray()).toEqual([0, 0, 0, 0]);
  });

  test('with a value that requires none make the target constant', () => {
    const x = leaf(1, 2);
    const h = x.mul(2);
    h.fill_(5);
    expect(h.requiresGrad).toBe(false);
    const y = h.mul(x).sum();
    y.backward();
    expect(x.grad?.toArray()).toEqual([5, 5]);
    expect(ones(1).fill_(2).requiresGrad).toBe(false);
  });
});
