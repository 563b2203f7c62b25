import { requiresGrad } from '@tessera/autograd';
import { GradientError, ones, type Tensor, tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';

const leaf = () => requiresGrad(tensor([1, 2]));

describe('hooks', () => {
  test('that give nothing change nothing', () => {
    const x = leaf();
    const seen: unknown[] = [];
    x.registerHook((g) => {
      seen.push(g.toArray());
    });
    x.mul(3).sum().backward();
    expect(x.grad?.toArray()).toEqual([3, 3]);
    expect(seen).toEqual([[3, 3]]);
  });

  test('replace what goes on from there, on leaves and on results', () => {
    const x = leaf();
    const y = x.mul(3);
    y.registerHook((g) => g.mul(2));
    x.registerHook((g) => g.add(1));
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([7, 7]);
  });

  test('run in the order in which they were registered, until they are removed', () => {
    const x = leaf();
    const order: number[] = [];
    const first = x.registerHook((g) => {
      order.push(1);
      return g.mul(2);
    });
    x.registerHook((g) => {
      order.push(2);
      return g.add(1);
    });
    x.sum().backward();
    expect([order, x.grad?.toArray()]).toEqual([
      [1, 2],
      [3, 3],
    ]);
    first();
    first();
    x.grad = null;
    x.sum().backward();
    expect(order).toEqual([1, 2, 2]);
  });

  test('may keep what they see', () => {
    const x = leaf();
    const y = x.mul(2);
    const kept: Tensor[] = [];
    y.registerHook((g) => {
      kept.push(g);
    });
    y.exp().sum().backward();
    expect(kept.map((g) => g.toArray())).toEqual([y.detach().exp().toArray()]);
  });

  test('must keep the shape, and need something to hang on', () => {
    const x = leaf();
    x.registerHook(() => ones(3));
    expect(() => x.sum().backward()).toThrow(/^backward: a hook must keep the gradient's shape/);
    expect(() => tensor([1]).registerHook(() => undefined)).toThrow(GradientError);
    expect(() => leaf().registerHook(1 as never)).toThrow(/^registerHook: /);
  });
});

describe('retainGrad', () => {
  test('keeps the gradient of a result, as hooks left it', () => {
    const x = leaf();
    const y = x.mul(3);
    const z = y.square();
    y.retainGrad();
    z.retainGrad();
    y.registerHook((g) => g.mul(10));
    z.sum().backward();
    expect(z.grad?.toArray()).toEqual([1, 1]);
    expect(y.grad?.toArray()).toEqual([60, 120]);
    expect(x.grad?.toArray()).toEqual([180, 360]);
  });
});
