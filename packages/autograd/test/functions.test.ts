import { checkpoint, customFunction, detectAnomaly, grad, noGrad, requiresGrad } from '@tessera/autograd';
import {
  dropout,
  GradientError,
  manualSeed,
  matmul,
  ones,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';

describe('checkpoint', () => {
  const weight = randn(6, 6);
  const block = (x: Tensor): Tensor => dropout(matmul(x, weight).tanh(), 0.5);

  function run(whole: boolean): Tensor[] {
    manualSeed(7);
    const x = requiresGrad(ones(4, 6));
    const first = whole ? block(x) : checkpoint(block, x);
    const second = whole ? block(first) : checkpoint(block, first);
    const y = second.square().sum();
    y.backward();
    // Random numbers go on from where they would have been.
    return [y.detach(), x.grad as Tensor, rand(3)];
  }

  test('gives the bits of the plain run: values, gradients, dropout masks, random numbers after it', () => {
    const [plain, saved] = [run(true), run(false)];
    plain.forEach((t, i) => {
      expectSameBits(saved[i] as Tensor, t);
    });
  });

  test('reaches parameters that the function closes over', () => {
    const w = requiresGrad(tensor([2, 3]));
    const x = requiresGrad(tensor([1, 1]));
    checkpoint((t) => t.mul(w), x)
      .sum()
      .backward();
    expect([x.grad?.toArray(), w.grad?.toArray()]).toEqual([
      [2, 3],
      [1, 1],
    ]);
    const v = requiresGrad(tensor([2, 3]));
    checkpoint((t) => t.mul(v), ones(2))
      .sum()
      .backward();
    expect(v.grad?.toArray()).toEqual([1, 1]);
  });

  test('adds up what an input that is used several times receives', () => {
    const x = requiresGrad(tensor([2, 3]));
    checkpoint((t) => t.mul(t).add(t), x)
      .sum()
      .backward();
    expect(x.grad?.toArray()).toEqual([5, 7]);
  });

  test('nests, can be differentiated twice, and asked for single inputs', () => {
    const x = requiresGrad(tensor([2], { dtype: 'float64' }));
    const cube = (t: Tensor): Tensor => checkpoint((s) => s.pow(3), t);
    const nested = (t: Tensor): Tensor => checkpoint((s) => cube(s).mul(2), t);
    const [g] = grad(nested(x).sum(), [x], { createGraph: true }) as [Tensor];
    expect(g.item()).toBe(24);
    expect((grad(g.sum(), [x])[0] as Tensor).item()).toBe(24);
  });

  test('does nothing special under noGrad, and takes tensors only', () => {
    const x = requiresGrad(ones(2));
    expect(noGrad(() => checkpoint((t) => t.mul(2), x)).requiresGrad).toBe(false);
    expect(() => checkpoint((t) => t, 1 as unknown as Tensor)).toThrow(/^checkpoint: .* must be a tensor; got 1; try /);
    expect(() => checkpoint(() => 1 as unknown as Tensor, x)).toThrow(
      /^checkpoint: the result of the function must be a tensor/,
    );
  });

  test('a function that throws leaves the random numbers where they were', () => {
    manualSeed(1);
    let times = 0;
    const x = requiresGrad(ones(3));
    const y = checkpoint((t) => {
      if (++times > 1) throw new Error('again');
      return dropout(t, 0.5);
    }, x);
    const state = rand(1).item();
    manualSeed(1);
    dropout(ones(3), 0.5);
    expect(rand(1).item()).toBe(state);
    expect(() => y.sum().backward()).toThrow('again');
    const after = rand(1).item();
    manualSeed(1);
    dropout(ones(3), 0.5);
    rand(1);
    expect(rand(1).item()).toBe(after);
  });
});

describe('customFunction', () => {
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

  test('sees bare inputs, and gives a plain result where nothing requires a gradient', () => {
    const seen: boolean[] = [];
    const watch = customFunction('watch', {
      forward: (x) => {
        seen.push(x.requiresGrad);
        return x;
      },
      backward: () => (g) => g,
    });
    const x = requiresGrad(ones(2));
    const y = watch(x);
    expect([seen, y.requiresGrad, y === x]).toEqual([[false], true, false]);
    expect(watch(ones(2)).requiresGrad).toBe(false);
    expect(noGrad(() => watch(x)).requiresGrad).toBe(false);
  });

  test('takes several inputs, of which some have no gradient', () => {
    const scale = customFunction('scale', {
      forward: (x, factor) => x.mul(factor),
      backward:
        ([, factor]) =>
        (g) => [g.mul(factor as Tensor), null],
    });
    const [x, factor] = [requiresGrad(ones(2)), requiresGrad(tensor(3))];
    scale(x, factor).sum().backward();
    expect([x.grad?.toArray(), factor.grad]).toEqual([[3, 3], null]);
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

describe('detectAnomaly', () => {
  test('names the op that made the first NaN, and where it was called', () => {
    const x = requiresGrad(zeros(2));
    const loss = (): Tensor => x.sqrt().mul(0).sum();
    loss().backward();
    expect(x.grad?.toArray()).toEqual([NaN, NaN]);
    expect(() => detectAnomaly(() => loss().backward())).toThrow(
      /^backward: gradients must not be NaN under detectAnomaly; got NaN from sqrt for x; try /,
    );
    expect(() => detectAnomaly(() => loss().backward())).toThrow(/functions\.test\.ts/);
    expect(detectAnomaly(() => x.mul(2).sum().item())).toBe(0);
  });

  test('is over when its body is, also when it throws', () => {
    expect(() =>
      detectAnomaly(() => {
        throw new Error('body');
      }),
    ).toThrow('body');
    const x = requiresGrad(zeros(1));
    x.sqrt().mul(0).sum().backward();
    expect(x.grad?.toArray()).toEqual([NaN]);
  });
});
