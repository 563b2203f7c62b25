import { grad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { init } from '@tessera/layers';
import { diag, empty, fromArray, Generator, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Adafactor, Adam, LBFGS, Lion, Muon, SGD, SparseAdam } from '../src/index.ts';
import { cubicMinimum, strongWolfe } from '../src/lbfgs/strongWolfe.ts';

const double = { dtype: 'float64' } as const;
const after = (p: Tensor, gradient: Tensor, optimizer: { step(): unknown }): Tensor => {
  p.grad = gradient;
  optimizer.step();
  return p.detach();
};

describe('Muon', () => {
  /** Newton-Schulz on one singular value, as Keller Jordan's coefficients have it. */
  const orthogonalized = (sigma: number, steps: number): number => {
    let x = sigma;
    for (let i = 0; i < steps; i++) x = 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5;
    return x;
  };
  const sizes = [fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.nat()] as const;
  const stepOf = (gradient: Tensor, nsSteps: number): Tensor => {
    const p = requiresGrad(zeros([...gradient.shape], double));
    return after(p, gradient, new Muon([p], { lr: 1, weightDecay: 0, nsSteps })).neg();
  };

  law('maps every singular value by its polynomial', {
    rows: 160,
    formula: 'Muon(diag σ) = diag fⁿ(σ / ‖σ‖), f(x) = 3.4445 x - 4.775 x³ + 2.0315 x⁵',
    tolerance: 'D',
    given: [
      fc.array(fc.integer({ min: -64, max: 64 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 10 }),
    ],
    holds: (sigma, steps) => {
      fc.pre(sigma.some((value) => value !== 0));
      const length = Math.hypot(...sigma);
      const expected = sigma.map((value) => orthogonalized(value / length, steps));
      const step = stepOf(diag(tensor(sigma, double)), steps);
      expectWithin(step, diag(tensor(expected, double)), bounds.identity(3.4445 ** steps));
    },
  });

  law('goes along a mean of gradients made orthogonal, at a rate that follows from the shape', {
    rows: 160,
    formula: "b = μ b + (1 - μ) g; θ' = (1 - lr λ) θ - lr r(A, B) O(g + μ (b - g))",
    tolerance: 'D',
    given: [
      ...sizes,
      fc.record(
        {
          weightDecay: fc.constantFrom(0, 0.5),
          momentum: fc.constantFrom(0.95, 0.5),
          nesterov: fc.boolean(),
          adjustLrFn: fc.constantFrom(null, 'original', 'match_rms_adamw'),
        },
        { requiredKeys: [] },
      ),
    ],
    holds: (rows, columns, seed, options) => {
      const { weightDecay = 0.1, momentum = 0.95, nesterov = true, adjustLrFn = null } = options;
      const generator = new Generator(seed);
      const draw = (): Tensor => randn([rows, columns], { ...double, generator });
      const p = requiresGrad(draw());
      const optimizer = new Muon([p], { ...(options as object), lr: 0.25 });
      let [expected, mean]: [Tensor, Tensor] = [p.detach().clone(), zeros([rows, columns], double)];
      for (let step = 0; step < 3; step++) {
        const g = draw();
        mean = mean.mul(momentum).add(g.mul(1 - momentum));
        const update = stepOf(nesterov ? g.mul(1 - momentum).add(mean.mul(momentum)) : mean, 5);
        const side = Math.max(rows, columns);
        const rate = adjustLrFn === 'match_rms_adamw' ? 0.2 * Math.sqrt(side) : Math.sqrt(side / columns);
        // Alone, a step is at the rate of its own shape.
        const own = Math.sqrt(side / columns);
        expected = expected.mul(1 - 0.25 * weightDecay).sub(update.mul((0.25 * rate) / own));
        after(p, g, optimizer);
        expectWithin(p.detach(), expected, bounds.identity(3.4445 ** 5));
      }
    },
  });

  law('commutes with orthogonal maps and does not see the scale', {
    rows: 160,
    formula: 'Muon(U G Vᵀ) = U Muon(G) Vᵀ; Muon(2ᵏ G) = Muon(G)',
    tolerance: ['D', 'E'],
    given: [...sizes],
    share: 0.5,
    holds: (rows, columns, seed) => {
      const generator = new Generator(seed);
      const g = randn([rows, columns], { ...double, generator });
      const [u, v] = [rows, columns].map((n): Tensor => init.orthogonal_(empty([n, n], double), { generator }));
      const turned = u!.matmul(g).matmul(v!);
      const expected = u!.matmul(stepOf(g, 3)).matmul(v!);
      // Each step of the iteration stretches an error by at most its greatest slope, 3.4445.
      expectWithin(stepOf(turned, 3), expected, bounds.identity(g, 3.4445 ** 3));
      expectSameBits(stepOf(g.mul(2 ** 10), 3), stepOf(g, 3));
    },
  });

  test('refuses what is no matrix', () => {
    expect(() => new Muon([requiresGrad(zeros(3))])).toThrow(
      'Muon: parameters must be matrices; got [3] at position 0; try AdamW for the others',
    );
  });
});

describe('SparseAdam', () => {
  test('leaves rows without a gradient alone, and takes the others as Adam does', () => {
    const start = tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      double,
    );
    const gradient = tensor(
      [
        [0, 0],
        [1, -1],
        [0, 0],
      ],
      double,
    );
    const [p, q] = [requiresGrad(start.clone()), requiresGrad(start.clone())];
    const sparse = new SparseAdam([p], { lr: 0.1, eps: 0 });
    after(p, gradient, sparse);
    after(q, gradient.narrow(0, 1, 1).expand(3, 2), new Adam([q], { lr: 0.1, eps: 0 }));
    expectSameBits(p.detach().select(0, 0), start.select(0, 0));
    expectSameBits(p.detach().select(0, 2), start.select(0, 2));
    expectWithin(p.detach().select(0, 1), q.detach().select(0, 1), bounds.identity(q.detach()));
    const { exp_avg } = sparse.stateDict().state[0] as { readonly exp_avg: Tensor };
    expect(exp_avg.select(0, 0).toArray()).toEqual([0, 0]);
  });
});

describe('Adafactor', () => {
  law('scales a gradient by squares that it knows by row and column', {
    rows: 160,
    formula:
      "v = rows columns / mean(rows); θ' = (1 - lr λ) θ - max(ε₂, rms θ) min(lr, 1/√t) u / max(1, rms u / d), u = g/√v",
    tolerance: 'D',
    given: [
      fc.constantFrom([3], [1], [2, 3], [4, 1], [2, 3, 2], [0, 2]),
      fc.nat(),
      fc.record(
        {
          lr: fc.constantFrom(0.01, 1),
          beta2Decay: fc.constantFrom(-0.8, -0.5),
          eps: fc.constantFrom([null, 1e-3], [0.25, 2]),
          d: fc.constantFrom(1, 4),
          weightDecay: fc.constantFrom(0, 0.25),
          maximize: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    ],
    holds: (shape, seed, options) => {
      const { lr = 0.01, beta2Decay = -0.8, eps: [eps1, eps2] = [null, 1e-3], d = 1 } = options;
      const { weightDecay = 0, maximize = false } = options;
      const least = eps1 ?? Number.EPSILON;
      const generator = new Generator(seed);
      const draw = (): Tensor => randn([...shape], { ...double, generator });
      const p = requiresGrad(draw());
      const optimizer = new Adafactor([p], options as object);
      const rms = (t: Tensor): number => Math.sqrt(t.square().mean().item());
      let expected = p.detach().clone();
      let means: Tensor[] = [];
      for (let t = 1; t <= 3; t++) {
        const given = draw();
        after(p, given, optimizer);
        if (p.count === 0) continue;
        const g = maximize ? given.neg() : given;
        const share = t ** beta2Decay;
        const squares = g.square();
        const now = shape.length < 2 ? [squares] : [squares.mean(-1), squares.mean(-2)];
        means = now.map((x, i) => (t === 1 ? x : (means[i] as Tensor).mul(1 - share).add(x.mul(share))));
        const [rows, columns] = means as [Tensor, Tensor];
        const v =
          shape.length < 2
            ? rows
            : rows
                .unsqueeze(-1)
                .mul(columns.unsqueeze(-2))
                .div(
                  rows
                    .mean(-1)
                    .clampMin(least)
                    .reshape(...shape.slice(0, -2), 1, 1),
                );
        const u = g.div(v.clampMin(least ** 2).sqrt());
        const rate = Math.max(eps2 as number, rms(expected)) * Math.min(lr, 1 / Math.sqrt(t));
        expected = expected.mul(1 - lr * weightDecay).sub(u.mul(rate / Math.max(1, rms(u) / d)));
        expectWithin(p.detach(), expected, bounds.identity(expected));
      }
    },
  });

  test('remembers one row and one column of a matrix', () => {
    const p = requiresGrad(randn(5, 3));
    const optimizer = new Adafactor([p]);
    after(p, randn(5, 3), optimizer);
    const { row_var, col_var } = optimizer.stateDict().state[0] as Record<string, Tensor>;
    expect([row_var?.shape, col_var?.shape]).toEqual([
      [5, 1],
      [1, 3],
    ]);
  });

  test('takes the exact squares of a gradient that is a column times a row', () => {
    const p = requiresGrad(zeros(2, 2, double));
    // g^2 has rank one: the first step is sign(g), as large as the least size of a parameter allows.
    after(
      p,
      tensor(
        [
          [1, -2],
          [3, -6],
        ],
        double,
      ),
      new Adafactor([p], { lr: 1, eps: [null, 0.5] }),
    );
    expectWithin(p.detach(), [-0.5, 0.5, -0.5, 0.5], bounds.identity());
  });
});

describe('Lion', () => {
  test('steps by the rate, whatever the size of the gradient', () => {
    const p = requiresGrad(tensor([1, 1, 1], double));
    const moved = after(p, tensor([1e-9, -1e9, 0], double), new Lion([p], { lr: 0.25 }));
    expect(moved.toArray()).toEqual([0.75, 1.25, 1]);
  });
});

describe('LBFGS', () => {
  /** (1 - x)^2 + 100 (y - x^2)^2 */
  const rosenbrock = (p: Tensor): Tensor => {
    const [x, y] = [p.select(0, 0), p.select(0, 1)];
    return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
  };

  /** It ends where the gradient is small, and not before. */
  const exactly = { toleranceGrad: 1e-7, toleranceChange: 0 };

  test('with a line search finds the end of the valley of Rosenbrock', () => {
    const p = requiresGrad(fromArray([-1.2, 1], [2], double));
    const optimizer = new LBFGS([p], { lineSearchFn: 'strong_wolfe', maxIter: 200, ...exactly });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const value = rosenbrock(p);
      value.backward();
      return value;
    });
    expectWithin(loss.detach(), 24.2, bounds.identity(loss.detach()));
    // It stops where the gradient is as small as its option says.
    const [slope] = grad(rosenbrock(p), [p]) as [Tensor];
    expectAtMost(slope.abs(), exactly.toleranceGrad);
  });

  test('finds the least of a quadratic', () => {
    const scale = tensor([1, 10, 100], double);
    const p = requiresGrad(tensor([1, -2, 3], double));
    const optimizer = new LBFGS([p], { lineSearchFn: 'strong_wolfe', maxIter: 30, ...exactly });
    optimizer.step(() => {
      optimizer.zeroGrad();
      const value = p.square().mul(scale).sum();
      value.backward();
      return value;
    });
    const [slope] = grad(p.square().mul(scale).sum(), [p]) as [Tensor];
    expectAtMost(slope.abs(), exactly.toleranceGrad);
  });

  test('needs a closure and one group', () => {
    const [a, b] = [requiresGrad(zeros(1)), requiresGrad(zeros(1))];
    expect(() => new LBFGS([a]).step()).toThrow('LBFGS: the closure must be a function; got undefined');
    expect(() => new LBFGS([{ params: [a] }, { params: [b] }])).toThrow('LBFGS: there must be one group');
  });

  test('the cubic through values and slopes of t^2 and t^3 - t has their minimum', () => {
    const at = (f: (t: number) => number, slope: (t: number) => number) => (t: number) => ({
      t,
      f: f(t),
      slope: slope(t),
    });
    const square = at(
      (t) => t * t,
      (t) => 2 * t,
    );
    expectWithin(cubicMinimum(square(-1), square(2), [-1, 2]), 0, bounds.identity());
    const cubic = at(
      (t) => t ** 3 - t,
      (t) => 3 * t * t - 1,
    );
    expectWithin(cubicMinimum(cubic(0), cubic(1), [0, 1]), 1 / Math.sqrt(3), bounds.identity());
  });

  test('a step satisfies both conditions of Wolfe', () => {
    const f = (t: number): number => (t - 3) ** 2 + Math.sin(5 * t);
    const slope = (t: number): number => 2 * (t - 3) + 5 * Math.cos(5 * t);
    const probe = (t: number) => ({ t, f: f(t), g: null, slope: slope(t) });
    const start = probe(2);
    const { best } = strongWolfe(start, 0.01, 1, 1e-9, (t) => ({ ...probe(2 - t), t, slope: -slope(2 - t) }));
    // Armijo's condition, with its constant c1
    expectAtMost(best.f, start.f + 1e-4 * best.t * -start.slope, bounds.identity(start.f));
  });
});

test('many small tensors and one large one are updated as by hand', () => {
  const shapes = [[1], [40_000], [3, 5], [16_384], [16_385], [2]];
  const params = shapes.map((shape) => requiresGrad(randn(shape)));
  const gradients = shapes.map((shape) => randn(shape));
  const expected = params.map((p, i) => p.detach().sub((gradients[i] as Tensor).mul(0.5)));
  params.forEach((p, i) => {
    p.grad = gradients[i] as Tensor;
  });
  new SGD(params, { lr: 0.5 }).step();
  params.forEach((p, i) => {
    expectSameBits(p.detach(), expected[i] as Tensor);
  });
});
