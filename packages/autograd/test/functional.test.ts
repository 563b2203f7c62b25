import { arrays, values } from '@tessera/arbitraries';
import {
  customFunction,
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  jacobian,
  jvp,
  requiresGrad,
  vjp,
} from '@tessera/autograd';
import { law } from '@tessera/laws';
import { eye, fromArray, GradientError, matmul, ones, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const double = { dtype: 'float64' } as const;
const vector = (n: number) =>
  arrays({ shape: [n], values: [-2, 2], constantRows: false }).map(({ data }) => tensor(data, double));
const matrix = (n: number) =>
  arrays({ shape: [n, n], values: [-2, 2] }).map(({ data }) => fromArray(Float64Array.from(data), [n, n]));
const near = (actual: Tensor, expected: Tensor) => expectWithin(actual, expected, bounds.identity(expected));

const f = (x: Tensor): Tensor => x.sin().mul(x.roll(1, 0)).add(x.exp());

describe('higher derivatives', () => {
  law('the hessian of x^T A x / 2 is (A + A^T) / 2', {
    rows: 84,
    formula: '∇²(xᵀ A x / 2) = (A + Aᵀ) / 2',
    tolerance: 'D',
    given: [matrix(4), vector(4)],
    holds: (a, x) => {
      const form = (v: Tensor): Tensor => v.mul(matmul(a, v)).sum().mul(0.5);
      near(hessian(form)(x), a.add(a.t()).mul(0.5));
    },
  });

  law('hessians are symmetric', {
    rows: 84,
    formula: '∂²f/∂xᵢ∂xⱼ = ∂²f/∂xⱼ∂xᵢ',
    tolerance: 'D',
    given: [vector(5)],
    holds: (x) => {
      const h = hessian((v) => v.mul(v.roll(2, 0)).sin().sum())(x);
      near(h, h.t());
    },
  });

  law('H v is the derivative of the gradient, and the gradient of <gradient, v>', {
    rows: 84,
    formula: 'H v = J(∇f) v = ∇⟨∇f, v⟩',
    tolerance: 'D',
    given: [vector(4), vector(4)],
    holds: (x, v) => {
      const g = (y: Tensor): Tensor => grad(f(y).sum(), [y], { createGraph: true })[0] as Tensor;
      const leaf = requiresGrad(x.clone());
      const [byReverse] = grad(g(leaf).mul(v).sum(), [leaf]) as [Tensor];
      const [, byForward] = jvp((y) => g(y), [x], [v]);
      near(byForward, byReverse);
      near(matmul(hessian((y) => f(y).sum())(x), v), byReverse);
    },
  });

  test('of any order', () => {
    const x = requiresGrad(tensor(2, double));
    let y: Tensor = x.pow(5);
    const seen: number[] = [];
    for (let order = 0; order < 6; order++) {
      [y] = grad(y, [x], { createGraph: true, allowUnused: true }).map((g) => g ?? zeros([], double)) as [Tensor];
      seen.push(y.item());
      if (!y.requiresGrad) break;
    }
    expect(seen.slice(0, 5)).toEqual([80, 160, 240, 240, 120]);
  });

  test('createGraph makes gradients part of the graph', () => {
    const x = requiresGrad(tensor([1, 2], double));
    x.pow(3).sum().backward({ createGraph: true });
    const g = x.grad as Tensor;
    expect(g.requiresGrad).toBe(true);
    const [second] = grad(g.sum(), [x]) as [Tensor];
    expect(second.toArray()).toEqual([6, 12]);
  });
});

describe('vjp, jvp, jacobian', () => {
  law('<w, J v> = <J^T w, v>', {
    rows: 74,
    formula: '⟨w, J v⟩ = ⟨Jᵀ w, v⟩',
    tolerance: 'D',
    given: [vector(4), vector(4), vector(4)],
    holds: (x, v, w) => {
      const [value, pullback] = vjp(f, x);
      const [same, tangent] = jvp(f, [x], [v]);
      expectSameBits(value, same);
      expectSameBits(value, f(x));
      const [pulled] = pullback(w) as [Tensor];
      near(tangent.mul(w).sum(), pulled.mul(v).sum());
    },
  });

  law('agree with the whole jacobian', {
    rows: 85,
    formula: 'jvp(f, v) = J v, vjp(f, w) = wᵀ J',
    tolerance: 'D',
    given: [vector(3), vector(3)],
    holds: (x, v) => {
      const j = jacobian(f)(x);
      near(jvp(f, [x], [v])[1], matmul(j, v));
      near(vjp(f, x)[1](v)[0] as Tensor, matmul(j.t(), v));
    },
  });

  law('of several arguments', {
    rows: 85,
    formula: '∂f/∂(x, y) = (∂f/∂x, ∂f/∂y)',
    tolerance: 'D',
    given: [vector(3), vector(3)],
    holds: (x, y) => {
      const product = (a: Tensor, b: Tensor): Tensor => a.mul(b);
      near(jacobian(product, { argnums: 1 })(x, y), x.unsqueeze(1).mul(eye(3, 3, double)));
      const [, tangent] = jvp(product, [x, y], [ones(3, double), zeros(3, double)]);
      near(tangent, y);
      const [, pullback] = vjp(product, x, y);
      const [gx, gy] = pullback(ones(3, double)) as [Tensor, Tensor];
      near(gx, y);
      near(gy, x);
      // The pull-back can be asked again.
      expectSameBits(pullback(ones(3, double))[0] as Tensor, gx);
    },
  });

  law('have shapes [...output, ...input], also empty ones, and are 0 where nothing leads back', {
    rows: 85,
    formula: 'shape J(f) = [...f(x), ...x]; J(const) = 0',
    tolerance: 'E',
    given: [fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }), fc.constantFrom('float32', 'float64')],
    holds: (shape, kind) => {
      const dtype = kind as 'float32';
      const x = ones(shape, { dtype });
      for (const f of [(v: Tensor): Tensor => v.sum(), (v: Tensor): Tensor => v.mul(2).reshape(-1)]) {
        const j = jacobian(f)(x);
        expect([j.shape, j.dtype]).toEqual([[...f(x).shape, ...shape], dtype]);
      }
      const constant = jacobian(() => ones(2, { dtype }))(x);
      expectSameBits(constant, zeros([2, ...shape], { dtype }));
      expect(hessian((v) => v.sum())(x).shape).toEqual([...shape, ...shape]);
      const unused = jacobian((v, _w) => v.mul(2).reshape(-1), { argnums: 1 })(x, x);
      expectSameBits(unused, zeros([x.count, ...shape], { dtype }));
      const [value, slope] = jvp((v) => v.detach().mul(3), [x], [x]);
      expectSameBits(value, x.mul(3));
      expectSameBits(slope, x.mul(0));
      expectSameBits(vjp(() => ones(2, { dtype }), x)[1](ones(2, { dtype }))[0] as Tensor, x.mul(0));
    },
  });

  law('leave no trace on plain inputs, and belong to the graph of recorded ones', {
    rows: 78,
    formula: 'x plain: results are plain; x recorded: ∇ of jvp, vjp, J is the next derivative',
    tolerance: 'D',
    given: [vector(3), fc.boolean(), fc.boolean()],
    holds: (x, isRecorded, byTangent) => {
      const cube = (v: Tensor): Tensor => v.pow(3);
      const [primal, direction] = [isRecorded && !byTangent ? requiresGrad(x) : x, ones(3, double)];
      const tangent = isRecorded && byTangent ? requiresGrad(direction) : direction;
      const [value, slope] = jvp(cube, [primal], [tangent]);
      const [same, pullback] = vjp(cube, primal);
      const j = jacobian(cube)(primal);
      const [g] = pullback(tangent) as [Tensor];
      expect([value, slope].map((t) => t.requiresGrad)).toEqual([isRecorded, isRecorded]);
      expect([same, j].map((t) => t.requiresGrad)).toEqual([primal.requiresGrad, primal.requiresGrad]);
      expect(x.grad).toBeNull();
      near(slope.detach(), x.detach().square().mul(3));
      near(g.detach(), slope.detach());
      if (!isRecorded) return;
      const [of, next] = byTangent ? [tangent, x.square().mul(3)] : [primal, x.mul(6)];
      near((grad(slope.sum(), [of]) as [Tensor])[0], next.detach());
      if (!byTangent) near((grad(j.sum(), [of]) as [Tensor])[0], next.detach());
    },
  });

  test('refuse what does not fit', () => {
    expect(() => hessian((x) => x.mul(2))(ones(2))).toThrow(/^hessian: the function must give one number/);
    expect(() => jvp((x) => x, [ones(2)], [])).toThrow(/^jvp: there must be one tangent for each primal/);
    expect(() => jvp((x) => x, [ones(2)], [ones(3)])).toThrow(GradientError);
    expect(() => vjp((x) => x, 1 as unknown as Tensor)).toThrow(/^vjp: input 0 must be a tensor/);
  });
});

describe('gradcheck', () => {
  law('passes what is right', {
    rows: 75,
    formula: 'gradcheck(f) for a right f',
    tolerance: 'D',
    given: [arrays({ shape: { rank: [1, 2], sizes: [1, 2, 3] }, values: [0.25, 2] })],
    holds: ({ shape, data }) => {
      const x = fromArray(Float64Array.from(data), shape);
      expect(gradcheck((y) => y.log().mul(y), [x])).toBe(true);
      expect(gradgradcheck((y) => y.log().mul(y), [x])).toBe(true);
    },
  });

  law('names the entry that is wrong, as far as tolerances tell', {
    rows: 75,
    formula: 'f(x) = (A₁ x, A₂ x), rule off by δ at one entry: refused, by its place, iff |δ| > atol + rtol |a|',
    tolerance: 'D',
    given: [
      fc.record({
        n: fc.integer({ min: 1, max: 3 }),
        m: fc.integer({ min: 1, max: 3 }),
        row: fc.nat(2),
        column: fc.nat(2),
      }),
      fc.constantFrom(0, 1e-7, 0.25, Number.NaN),
      fc.nat(1),
      fc.boolean(),
    ],
    holds: ({ n, m, row, column }, off, at, isTolerant) => {
      const entry = [row % m, column % n] as const;
      const maps = [0, 1].map(
        (k): Tensor =>
          fromArray(
            Array.from({ length: m * n }, (_, i) => 1 + k + i),
            [m, n],
            double,
          ),
      );
      const wrong = maps.map((a, k): Tensor => {
        const copy = a.clone();
        if (k === at) copy.select(0, entry[0]).select(0, entry[1]).add_(off);
        return copy;
      });
      // Of whole numbers no gradient is asked.
      const f = (x: Tensor, _whole: Tensor): Tensor[] =>
        maps.map((a, k) =>
          customFunction('map', { forward: (v) => matmul(a, v), backward: () => (g) => matmul(wrong[k]!.t(), g) })(x),
        );
      const run = (): true =>
        gradcheck(f, [ones(n, double), tensor([1, 2], { dtype: 'int32' })], isTolerant ? { rtol: 10 } : {});
      const isWrong = Number.isNaN(off) || (Math.abs(off) > 1e-3 && !isTolerant);
      if (!isWrong) expect(run()).toBe(true);
      // NaN takes the whole column with it.
      else expect(run).toThrow(`d output ${at}[${Number.isNaN(off) ? 0 : entry[0]}] / d input 0[${entry[1]}]`);
    },
  });

  law('of second derivatives sees what a rule leaves out', {
    rows: 84,
    formula: 'f(x) = x³ with the rule g ↦ 3 x̄² g, x̄ = x without a record: gradcheck passes, gradgradcheck does not',
    tolerance: 'D',
    given: [vector(3), fc.boolean()],
    holds: (drawn, isRight) => {
      const x = drawn.abs().add(0.5);
      const cube = customFunction('cube', {
        forward: (v) => v.pow(3),
        backward:
          ([v]) =>
          (g) =>
            g.mul((isRight ? (v as Tensor) : (v as Tensor).detach()).square()).mul(3),
      });
      expect(gradcheck(cube, [x])).toBe(true);
      const flag = tensor([1, 0, 1], { dtype: 'bool' });
      const both = (v: Tensor, w: Tensor, _flag: Tensor): Tensor[] => [cube(v), v.gt(w), v.detach(), w.mul(v)];
      expect(gradgradcheck((v) => v.detach(), [x])).toBe(true);
      expect(gradcheck((v) => [v.gt(1), v.mul(2)], [x])).toBe(true);
      if (isRight) expect(gradgradcheck(both, [x, x.mul(2), flag])).toBe(true);
      else expect(() => gradgradcheck(both, [x, x.mul(2), flag])).toThrow(/gradcheck: the gradient must equal/);
    },
  });

  test('takes float64 alone', () => {
    expect(() => gradcheck((x) => x, [ones(2)])).toThrow(/inputs must be float64/);
  });
});

law('Euler: <x, grad f> = k f for f homogeneous of degree k', {
  rows: 86,
  formula: '⟨x, ∇f(x)⟩ = k f(x)',
  tolerance: 'D',
  given: [fc.array(values([-2, 2]), { minLength: 1, maxLength: 6 })],
  holds: (data) => {
    const x = requiresGrad(tensor(data, double));
    const y = x.mul(x.roll(1, 0)).mul(x.flip(0)).sum();
    const [g] = grad(y, [x], { retainGraph: true }) as [Tensor];
    near(g.mul(x).sum().detach(), y.mul(3).detach());
  },
});
