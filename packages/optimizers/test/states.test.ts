import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, ones, type Tensor, zeros } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import * as library from '../src/index.ts';

// What optimizers remember between steps.

interface Any {
  readonly paramGroups: { lr: number }[];
  step(closure?: () => unknown): unknown;
  zeroGrad(options?: { readonly setToNone?: boolean }): void;
  stateDict(): { readonly state: Record<string, Record<string, Tensor | number>> };
}
type Class = new (params: readonly Tensor[], options?: object) => Any;

const moments = ['exp_avg', 'exp_avg_sq'];
const counted = ['step', ...moments];
/** PyTorch's names of what is remembered of a matrix, by options. */
const TABLE: readonly (readonly [optimizer: unknown, options: object, names: readonly string[]])[] = [
  [library.SGD, {}, []],
  [library.SGD, { momentum: 0.9 }, ['momentum_buffer']],
  [library.Adam, {}, counted],
  [library.Adam, { amsgrad: true }, [...counted, 'max_exp_avg_sq']],
  [library.AdamW, {}, counted],
  [library.AdamW, { amsgrad: true }, [...counted, 'max_exp_avg_sq']],
  [library.Adamax, {}, ['step', 'exp_avg', 'exp_inf']],
  [library.NAdam, {}, [...counted, 'mu_product']],
  [library.RAdam, {}, counted],
  [library.RMSprop, {}, ['step', 'square_avg']],
  [library.RMSprop, { momentum: 0.5 }, ['step', 'square_avg', 'momentum_buffer']],
  [library.RMSprop, { centered: true }, ['step', 'square_avg', 'grad_avg']],
  [library.Adagrad, {}, ['step', 'sum']],
  [library.Adadelta, {}, ['step', 'square_avg', 'acc_delta']],
  [library.Adafactor, {}, ['step', 'row_var', 'col_var']],
  [library.Rprop, {}, ['step', 'prev', 'step_size']],
  [library.ASGD, {}, ['step', 'eta', 'mu', 'ax']],
  [library.Lion, {}, ['exp_avg']],
  [library.Muon, {}, ['momentum_buffer']],
  [library.SparseAdam, {}, counted],
];
const row = fc.constantFrom(...TABLE);
/** A matrix and gradients for it, none of which is 0. */
const drawn = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).chain(([n, m]) =>
  fc.record({
    shape: fc.constant([n, m] as const),
    gradients: fc.array(
      fc.array(
        fc.integer({ min: 1, max: 8 }).map((i) => i / 4),
        { minLength: n * m, maxLength: n * m },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

function stepAll(optimizer: Any, p: Tensor, gradients: readonly (readonly number[])[]): void {
  for (const g of gradients) {
    p.grad = fromArray(g, [...p.shape]);
    optimizer.step();
  }
}

describe('what an optimizer remembers', () => {
  law("has PyTorch's names, counts the steps, and is of the parameters that had a gradient", {
    rows: [163, 165],
    formula: 'n steps of p: state[p] = { step: n, ... }; a parameter without a gradient: none',
    tolerance: 'E',
    given: [row, drawn],
    holds: ([of, options, names], { shape, gradients }) => {
      // One without a gradient, and one that never asks for any.
      const [still, p, plain] = [requiresGrad(ones(...shape)), requiresGrad(ones(...shape)), ones(...shape)];
      const optimizer = new (of as Class)([still, p, plain], options);
      stepAll(optimizer, p, gradients);
      const { state } = optimizer.stateDict();
      for (const i of [0, 2]) expect(state[i]).toBeUndefined();
      for (const t of [still, plain]) expectSameBits(t.detach(), ones(...shape));
      const own = state[1] ?? {};
      expect(Object.keys(own).sort()).toEqual([...names].sort());
      if ('step' in own) expect(own.step).toBe(gradients.length);
    },
  });

  law('is copied out: later steps leave a saved state as it is', {
    rows: 163,
    formula: 'stateDict() before = stateDict() before, after more steps',
    tolerance: 'E',
    given: [row, drawn],
    holds: ([of, options], { shape, gradients }) => {
      const p = requiresGrad(ones(...shape));
      const optimizer = new (of as Class)([p], options);
      stepAll(optimizer, p, gradients);
      const before = optimizer.stateDict();
      const texts = (): string[] => Object.values(before.state[0] ?? {}).map(String);
      const then = texts();
      stepAll(optimizer, p, gradients);
      expect(texts()).toEqual(then);
    },
  });

  law('of parameters without elements is as good as nothing', {
    rows: 163,
    formula: 'p of no elements beside q: q moves as alone',
    tolerance: 'E',
    given: [row, drawn, fc.constantFrom([0, 3] as const, [2, 0] as const)],
    holds: ([of, options], { shape, gradients }, none) => {
      const [empty, q, alone] = [zeros(...none), ones(...shape), ones(...shape)].map((t): Tensor => requiresGrad(t));
      const both = new (of as Class)([empty as Tensor, q as Tensor], options);
      const one = new (of as Class)([alone as Tensor], options);
      for (const g of gradients) {
        (empty as Tensor).grad = zeros(...none);
        stepAll(both, q as Tensor, [g]);
        stepAll(one, alone as Tensor, [g]);
      }
      expectSameBits((q as Tensor).detach(), (alone as Tensor).detach());
      expect((empty as Tensor).shape).toEqual(none);
      const searched = new library.LBFGS([zeros(...none)]);
      expect(searched.step(() => 7)).toBe(7);
    },
  });
});

law('a step is a change: what was recorded before it is refused', {
  rows: 90,
  formula: 'y = p², step: y.backward() throws; recorded after it: ∇ = 2 p',
  tolerance: 'E',
  given: [row, drawn],
  holds: ([of, options], { shape, gradients }) => {
    const p = requiresGrad<Tensor>(ones(...shape));
    const optimizer = new (of as Class)([p], options);
    const y = p.square().sum();
    stepAll(optimizer, p, gradients);
    expect(() => y.backward()).toThrow(/must not be changed in place/);
    expectSameBits(grad(p.square().sum(), [p])[0] as Tensor, p.detach().mul(2));
  },
});

law('zeroGrad drops gradients, or fills them with zeros', {
  rows: 93,
  formula: 'zeroGrad(): p.grad = null; zeroGrad({ setToNone: false }): p.grad = 0, in the same memory',
  tolerance: 'E',
  given: [row, drawn, fc.constantFrom(undefined, true, false)],
  holds: ([of, options], { shape, gradients }, setToNone) => {
    const [still, p] = [requiresGrad(ones(...shape)), requiresGrad(ones(...shape))];
    const optimizer = new (of as Class)([still, p], options);
    const given = fromArray(gradients[0] as readonly number[], [...shape]);
    p.grad = given;
    optimizer.zeroGrad(setToNone === undefined ? {} : { setToNone });
    expect(still.grad).toBeNull();
    if (setToNone === false) {
      expect(p.grad === given).toBe(true);
      expectSameBits(given, zeros(...shape));
    } else {
      expect(p.grad).toBeNull();
      expectSameBits(given, fromArray(gradients[0] as readonly number[], [...shape]));
    }
  },
});
