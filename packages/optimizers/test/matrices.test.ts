import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { init } from '@tessera/layers';
import { diag, empty, Generator, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Adafactor, Muon } from '../src/index.ts';

// Optimizers that see a matrix as one.

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
  /** Each step of the iteration stretches an error by at most its greatest slope. */
  const STRETCH = 3.4445;
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
      expectWithin(step, diag(tensor(expected, double)), bounds.identity(STRETCH ** steps));
    },
  });

  law('goes along a mean of gradients made orthogonal, at a rate that follows from the shape', {
    rows: 160,
    formula: "b = μ b + (1 - μ) g; θ' = (1 - lr λ) θ - lr r(A, B) O(g + μ (b - g))",
    tolerance: 'D',
    given: [
      ...sizes,
      fc.integer({ min: 0, max: 5 }),
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
    holds: (rows, columns, seed, nsSteps, options) => {
      const { weightDecay = 0.1, momentum = 0.95, nesterov = true, adjustLrFn = null } = options;
      const generator = new Generator(seed);
      const draw = (): Tensor => randn([rows, columns], { ...double, generator });
      const p = requiresGrad(draw());
      const optimizer = new Muon([p], { ...(options as object), lr: 0.25, nsSteps });
      let [expected, mean]: [Tensor, Tensor] = [p.detach().clone(), zeros([rows, columns], double)];
      for (let step = 0; step < 3; step++) {
        const g = draw();
        mean = mean.mul(momentum).add(g.mul(1 - momentum));
        const update = stepOf(nesterov ? g.mul(1 - momentum).add(mean.mul(momentum)) : mean, nsSteps);
        const side = Math.max(rows, columns);
        const rate = adjustLrFn === 'match_rms_adamw' ? 0.2 * Math.sqrt(side) : Math.sqrt(side / columns);
        // Alone, a step is at the rate of its own shape.
        const own = Math.sqrt(side / columns);
        expected = expected.mul(1 - 0.25 * weightDecay).sub(update.mul((0.25 * rate) / own));
        after(p, g, optimizer);
        expectWithin(p.detach(), expected, bounds.identity(STRETCH ** nsSteps));
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
      expectWithin(stepOf(turned, 3), expected, bounds.identity(g, STRETCH ** 3));
      expectSameBits(stepOf(g.mul(2 ** 10), 3), stepOf(g, 3));
    },
  });

  test('refuses what is no matrix', () => {
    expect(() => new Muon([requiresGrad(zeros(3))])).toThrow(
      'Muon: parameters must be matrices; got [3] at position 0; try AdamW for the others',
    );
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
