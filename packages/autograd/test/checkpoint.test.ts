import { checkpoint, enableGrad, grad, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { dropout, fromArray, manualSeed, matmul, ones, rand, randn, type Tensor, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const numbers = fc.array(
  fc.integer({ min: -8, max: 8 }).map((i) => i / 4),
  { minLength: 1, maxLength: 6 },
);

describe('checkpoint', () => {
  law('runs its function once now and once more for each pass, and not at all when nothing is recorded', {
    rows: 87,
    formula: 'runs of f: 1 after checkpoint(f, x), 1 + passes after backward; under noGrad: 1, no record',
    tolerance: 'E',
    given: [numbers, fc.integer({ min: 1, max: 3 }), fc.boolean()],
    holds: (data, passes, isRecorded) => {
      const x = requiresGrad(tensor(data));
      let runs = 0;
      const seen: boolean[] = [];
      const f = (t: Tensor): Tensor => {
        runs++;
        seen.push(t.requiresGrad);
        return t.mul(t);
      };
      const y = (isRecorded ? enableGrad : noGrad)(() => checkpoint(f, x));
      expect([runs, y.requiresGrad]).toEqual([1, isRecorded]);
      if (!isRecorded) return;
      for (let i = 1; i <= passes; i++) {
        y.backward({ gradient: ones(data.length), retainGraph: true });
        expect(runs).toBe(1 + i);
      }
      // At first without a record, then with one.
      expect(seen).toEqual([false, ...Array<boolean>(passes).fill(true)]);
      expectSameBits(x.grad as Tensor, x.detach().mul(2 * passes));
    },
  });

  law('gives a result of its own, recorded where it holds floats', {
    rows: 87,
    formula: 'checkpoint(x ↦ x) ≠ x, ∇ = 1; checkpoint(argmax): whole numbers without a record',
    tolerance: 'E',
    given: [numbers],
    holds: (data) => {
      const x = requiresGrad(tensor(data));
      const same = checkpoint((t) => t, x);
      expect([same === x, same.requiresGrad, same.isLeaf]).toEqual([false, true, false]);
      expectSameBits(grad(same.sum(), [x])[0] as Tensor, ones(data.length));
      const place = checkpoint((t) => t.argmax(0), x);
      expect([place.dtype, place.requiresGrad]).toEqual(['int32', false]);
      // An input that no record leads to is given by itself too.
      const plain = tensor(data);
      expect(checkpoint((_, t) => t, x, plain) === plain).toBe(false);
      expect(plain.requiresGrad).toBe(false);
    },
  });

  law('may differentiate inside, and reaches what it closes over then too', {
    rows: [87, 84],
    formula: 'f(x) = w ∇(x³): f = 3 w x², ∂f/∂x = 6 w x, ∂f/∂w = 3 x²',
    tolerance: 'E',
    given: [numbers, numbers],
    holds: (data, factors) => {
      const n = Math.min(data.length, factors.length);
      const [x, w] = [data, factors].map(
        (list): Tensor => requiresGrad(fromArray(list.slice(0, n), [n], { dtype: 'float64' })),
      ) as [Tensor, Tensor];
      const f = (at: Tensor): Tensor =>
        enableGrad(() => {
          const inner = at.requiresGrad ? at : requiresGrad(at.detach());
          const cube = inner.mul(inner).mul(inner).sum();
          return (grad(cube, [inner], { createGraph: true }) as [Tensor])[0].mul(w);
        });
      const y = checkpoint(f, x);
      const [bareX, bareW] = [x.detach(), w.detach()];
      expectSameBits(y.detach(), bareX.mul(bareX).mul(3).mul(bareW));
      y.sum().backward();
      expectSameBits(x.grad as Tensor, bareX.mul(bareW).mul(6));
      expectSameBits(w.grad as Tensor, bareX.mul(bareX).mul(3));
    },
  });

  const weight = randn(6, 6);
  const block = (x: Tensor): Tensor => dropout(matmul(x, weight).tanh(), 0.5);

  law('gives the bits of the plain run: values, gradients, dropout masks, random numbers after it', {
    rows: 87,
    formula: 'checkpoint(f)(checkpoint(f)(x)) = f(f(x)), ∇ too; the next random number too',
    tolerance: 'E',
    given: [fc.nat(), fc.integer({ min: 1, max: 4 })],
    holds: (seed, rows) => {
      const run = (isWhole: boolean): Tensor[] => {
        manualSeed(seed);
        const x = requiresGrad(ones(rows, 6));
        const first = isWhole ? block(x) : checkpoint(block, x);
        const second = isWhole ? block(first) : checkpoint(block, first);
        const y = second.square().sum();
        y.backward();
        // Random numbers go on from where they would have been.
        return [y.detach(), x.grad as Tensor, rand(3)];
      };
      const [plain, saved] = [run(true), run(false)];
      plain.forEach((t, i) => {
        expectSameBits(saved[i] as Tensor, t);
      });
    },
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

  test('nests, and can be differentiated twice', () => {
    const x = requiresGrad(tensor([2], { dtype: 'float64' }));
    const cube = (t: Tensor): Tensor => checkpoint((s) => s.pow(3), t);
    const nested = (t: Tensor): Tensor => checkpoint((s) => cube(s).mul(2), t);
    const [g] = grad(nested(x).sum(), [x], { createGraph: true }) as [Tensor];
    expect(g.item()).toBe(24);
    expect((grad(g.sum(), [x])[0] as Tensor).item()).toBe(24);
  });

  test('takes tensors only', () => {
    const x = requiresGrad(ones(2));
    expect(() => checkpoint((t) => t, 1 as unknown as Tensor)).toThrow(/^checkpoint: .* must be a tensor; got 1; try /);
    expect(() => checkpoint(() => 1 as unknown as Tensor, x)).toThrow(
      /^checkpoint: the result of the function must be a tensor/,
    );
  });

  law('whose function throws leaves the random numbers where they were', {
    rows: 87,
    formula: 'f throws when it runs again: the next random number is the one that would have come',
    tolerance: 'E',
    given: [fc.nat(), fc.integer({ min: 1, max: 9 })],
    holds: (seed, n) => {
      let times = 0;
      manualSeed(seed);
      const y = checkpoint(
        (t) => {
          if (++times > 1) throw new Error('again');
          return dropout(t, 0.5);
        },
        requiresGrad(ones(n)),
      );
      rand(1);
      expect(() => y.sum().backward()).toThrow('again');
      const after = rand(1).item();
      manualSeed(seed);
      dropout(ones(n), 0.5);
      rand(1);
      expect(rand(1).item()).toBe(after);
    },
  });
});
