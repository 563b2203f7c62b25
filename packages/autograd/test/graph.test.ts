import { arrays, values } from '@tessera/arbitraries';
import { checkpoint, customFunction, grad, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import {
  amax,
  cat,
  clamp,
  dropout,
  fromArray,
  GradientError,
  gather,
  manualSeed,
  pad,
  type Tensor,
  tensor,
  zeros,
} from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin, ulp } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const matrix = arrays({ shape: { rank: 2, sizes: [1, 2, 3, 5] }, values: 'dyadic', constantRows: false }).map(
  ({ shape, data }) => fromArray(data, shape),
);
const row = fc.array(values('dyadic'), { minLength: 1, maxLength: 20 }).map((data): Tensor => tensor(data));
const cotangentOf = (y: Tensor): Tensor =>
  fromArray(
    Float32Array.from({ length: y.count }, (_, i) => i + 1),
    y.shape,
  );
/** The gradient of <g, f(x)>, and g itself. */
function pulled(f: (x: Tensor) => Tensor, x: Tensor): { readonly slope: Tensor; readonly g: Tensor } {
  const leaf = requiresGrad<Tensor>(x.clone());
  const y = f(leaf);
  const g = cotangentOf(y);
  return { slope: (grad(y, [leaf], { gradOutputs: [g] }) as [Tensor])[0], g };
}

law('logarithms of sums of nothing but 0 have a gradient of 0', {
  rows: [73, 80],
  formula: '∇ logsumexp(x) = softmax(x), and 0 in a row that is -∞ throughout',
  tolerance: 'E',
  given: [
    fc.array(fc.array(fc.constantFrom(0, -Infinity), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  ],
  holds: (rows, keepdim) => {
    const { slope, g } = pulled((x) => x.logsumexp(1, { keepdim }), tensor(rows, { dtype: 'float64' }));
    const expected = rows.map((row, r) => {
      const live = row.filter((value) => value === 0).length;
      return row.map((value) => (value === 0 ? g.data[r]! / live : 0));
    });
    expectWithin(slope, expected, bounds.identity(g));
  },
});

describe('movement goes backwards', () => {
  law('the gradient of a view is the view back', {
    rows: 81,
    formula: 'vjp(reshape) = reshape back, vjp(xᵀ) = gᵀ, vjp(slice) = pad, vjp(cat) = split, vjp(pad) = slice',
    tolerance: 'E',
    given: [matrix],
    holds: (x) => {
      const [n, c] = x.shape as [number, number];
      const turned = pulled((t) => t.transpose(0, 1), x);
      expectSameBits(turned.slope, turned.g.transpose(0, 1).contiguous());
      const flat = pulled((t) => t.reshape(-1), x);
      expectSameBits(flat.slope, flat.g.reshape(n, c));
      const head = pulled((t) => t.narrow(0, 0, 1), x);
      expectSameBits(head.slope, cat([head.g, zeros(n - 1, c)], 0));
      const padded = pulled((t) => pad(t, [1, 2]), x);
      expectSameBits(padded.slope, padded.g.narrow(1, 1, c).contiguous());
      const joined = pulled((t) => cat([t.mul(2), t], 0), x);
      expectSameBits(
        joined.slope,
        joined.g
          .narrow(0, 0, n)
          .mul(2)
          .add(joined.g.narrow(0, n, n)),
      );
    },
  });

  law('the gradient of gathering is scattering', {
    rows: 81,
    formula: 'vjp(gather(·, i)) = scatterAdd(0, i, ·)',
    tolerance: 'E',
    given: [matrix, fc.nat()],
    holds: (x, seed) => {
      const [n, c] = x.shape as [number, number];
      const index = fromArray(
        Int32Array.from({ length: 2 * n * c }, (_, i) => (i * 7 + seed) % n),
        [2 * n, c],
        { dtype: 'int32' },
      );
      const { slope, g } = pulled((t) => gather(t, 0, index), x);
      expectSameBits(slope, zeros(n, c).scatterAdd(0, index, g));
    },
  });
});

describe('what the graph is worth', () => {
  law('the order in which equal nodes were made does not matter', {
    rows: 83,
    formula: '∇(f + g) = ∇(g + f)',
    tolerance: '2P',
    given: [row],
    holds: (x) => {
      const one = pulled((t) => t.square().add(t.mul(3)), x).slope;
      const other = pulled((t) => {
        const last = t.mul(3);
        return last.add(t.square());
      }, x).slope;
      const near = bounds.terms(3, x.abs().mul(2).add(3).mul(x.count));
      expectWithin(other, one, bounds.twoPaths(near));
    },
  });

  law('a checkpoint gives the values and gradients of what it runs again, masks included', {
    rows: 87,
    formula: 'checkpoint(f)(x) = f(x), ∇ too',
    tolerance: 'E',
    given: [matrix, fc.nat()],
    holds: (x, seed) => {
      const block = (t: Tensor): Tensor => dropout(t.mul(t).sin().add(t), 0.5);
      const run = (f: (t: Tensor) => Tensor): Tensor[] => {
        manualSeed(seed);
        const leaf = requiresGrad<Tensor>(x.clone());
        const y = f(leaf);
        return [y.detach(), (grad(y.square().sum(), [leaf]) as Tensor[])[0]!];
      };
      const [plain, saved] = [run(block), run((t) => checkpoint(block, t))];
      for (const [i, t] of plain.entries()) expectSameBits(saved[i]!, t);
    },
  });

  law('hooks that give nothing change nothing, those that double double, and removed ones are gone', {
    rows: 88,
    formula: 'hook(g ↦ g): ∇; hook(g ↦ 2 g): 2 ∇; removed: ∇; retainGrad on a result',
    tolerance: 'E',
    given: [row],
    holds: (x) => {
      const run = (hook?: (g: Tensor) => Tensor | undefined, remove = false): Tensor => {
        const leaf = requiresGrad<Tensor>(x.clone());
        const middle = leaf.mul(3) as Tensor;
        middle.retainGrad();
        if (hook) {
          const removal = middle.registerHook(hook as never);
          if (remove) removal();
        }
        middle.square().sum().backward();
        if (!hook || remove) expectSameBits(middle.grad as Tensor, middle.detach().mul(2));
        return leaf.grad as Tensor;
      };
      const plain = run();
      expectSameBits(
        run(() => undefined),
        plain,
      );
      expectSameBits(
        run((g) => g.mul(2)),
        plain.mul(2),
      );
      expectSameBits(
        run((g) => g.mul(2), true),
        plain,
      );
    },
  });

  law("a function with a built-in's formulas is the built-in, and a gradient of another shape is refused", {
    rows: 89,
    formula: 'custom(f, f′) = f',
    tolerance: 'E',
    given: [row],
    holds: (x) => {
      const make = (spoil: (g: Tensor) => Tensor) =>
        customFunction('squared', {
          forward: (t) => t.square(),
          backward:
            ([t]) =>
            (g) =>
              spoil(g.mul((t as Tensor).mul(2))),
        });
      const own = pulled((t) => make((g) => g)(t) as Tensor, x);
      expectWithin(own.slope, pulled((t) => t.square(), x).slope, bounds.exact);
      expect(() => pulled((t) => make((g) => cat([g, g]))(t) as Tensor, x)).toThrow(GradientError);
    },
  });

  law('a value that was saved and then changed is noticed, never used', {
    rows: 90,
    formula: 'h saved, h changed ⇒ backward throws',
    tolerance: 'E',
    given: [row, fc.constantFrom('square', 'exp', 'sin', 'mul')],
    holds: (x, op) => {
      const leaf = requiresGrad<Tensor>(x.clone());
      const middle = leaf.mul(1);
      const y = op === 'mul' ? middle.mul(middle) : middle[op as 'square']();
      noGrad(() => (op === 'exp' ? y : middle).add_(1));
      expect(() => y.sum().backward()).toThrow(GradientError);
      expect(leaf.grad).toBeNull();
    },
  });

  law('subgradients are those of the table', {
    rows: 91,
    formula: "relu'(0) = abs'(0) = 0; max(dim): the first; amax: split evenly; clamp: 1 at its bounds",
    tolerance: 'E',
    given: [fc.integer({ min: 1, max: 8 }), values('dyadic')],
    holds: (n, value) => {
      const equal = tensor(Array<number>(n).fill(value));
      const slope = (f: (x: Tensor) => Tensor, x: Tensor): Tensor => {
        const leaf = requiresGrad<Tensor>(x.clone());
        return (grad(f(leaf).sum(), [leaf]) as [Tensor])[0];
      };
      expectWithin(
        slope((x) => x.relu(), zeros(n)),
        0,
        bounds.exact,
      );
      expectWithin(
        slope((x) => x.abs(), zeros(n)),
        0,
        bounds.exact,
      );
      const first = Array.from({ length: n }, (_, i) => Number(i === 0));
      expectWithin(
        slope((x) => x.max(0).values, equal),
        first,
        bounds.exact,
      );
      expectWithin(
        slope((x) => amax(x, 0), equal),
        Math.fround(1 / n),
        bounds.exact,
      );
      expectWithin(
        slope((x) => clamp(x, value, value + 1), equal),
        1,
        bounds.exact,
      );
    },
  });

  law('what does not see an order has a gradient that follows it', {
    rows: 92,
    formula: 'f(P x) = f(x) ⇒ ∇f(P x) = P ∇f(x)',
    tolerance: '2P',
    given: [row],
    holds: (x) => {
      const f = (t: Tensor): Tensor => t.square().sum().mul(t.sum());
      const slope = (at: Tensor): Tensor => {
        const leaf = requiresGrad<Tensor>(at.clone());
        return (grad(f(leaf), [leaf]) as [Tensor])[0];
      };
      const size = x.abs().sum().item();
      const near = bounds.terms(2 * x.count + 4, 3 * size ** 2 + ulp(size));
      expectWithin(slope(x.flip(0)), slope(x).flip(0), bounds.twoPaths(near));
    },
  });

  law('a graph is gone after backward', {
    rows: 93,
    formula: 'backward, backward ⇒ throws, unless retainGraph',
    tolerance: 'E',
    given: [row],
    holds: (x) => {
      const leaf = requiresGrad<Tensor>(x.clone());
      const y = leaf.square().sum();
      y.backward({ retainGraph: true });
      y.backward();
      expectSameBits(leaf.grad as Tensor, x.mul(4));
      expect(() => y.backward()).toThrow(GradientError);
      expectSameBits(leaf.grad as Tensor, x.mul(4));
    },
  });
});
