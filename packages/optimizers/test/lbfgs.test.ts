import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { fromArray } from '@tessera/tensor';
import { bounds, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import { LBFGS } from '../src/index.ts';
import { LbfgsByHand, type Objective, type Settings } from './lbfgsByHand.ts';

const eighths = (least: number, greatest: number): fc.Arbitrary<number> =>
  fc.integer({ min: 8 * least, max: 8 * greatest }).map((i) => i / 8);

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
  maxEval: fc.constantFrom(3, 8, 100),
  toleranceGrad: fc.constantFrom(1e-7, 0.5),
  toleranceChange: fc.constantFrom(1e-9, 0.01),
  historySize: fc.constantFrom(1, 2, 100),
  search: fc.boolean(),
});

/** Some 4,000 roundings of numbers near 1. */
const SHAKE = 2 ** 12 * Number.EPSILON;

law('takes the steps of its formula, with and without a line search', {
  rows: 162,
  formula: 'p += t d, d = -H g by two loops over the last moves; t by the strong Wolfe conditions',
  tolerance: 'C',
  given: [landscape, settings, fc.integer({ min: 1, max: 3 }), fc.boolean()],
  holds: (drawn, given, steps, cut) => {
    const objective = objectiveOf(drawn);
    const byHand = new LbfgsByHand(objective, drawn.start, given);
    // What rounding may do: the same way from starts that differ by thousands of roundings, times the farthest it has been.
    const { start } = drawn;
    const shaken = new LbfgsByHand(
      objective,
      start.map((v) => v + SHAKE),
      given,
    );
    const parts = start.length > 1 && cut ? [start.slice(0, 1), start.slice(1)] : [start];
    const params = parts.map((part) => requiresGrad(fromArray(part, [part.length], { dtype: 'float64' })));
    const { search, ...options } = given;
    const optimizer = new LBFGS(params, { ...options, lineSearchFn: search ? 'strong_wolfe' : null });
    const losses: number[] = [];
    const closure = (): number => {
      const x = params.flatMap((p) => [...p.detach().data]) as number[];
      const { f, g } = objective(x);
      let at = 0;
      for (const p of params) {
        p.grad = fromArray(g.slice(at, at + p.count), [p.count], { dtype: 'float64' });
        at += p.count;
      }
      losses.push(f);
      return f;
    };
    for (let i = 0; i < steps; i++) {
      const first = losses.length;
      expect(optimizer.step(closure)).toBe(losses[first]);
      byHand.step();
      shaken.step();
    }
    // Where rounding decides, or grows a millionfold, there is no one way to take.
    const apart = byHand.x.reduce((sum, v, i) => sum + Math.abs(v - shaken.x[i]!), SHAKE);
    const limit = apart * byHand.reach;
    fc.pre(Math.min(byHand.margin, shaken.margin) > 1e6 * SHAKE && limit < 1e6 * SHAKE);
    expect(losses.length).toBe(byHand.evaluations);
    const got = params.flatMap((p) => [...p.detach().data]) as number[];
    expectWithin(fromArray(got, [got.length], { dtype: 'float64' }), byHand.x, bounds.conditioned(limit));
  },
});
