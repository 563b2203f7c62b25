import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray, type Tensor, tensor } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { LBFGS } from '../src/index.ts';
import { strongWolfe } from '../src/lbfgs/strongWolfe.ts';
import { LbfgsByHand, type Objective, type Settings } from './lbfgsByHand.ts';
import { type Probe, Scales, wolfeByHand } from './wolfeByHand.ts';

const eighths = (least: number, greatest: number): fc.Arbitrary<number> =>
  fc.noBias(fc.integer({ min: 8 * least, max: 8 * greatest })).map((i) => i / 8);

/** f(x) = sum of c (x - a)^2 + d (x y - b)^2 over neighbours x, y: smooth, bounded below, not convex. */
const landscape = fc.integer({ min: 1, max: 4 }).chain((n) =>
  fc.record({
    start: fc.array(eighths(-3, 3), { minLength: n, maxLength: n }),
    a: fc.array(eighths(-2, 2), { minLength: n, maxLength: n }),
    c: fc.array(eighths(1, 4), { minLength: n, maxLength: n }),
    b: eighths(-2, 2),
    d: eighths(0, 4),
  }),
);

type Landscape = typeof landscape extends fc.Arbitrary<infer T> ? T : never;

const objectiveOf =
  ({ a, b, c, d }: Landscape): Objective =>
  (x) => {
    const g = x.map((v, i) => 2 * c[i]! * (v - a[i]!));
    let f = x.reduce((sum, v, i) => sum + c[i]! * (v - a[i]!) ** 2, 0);
    for (let i = 0; i + 1 < x.length; i++) {
      const miss = x[i]! * x[i + 1]! - b;
      f += d * miss * miss;
      g[i]! += 2 * d * miss * x[i + 1]!;
      g[i + 1]! += 2 * d * miss * x[i]!;
    }
    return { f, g };
  };

const settings: fc.Arbitrary<Settings> = fc.record({
  lr: fc.constantFrom(1, 0.1, 10),
  maxIter: fc.integer({ min: 1, max: 6 }),
  maxEval: fc.constantFrom(3, 8, 100, null),
  toleranceGrad: fc.constantFrom(1e-7, 0.5),
  toleranceChange: fc.constantFrom(1e-9, 0.01),
  historySize: fc.constantFrom(1, 2, 100),
  search: fc.boolean(),
});

/** Some 4,000 roundings of numbers near 1. */
const SHAKE = 2 ** 12 * Number.EPSILON;
/** Differences of values near each other, in curvatures and cubics, may cost more than half of the digits. */
const DIGITS_LEFT = 2 ** 32 * Number.EPSILON;

/** Whether a shake grows a thousandfold at the most on all of the way; else there is no one way to take. */
function stays(path: readonly (readonly number[])[], shaken: readonly (readonly number[])[]): boolean {
  return (
    path.length === shaken.length &&
    path.every((x, t) => x.every((v, i) => Math.abs(v - shaken[t]![i]!) < 1000 * SHAKE * (1 + Math.abs(v))))
  );
}

law('takes the steps of its formula, with and without a line search', {
  rows: 162,
  formula: 'p += t d, d = -H g by two loops over the last moves; t by the strong Wolfe conditions',
  tolerance: 'C',
  given: [landscape, settings, fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.boolean()],
  share: 2,
  holds: (drawn, given, steps, cut, inTensors) => {
    const objective = objectiveOf(drawn);
    const byHand = new LbfgsByHand(objective, drawn.start, given);
    // What rounding may do: the same from starts that differ by thousands of roundings.
    const { start } = drawn;
    const shaken = new LbfgsByHand(
      objective,
      start.map((v) => v + SHAKE),
      given,
    );
    const parts = start.length > 1 && cut ? [start.slice(0, 1), start.slice(1)] : [start];
    const params = parts.map((part) => requiresGrad(fromArray(part, [part.length], { dtype: 'float64' })));
    const { search, ...options } = given;
    // Nothing leads to the last one: it has no gradient, and stays.
    const still = requiresGrad(fromArray([3, 4], [2], { dtype: 'float64' }));
    const optimizer = new LBFGS([...params, still], { ...options, lineSearchFn: search ? 'strong_wolfe' : null });
    const losses: number[] = [];
    const closure = (): number | Tensor => {
      const x = params.flatMap((p) => [...p.detach().data]) as number[];
      const { f, g } = objective(x);
      let at = 0;
      for (const p of params) {
        p.grad = fromArray(g.slice(at, at + p.count), [p.count], { dtype: 'float64' });
        at += p.count;
      }
      losses.push(f);
      return inTensors ? tensor(f, { dtype: 'float64' }) : f;
    };
    for (let i = 0; i < steps; i++) {
      const first = losses.length;
      const told = optimizer.step(closure);
      expect(typeof told === 'number' ? told : told.item()).toBe(losses[first]);
      byHand.step();
      shaken.step();
    }
    fc.pre(Math.min(byHand.scales.margin, shaken.scales.margin) > DIGITS_LEFT && stays(byHand.path, shaken.path));
    expect(losses.length).toBe(byHand.path.length);
    const { func_evals, n_iter } = optimizer.stateDict().state[0] as Record<string, unknown>;
    expect([func_evals, n_iter]).toEqual([losses.length, byHand.iterations]);
    expect(still.detach().toArray()).toEqual([3, 4]);
    const got = params.flatMap((p) => [...p.detach().data]) as number[];
    expectWithin(
      fromArray(got, [got.length], { dtype: 'float64' }),
      byHand.x,
      bounds.conditioned(DIGITS_LEFT * byHand.reach),
    );
  },
});

/** A sum of waves that goes down where it starts. */
const waves = fc.array(fc.tuple(eighths(-2, 2), eighths(0, 8), eighths(-3, 3)), { minLength: 1, maxLength: 4 });

law('a line search takes the step of its formula', {
  rows: 161,
  formula: 'f(t) ≤ f(0) + c₁ t f′(0), |f′(t)| ≤ c₂ |f′(0)|, by brackets and cubics',
  tolerance: 'C',
  given: [waves, fc.constantFrom(0.1, 1, 10), fc.constantFrom(1e-9, 0.1), fc.constantFrom(0.1, 1, 8), fc.boolean()],
  share: 10,
  holds: (terms, first, tolerance, size, isBounded) => {
    // Without a valley it goes on until there have been enough evaluations.
    const valley = isBounded ? 0.125 : 0;
    const tilt = 1 + terms.reduce((sum, [a, b]) => sum + Math.abs(a * b), 0) / 2;
    const at = (t: number): Probe => ({
      t,
      f: terms.reduce((sum, [a, b, c]) => sum + a * Math.sin(b * t + c), valley * t * t - tilt * t),
      slope: terms.reduce((sum, [a, b, c]) => sum + a * b * Math.cos(b * t + c), 2 * valley * t - tilt),
    });
    const start = at(0);
    fc.pre(start.slope < 0);
    const search = (from: number): { path: number[][]; found: Probe; scales: Scales } => {
      const [path, scales] = [[] as number[][], new Scales()];
      const kept = (t: number): Probe => {
        path.push([t]);
        return at(t);
      };
      return { path, found: wolfeByHand(start, from, { size, tolerance }, kept, scales), scales };
    };
    const [byHand, shaken] = [search(first), search(first + SHAKE)];
    fc.pre(Math.min(byHand.scales.margin, shaken.scales.margin) > DIGITS_LEFT && stays(byHand.path, shaken.path));
    const probe = (t: number) => ({ ...at(t), g: null });
    const found = strongWolfe({ ...start, g: null }, first, size, tolerance, probe);
    expect(found.evaluations).toBe(byHand.path.length);
    const { t } = byHand.found;
    expectWithin(found.best.t, t, bounds.conditioned(DIGITS_LEFT * (1 + t)));
  },
});
