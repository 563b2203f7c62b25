import { arrays, values } from '@tessera/arbitraries';
import { grad, gradcheck, gradgradcheck, hessian, jacobian, jvp, requiresGrad, vjp } from '@tessera/autograd';
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

  test('have shapes [...output, ...input], also empty ones', () => {
    expect(jacobian((x) => x.sum(0))(ones(2, 3)).shape).toEqual([3, 2, 3]);
    expect(jacobian((x) => x.mul(2))(zeros(0)).shape).toEqual([0, 0]);
    expect(jacobian(() => ones(2))(ones(3)).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(hessian((x) => x.sum())(ones(2)).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('leave no trace: inputs stay plain, results too', () => {
    const x = ones(2);
    const [value, pullback] = vjp((v) => v.square(), x);
    expect([x.requiresGrad, value.requiresGrad, pullback(ones(2))[0]?.requiresGrad]).toEqual([false, false, false]);
    expect(x.grad).toBeNull();
    const outer = requiresGrad(ones(2));
    expect(vjp((v) => v.square(), outer)[0].requiresGrad).toBe(true);
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

  test('names the entry that is wrong', () => {
    const wrong = (x: Tensor): Tensor => x.detach().mul(x);
    expect(() => gradcheck(wrong, [tensor([1, 2], double)])).toThrow(
      /^gradcheck: .+ d output 0\[0\] \/ d input 0\[0\]/,
    );
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
