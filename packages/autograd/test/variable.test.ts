import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, memory, ones, type Tensor, tensor, varMean } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const numbers = fc.array(
  fc.integer({ min: -8, max: 8 }).map((i) => i / 4),
  { minLength: 1, maxLength: 6 },
);
/** What the heap would hold if nothing had been evicted. */
const held = (): number => {
  const { resident, evictedBytes, reloadedBytes } = memory();
  return resident + evictedBytes - reloadedBytes;
};

describe('a gradient', () => {
  law('that nobody but optimizers saw is freed when it is dropped, and any other stays what it was', {
    rows: [79, 93],
    formula: 'x.grad = null: its bytes come back ⇔ only peekGrad has read it',
    tolerance: 'E',
    given: [numbers, fc.constantFrom('nobody', 'peek', 'reader', 'giver', 'giver of the same'), fc.boolean()],
    holds: (data, who, isReplaced) => {
      const x = requiresGrad(tensor(data));
      const start = held();
      const given = tensor(data);
      const size = held() - start;
      x.mul(3).sum().backward();
      let kept: Tensor | null = null;
      if (who === 'peek') x.trace?.peekGrad(x);
      if (who === 'reader') kept = x.grad;
      if (who === 'giver') kept = x.grad = given;
      if (who === 'giver of the same') kept = x.grad = x.trace?.peekGrad(x) ?? null;
      const other = isReplaced ? ones(data.length) : null;
      const before = held();
      x.grad = other;
      const isFree = who === 'nobody' || who === 'peek';
      expect(before - held()).toBe(isFree ? size : 0);
      if (kept !== null) expectSameBits(kept, who === 'giver' ? tensor(data) : ones(data.length).mul(3));
      expect(x.grad).toBe(other);
    },
  });

  law('gathers what passes bring, also when it can be differentiated itself', {
    rows: [79, 84],
    formula: 'y = x³, n times backward: x.grad = 3 n x², and its derivative 6 n x, when createGraph',
    tolerance: 'E',
    given: [numbers, fc.integer({ min: 1, max: 3 }), fc.boolean()],
    holds: (data, passes, createGraph) => {
      const x = requiresGrad(fromArray(data, [data.length], { dtype: 'float64' }));
      const y = x.mul(x).mul(x);
      const gradient = ones(data.length, { dtype: 'float64' });
      for (let i = 0; i < passes; i++) y.backward({ gradient, createGraph, retainGraph: true });
      const bare = x.detach();
      const first = x.grad as Tensor;
      expectSameBits(first.detach(), bare.mul(bare).mul(3 * passes));
      expect(first.requiresGrad).toBe(createGraph);
      if (createGraph) expectSameBits(grad(first.sum(), [x])[0] as Tensor, bare.mul(6 * passes));
    },
  });

  law('starts from ones, or from what is given in any dtype', {
    rows: [71, 79],
    formula: 'backward() = backward({ gradient: 1 }); of several elements: given',
    tolerance: 'E',
    given: [numbers, fc.constantFrom('float32', 'float64', 'int32'), fc.boolean()],
    holds: (data, kind, isOne) => {
      const weights = data.map((value) => Math.ceil(value) + 0);
      const gradient = tensor(weights, { dtype: kind as 'float32' });
      const x = requiresGrad(tensor(data));
      const run = (f: () => void): Tensor => {
        x.grad = null;
        f();
        return (x.grad as unknown as Tensor).clone();
      };
      const given = run(() => x.mul(2).backward({ gradient }));
      expect(given.dtype).toBe('float32');
      expectSameBits(given, tensor(weights).mul(2));
      const one = run(() => x.mul(2).sum().backward());
      expectSameBits(one, ones(data.length).mul(2));
      expectSameBits(grad(x.mul(2).sum(), [x], { gradOutputs: [null] })[0] as Tensor, one);
      if (!isOne) return;
      const [slope] = grad(x.mul(2), [x], { gradOutputs: gradient }) as [Tensor];
      expectSameBits(slope, given);
    },
  });

  law('of one result does not wait for the others of its op', {
    rows: [73, 88],
    formula: 'variance alone: ∂/∂x as if the mean were not there, and the mean keeps no gradient',
    tolerance: 'E',
    given: [numbers, fc.boolean(), fc.boolean()],
    holds: (data, isMean, retains) => {
      const x = requiresGrad(tensor(data));
      const both = varMean(x, 0, { correction: 0 });
      const [used, other] = isMean ? [both.mean, both.var] : [both.var, both.mean];
      if (retains) for (const result of [used, other]) result.retainGrad();
      used.mul(2).backward();
      expect(other.grad).toBeNull();
      expect(used.grad?.item() ?? null).toBe(retains ? 2 : null);
      const n = data.length;
      const alone = requiresGrad(tensor(data));
      (isMean ? alone.mean() : varMean(alone, 0, { correction: 0 }).var).mul(2).backward();
      expectSameBits(x.grad as Tensor, alone.grad as Tensor);
      expect((x.grad as Tensor).count).toBe(n);
    },
  });
});

law('requiresGrad can be asked for and taken back, and only leaves may', {
  rows: [71, 93],
  formula:
    'x.requiresGrad = on: as x.requiresGrad_(on); results of ops are no leaves; x.detach() is one that asks nothing',
  tolerance: 'E',
  given: [numbers, fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })],
  holds: (data, turns) => {
    const x = requiresGrad(tensor(data));
    const plain = tensor(data);
    expect([plain.isLeaf, plain.requiresGrad, plain.mul(2).isLeaf]).toEqual([true, false, true]);
    plain.requiresGrad = false;
    for (const on of turns) {
      // What nothing records any more is asked for anew.
      if (on && !x.requiresGrad) requiresGrad(x);
      x.requiresGrad = on;
      expect([x.requiresGrad, x.isLeaf]).toEqual([on, true]);
      const y = x.mul(2);
      expect([y.requiresGrad, y.isLeaf]).toEqual([on, !on]);
      expect([y.detach().requiresGrad, y.detach().isLeaf]).toEqual([false, true]);
      x.grad = null;
      if (on) y.sum().backward();
      expect((x.grad as Tensor | null)?.toArray() ?? null).toEqual(on ? data.map(() => 2) : null);
    }
  },
});

law('hooks are called in order until they are taken away, once and for all', {
  rows: 88,
  formula: 'hooks h₁ … hₙ, some taken away, once or twice: x.grad = those left, in order, of ∇',
  tolerance: 'E',
  given: [fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 4 }), fc.boolean()],
  holds: (times, ofLeaf) => {
    const x = requiresGrad(tensor([1, -2]));
    const y = x.mul(3);
    const removals = times.map((_, i) => (ofLeaf ? x : y).registerHook((g) => g.mul(2).add(i)));
    times.forEach((count, i) => {
      for (let k = 0; k < count; k++) removals[i]?.();
    });
    y.sum().backward();
    const left = times.flatMap((count, i) => (count === 0 ? [i] : []));
    const through = left.reduce((g, i) => g * 2 + i, ofLeaf ? 3 : 1);
    expect(x.grad?.toArray()).toEqual([0, 0].map(() => (ofLeaf ? through : 3 * through)));
  },
});
