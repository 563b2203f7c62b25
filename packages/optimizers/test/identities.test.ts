import { values } from '@tessera/arbitraries';
import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, Generator, randn, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import * as library from '../src/index.ts';

type Any = library.Optimizer<never>;
type Make = (params: Tensor[], options: object) => Any;

const of =
  (Optimizer: unknown, own: object = {}): Make =>
  (params, options) =>
    new (Optimizer as new (params: Tensor[], options: object) => Any)(params, { ...own, ...options });

/** Gradients step by step, of one length. */
const trajectory = fc
  .integer({ min: 1, max: 9 })
  .chain((n) => fc.array(fc.array(values('dyadic'), { minLength: n, maxLength: n }), { minLength: 1, maxLength: 5 }));
/** None of them 0. */
const living = trajectory.map((steps) => steps.map((g) => g.map((value) => value || 1)));

function run(
  make: Make,
  gradients: readonly (readonly number[])[],
  options: object = {},
  start = 0,
): { readonly p: Tensor; readonly optimizer: Any } {
  const n = gradients[0]!.length;
  const p: Tensor = requiresGrad(fromArray(new Float32Array(n).fill(start), [n]));
  const optimizer = make([p], options);
  for (const g of gradients) {
    p.grad = fromArray(g, [n]);
    optimizer.step();
  }
  return { p: p.detach(), optimizer };
}

law('adaptive steps do not see the scale of gradients', {
  rows: 156,
  formula: 'ε = 0: θ(2ᵏ g) = θ(g)',
  tolerance: 'E',
  given: [living, fc.integer({ min: -6, max: 6 })],
  holds: (gradients, k) => {
    const scaled = gradients.map((g) => g.map((value) => value * 2 ** k));
    const { Adam, AdamW, NAdam, Adamax, Adagrad, RMSprop } = library;
    for (const Optimizer of [Adam, AdamW, NAdam, Adamax, Adagrad, RMSprop]) {
      const make = of(Optimizer, { eps: 0, lr: 0.1 });
      expectSameBits(run(make, scaled).p, run(make, gradients).p);
    }
  },
});

law('no step of Adam is longer than Cauchy and Schwarz allow', {
  rows: 155,
  formula: 'first step = lr g / (|g| + ε); every step ≤ lr (1 - β₁) / √((1 - β₂)(1 - β₁²/β₂)), corrected',
  tolerance: ['U', 'P'],
  given: [living],
  holds: (gradients) => {
    const lr = 0.5;
    const make = of(library.Adam, { lr });
    const [first] = gradients as [number[]];
    const expected = first.map((g) => (-lr * g) / (Math.abs(g) + 1e-8));
    expectWithin(run(make, [first]).p, expected, bounds.ulps(8));
    const most = (0.1 / Math.sqrt(0.001 * (1 - 0.81 / 0.999))) * lr;
    for (let t = 1; t < gradients.length; t++) {
      const [before, after] = [run(make, gradients.slice(0, t)).p, run(make, gradients.slice(0, t + 1)).p];
      expectAtMost(after.sub(before).abs(), most, bounds.terms(16, most * (t + 1)));
    }
  },
});

law('Rprop sees signs alone, and sums of squares never shrink or turn negative', {
  rows: [158, 159],
  formula: 'Rprop(g) = Rprop(sign g); Adagrad: Σ g² rises; Adadelta: E g², E Δ² ≥ 0; AMSGrad: v̂ rises',
  tolerance: ['E', 'P'],
  given: [trajectory],
  holds: (gradients) => {
    const signs = gradients.map((g) => g.map(Math.sign));
    expectSameBits(run(of(library.Rprop), gradients).p, run(of(library.Rprop), signs).p);
    const kept = (make: Make, key: string): Tensor[] =>
      gradients.map((_, t) => {
        const { optimizer } = run(make, gradients.slice(0, t + 1));
        return (optimizer.stateDict().state[0] as unknown as Record<string, Tensor>)[key] as Tensor;
      });
    for (const sums of [kept(of(library.Adagrad), 'sum'), kept(of(library.Adam, { amsgrad: true }), 'max_exp_avg_sq')])
      sums.slice(1).forEach((sum, t) => {
        expectAtMost(sums[t]!, sum);
      });
    for (const key of ['square_avg', 'acc_delta'])
      for (const average of kept(of(library.Adadelta), key)) expectAtMost(0, average);
  },
});

law('momentum has its closed form for a constant gradient', {
  rows: 153,
  formula: 'g constant: v_t = g (1 - μᵗ) / (1 - μ), θ_t = -lr Σ v',
  tolerance: 'C',
  given: [fc.array(values('dyadic'), { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 12 })],
  holds: (g, steps) => {
    const [lr, momentum] = [0.25, 0.5];
    const { p } = run(of(library.SGD, { lr, momentum }), Array<number[]>(steps).fill(g));
    const weight = Array.from({ length: steps }, (_, t) => (1 - momentum ** (t + 1)) / (1 - momentum)).reduce(
      (sum, v) => sum + v,
      0,
    );
    expectWithin(
      p,
      g.map((value) => -lr * weight * value),
      bounds.terms(
        4 * steps,
        g.map((value) => Math.abs(lr * weight * value)),
      ),
    );
  },
});

law('rows without a gradient stay, the others go as with Adam', {
  rows: 168,
  formula: 'SparseAdam: row of g = 0 ⇒ row stays; else Adam(row)',
  tolerance: ['E', '2P'],
  given: [fc.array(fc.tuple(fc.boolean(), values('dyadic')), { minLength: 1, maxLength: 6 })],
  holds: (rows) => {
    const gradient = tensor(rows.map(([touched, value]) => (touched ? [value || 1, 2] : [0, 0])));
    const [lr, steps] = [0.1, 2];
    const start = tensor(rows.map((_, i) => [i, 1]));
    const after = (Optimizer: unknown, lines: Tensor): Tensor => {
      const p: Tensor = requiresGrad(start.at(lines));
      const optimizer = of(Optimizer, { lr, eps: 0 })([p], {});
      for (let t = 0; t < steps; t++) {
        p.grad = gradient.at(lines);
        optimizer.step();
      }
      return p.detach();
    };
    const linesWhere = (isLive: boolean): Tensor =>
      tensor(
        rows.flatMap(([touched], i) => (touched === isLive ? [i] : [])),
        { dtype: 'int32' },
      );
    const found = after(library.SparseAdam, tensor([...rows.keys()], { dtype: 'int32' }));
    const [live, still] = [linesWhere(true), linesWhere(false)];
    if (still.count > 0) expectSameBits(found.at(still), start.at(still));
    if (live.count === 0) return;
    // The corrections of both moments are multiplied in another order.
    const near = bounds.terms(
      12 * steps,
      start
        .at(live)
        .abs()
        .add(lr * steps),
    );
    expectWithin(found.at(live), after(library.Adam, live), bounds.twoPaths(near));
  },
});

law('a line search never climbs', {
  rows: 161,
  formula: 'L-BFGS with strong Wolfe: f(θ_{t+1}) ≤ f(θ_t)',
  tolerance: 'P',
  given: [fc.array(fc.tuple(values([0.25, 4]), values([-4, 4])), { minLength: 1, maxLength: 5 })],
  share: 0.5,
  holds: (axes) => {
    const scale = tensor(
      axes.map(([a]) => a),
      { dtype: 'float64' },
    );
    const p: Tensor = requiresGrad(
      tensor(
        axes.map(([, x]) => x),
        { dtype: 'float64' },
      ),
    );
    const optimizer = new library.LBFGS([p], { lineSearchFn: 'strong_wolfe', maxIter: 1 });
    const f = (): Tensor => p.square().mul(scale).sum();
    for (let t = 0; t < axes.length + 1; t++) {
      const before = f().item();
      optimizer.step(() => {
        optimizer.zeroGrad();
        const value = f();
        value.backward();
        return value;
      });
      expectAtMost(f().item(), before, bounds.identity(before));
    }
  },
});

law('a gradient of 0 moves nothing that has no memory of another', {
  rows: 152,
  formula: 'g = 0: SGD(θ) = θ, fresh Adam(θ) = θ',
  tolerance: 'E',
  given: [living],
  holds: (values) => {
    const { SGD, Adam, AdamW, Adamax, NAdam, RAdam, RMSprop, Adagrad, Adadelta, ASGD } = library;
    for (const Optimizer of [SGD, Adam, AdamW, Adamax, NAdam, RAdam, RMSprop, Adagrad, Adadelta, ASGD]) {
      const p: Tensor = requiresGrad(tensor([...values[0]!]));
      const optimizer = new (Optimizer as unknown as new (params: Tensor[], options: object) => Any)([p], {
        weightDecay: 0,
        ...(Optimizer === ASGD && { lambd: 0 }),
      });
      p.grad = p.detach().mul(0);
      optimizer.step();
      expectSameBits(p.detach(), tensor([...values[0]!]));
    }
  },
});

law('plain gradient descent below its greatest rate never climbs a convex quadratic', {
  rows: 162,
  formula: 'f(θ) = Σ λᵢ θᵢ² / 2, lr < 2 / max λ: f(θ_{t+1}) ≤ f(θ_t)',
  tolerance: 'P',
  given: [
    fc.array(fc.tuple(fc.integer({ min: 1, max: 64 }), values('dyadic')), { minLength: 1, maxLength: 6 }),
    fc.double({ min: 0.05, max: 0.99, noNaN: true }),
  ],
  holds: (terms, share) => {
    const curvature = terms.map(([c]) => c);
    const p: Tensor = requiresGrad(tensor(terms.map(([, start]) => start)));
    const optimizer = new library.SGD([p], { lr: (2 * share) / Math.max(...curvature) });
    const c = tensor(curvature);
    const f = (): number => p.detach().square().mul(c).sum().item() / 2;
    for (let t = 0, before = f(); t < 10; t++) {
      p.grad = p.detach().mul(c);
      optimizer.step();
      const now = f();
      expectAtMost(now, before, bounds.terms(8 * terms.length, before));
      before = now;
    }
  },
});

law('gradients of parts of a batch add up to those of the whole', {
  rows: 167,
  formula: 'Σ ∇(l(xₖ) / k) = ∇l([x₁ | ... | xₖ]), and so the steps are one',
  tolerance: '2P',
  given: [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat()],
  holds: (parts, size, seed) => {
    const draw = (...shape: number[]): Tensor => randn(shape, { generator: new Generator(seed + shape.length) });
    const [x, start] = [draw(parts, size, 3), draw(3)];
    const [whole, pieces]: Tensor[] = [requiresGrad(start.clone()), requiresGrad(start.clone())];
    const loss = (w: Tensor, of: Tensor): Tensor => of.matmul(w).square().mean();
    loss(whole!, x).backward();
    for (let k = 0; k < parts; k++) loss(pieces!, x.select(0, k)).div(parts).backward();
    // 2 x (x w) / n, summed over n: each term has some 8 roundings.
    const limit = x
      .abs()
      .matmul(start.abs())
      .unsqueeze(-1)
      .mul(x.abs())
      .sum([0, 1])
      .mul(2 / (parts * size));
    const bound = bounds.twoPaths(bounds.terms(parts * size + 8, limit));
    expectWithin(pieces!.grad as Tensor, whole!.grad as Tensor, bound);
  },
});

law('zeroGrad takes gradients away, or makes them 0 in place', {
  rows: 82,
  formula: 'zeroGrad: ∇θ = none; setToNone = false: ∇θ = 0 where there is one',
  tolerance: 'E',
  given: [living, fc.constantFrom(undefined, true, false)],
  holds: (gradients, setToNone) => {
    const params = gradients.map((g): Tensor => requiresGrad(tensor([...g])));
    const optimizer = new library.SGD(params);
    params.slice(1).forEach((p, i) => {
      p.grad = tensor([...gradients[i + 1]!]);
    });
    const before = params.map((p) => p.grad);
    optimizer.zeroGrad(setToNone === undefined ? {} : { setToNone });
    params.forEach((p, i) => {
      if (setToNone !== false || i === 0) expect(p.grad).toBeNull();
      else {
        expect(p.grad?.storage).toBe(before[i]?.storage);
        expectSameBits(p.grad as Tensor, before[i]!.detach().mul(0));
      }
    });
  },
});
