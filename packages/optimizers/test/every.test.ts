import { requiresGrad } from '@tessera/autograd';
import { type OptimizerOptions, optimizerLaws, optimizerUnderTest } from '@tessera/autograd/testing';
import { law, lawsOf } from '@tessera/laws';
import { fromArray, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as library from '../src/index.ts';

// What holds of every optimizer. Matrices, since Muon takes nothing else.

interface Any {
  readonly paramGroups: { lr: number }[];
  step(closure?: () => unknown): unknown;
  zeroGrad(): void;
  stateDict(): { readonly state: Record<string, Record<string, unknown>>; readonly param_groups: object[] };
  loadStateDict(saved: unknown): void;
}
type Class = new (params: readonly unknown[], options?: object) => Any;

interface Row {
  readonly of: unknown;
  readonly options: object;
  /** What the laws are to know of it. */
  readonly is?: Omit<OptimizerOptions, 'name'>;
}

const climbs = { maximize: true } as const;
const TABLE: Readonly<Record<string, Row>> = {
  SGD: { of: library.SGD, options: { momentum: 0.9 }, is: climbs },
  Adam: { of: library.Adam, options: { amsgrad: true }, is: climbs },
  AdamW: { of: library.AdamW, options: { weightDecay: 0 }, is: climbs },
  Adamax: { of: library.Adamax, options: {}, is: climbs },
  NAdam: { of: library.NAdam, options: {}, is: climbs },
  RAdam: { of: library.RAdam, options: {}, is: climbs },
  RMSprop: { of: library.RMSprop, options: { centered: true, momentum: 0.9 }, is: climbs },
  Adagrad: { of: library.Adagrad, options: { initialAccumulatorValue: 0.1 }, is: climbs },
  Adadelta: { of: library.Adadelta, options: {}, is: climbs },
  Adafactor: { of: library.Adafactor, options: {}, is: climbs },
  Rprop: { of: library.Rprop, options: { stepSizes: [0, 50] }, is: climbs },
  ASGD: { of: library.ASGD, options: { t0: 1 }, is: climbs },
  Lion: { of: library.Lion, options: {}, is: climbs },
  Muon: { of: library.Muon, options: { weightDecay: 0 } },
  SparseAdam: { of: library.SparseAdam, options: {}, is: climbs },
  LBFGS: { of: library.LBFGS, options: { maxIter: 2 }, is: { joint: true, odd: false, rate: 0.5 } },
};
const table = Object.entries(TABLE).map(([name, { of, options }]) => [name, of, options] as const);

for (const [name, { of, options, is }] of Object.entries(TABLE)) {
  const Optimizer = of as Class;
  const optimizer = optimizerUnderTest(
    (params, settings) => new Optimizer(params, { ...options, ...settings }) as never,
    {
      name,
      ...is,
    },
  );
  lawsOf(optimizer, optimizerLaws(optimizer));
}

test('the table holds every optimizer', () => {
  const exported = Object.entries(library).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof library.Optimizer ? [name] : [],
  );
  const bases = ['ElementwiseOptimizer', 'Stepwise'];
  expect(Object.keys(TABLE).sort()).toEqual(exported.filter((name) => !bases.includes(name)).sort());
});

const matrix = (rows: number, columns: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -512, max: 512 }).map((i) => i / 256),
    { minLength: rows * columns, maxLength: rows * columns },
  );

/** Starts of two matrices, and a few gradients for them. */
const trajectory = fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 3, 8)).chain(([rows, columns]) =>
  fc.record({
    shapes: fc.constant([
      [rows, columns],
      [columns, 2],
    ] as const),
    starts: fc.tuple(matrix(rows, columns), matrix(columns, 2)),
    gradients: fc.array(fc.tuple(matrix(rows, columns), matrix(columns, 2)), { minLength: 1, maxLength: 4 }),
  }),
);

type Drawn = typeof trajectory extends fc.Arbitrary<infer T> ? T : never;

const tensorOf = (values: readonly number[], shape: readonly number[]): Tensor => fromArray(values, [...shape]);
const leavesOf = ({ starts, shapes }: Drawn): Tensor[] =>
  starts.map((start, i) => requiresGrad(tensorOf(start, shapes[i] as readonly number[])));

/** A step whose gradients are given, whatever the parameters are. */
function step(optimizer: Any, params: readonly Tensor[], gradients: readonly (readonly number[])[]): void {
  optimizer.step(() => {
    params.forEach((p, i) => {
      p.grad = tensorOf(gradients[i] as readonly number[], p.shape);
    });
    return gradients.flat().reduce((sum, g) => sum + g, 0);
  });
}

// Without a closure the others take gradients as they are; LBFGS asks for them.
describe.each(table)('%s', (name, of, options) => {
  const Optimizer = of as Class;
  const make = (params: readonly unknown[], more: object = {}): Any => new Optimizer(params, { ...options, ...more });

  law('updates a strided view as a matrix of its own', {
    rows: [],
    formula: 'step(strided p) = step(contiguous p)',
    tolerance: 'U',
    given: [trajectory],
    holds: (drawn) => {
      const params = leavesOf(drawn);
      const views = drawn.starts.map((start, i) => {
        const [rows, columns] = drawn.shapes[i] as readonly [number, number];
        const turned = tensorOf(start, [rows, columns]).transpose(0, 1).contiguous();
        return requiresGrad(turned.transpose(0, 1).detach());
      });
      const [plain, strided] = [make(params), make(views)];
      for (const gradients of drawn.gradients) {
        step(plain, params, gradients);
        step(strided, views, gradients);
      }
      // Sums over a matrix may go in another order; steps are of the size of the parameters, each with some 20 roundings.
      params.forEach((p, i) => {
        const size = p.detach().abs().max().item() + drawn.gradients.length;
        const limit = bounds.terms(20 * drawn.gradients.length * p.count, size);
        expectWithin(views[i] as Tensor, p.detach().to('float64'), bounds.twoPaths(limit));
      });
    },
  });

  law('takes parameters in groups with settings of their own, as optimizers side by side', {
    rows: 163,
    formula: 'step([{θ; lr₁}, {φ}]; lr₂) = step([θ]; lr₁), step([φ]; lr₂)',
    tolerance: 'E',
    given: [trajectory, fc.constantFrom('list', 'set', 'generator')],
    share: 0.3,
    holds: (drawn, form) => {
      // L-BFGS moves all parameters along one line, and takes one group.
      const [p, q] = leavesOf(drawn) as [Tensor, Tensor];
      const [r, s] = leavesOf(drawn) as [Tensor, Tensor];
      const listed = (...list: Tensor[]): unknown =>
        form === 'list' ? list : form === 'set' ? new Set(list) : list.values();
      if (name === 'LBFGS') {
        const [one, other] = [make(listed(p, q) as never, { lr: 0.5 }), make([{ params: [r, s], lr: 0.5 }])];
        for (const gradients of drawn.gradients) {
          step(one, [p, q], gradients);
          step(other, [r, s], gradients);
        }
      } else {
        const grouped = make([{ params: listed(p), lr: 0.5 }, { params: listed(q) }] as never, { lr: 0.25 });
        const apart = [make(listed(r) as never, { lr: 0.5 }), make(listed(s) as never, { lr: 0.25 })] as const;
        for (const gradients of drawn.gradients) {
          step(grouped, [p, q], gradients);
          step(apart[0], [r], gradients.slice(0, 1));
          step(apart[1], [s], gradients.slice(1));
        }
      }
      expectSameBits(p.detach(), r.detach());
      expectSameBits(q.detach(), s.detach());
    },
  });

  law('ends within some steps of the least of a parabola', {
    rows: 162,
    formula: 'f(θ) = a (θ - b)², |θ₀ - b| = 40 lr: |θ_t - b| ≤ 10 lr for t large',
    tolerance: 'P',
    given: [fc.integer({ min: 1, max: 4 }), fc.integer({ min: -8, max: 8 })],
    share: 0.01,
    holds: (a, b) => {
      const step = 0.1;
      const p = requiresGrad(tensor([[b + 40 * step]], { dtype: 'float64' }));
      // Adadelta finds its steps itself; its rate is a factor.
      const optimizer = make([p], { lr: name === 'Adadelta' ? 1 : step });
      // Newton's method gets there at once.
      const steps = name === 'LBFGS' ? 20 : 2000;
      for (let t = 0; t < steps; t++) {
        optimizer.step(() => {
          p.grad = p
            .detach()
            .sub(b)
            .mul(a / 2);
          return (a / 4) * (p.detach().item() - b) ** 2;
        });
      }
      expectAtMost(p.detach().sub(b).abs(), 10 * step);
    },
  });

  test('refuses a state that does not fit, and changes nothing', () => {
    const p = requiresGrad(tensor([[1, 2, 3]]));
    const optimizer = make([p]);
    for (const g of [
      [1, 2, -1],
      [2, 1, 3],
    ])
      step(optimizer, [p], [g]);
    const saved = optimizer.stateDict();
    const own = saved.state[0] as Record<string, unknown>;
    const tensors = Object.entries(own).filter(([, value]) => typeof value === 'object' && !Array.isArray(value));
    const [key] = tensors[0] as [string, unknown];
    const others: [object, RegExp][] = [
      [{ ...own, momentum_of_another: zeros(1, 3) }, /unexpected 0\.momentum_of_another/],
      [{ ...own, [key]: zeros(4, 4) }, new RegExp(`0\\.${key} of shape \\[4, 4\\] for `)],
      [{ ...own, [key]: 'x' }, new RegExp(`0\\.${key} that is not a tensor`)],
    ];
    if (!['SGD', 'LBFGS'].includes(name)) others.push([{ ...own, [key]: undefined }, new RegExp(`missing 0\\.${key}`)]);
    for (const [state, message] of others) {
      const other = make([requiresGrad(tensor([[1, 2, 3]]))], { lr: 0.125 });
      const before = other.stateDict();
      expect(() => other.loadStateDict({ ...saved, state: { 0: state } })).toThrow(message);
      expect(other.stateDict()).toEqual(before);
    }
    expect(() => make([p]).loadStateDict({ ...saved, state: { ...saved.state, 7: own } })).toThrow(
      /unexpected parameter 7/,
    );
    expect(() => make([p, requiresGrad(zeros(1, 1))]).loadStateDict(saved)).toThrow(/groups must have the same sizes/);
  });

  test.each<readonly [string, () => unknown, RegExp]>([
    ['a negative rate', () => make([requiresGrad(zeros(1, 1))], { lr: -1 }), /: lr must be in \[0, Infinity\); got -1/],
    ['NaN as a rate', () => make([requiresGrad(zeros(1, 1))], { lr: Number.NaN }), /: lr must be/],
    ['an unknown option', () => make([requiresGrad(zeros(1, 1))], { rate: 1 }), /: there is no option 'rate'/],
    ['a result of an op', () => make([requiresGrad(zeros(1, 1)).mul(2)]), /: parameters must be leaves/],
    ['whole numbers', () => make([zeros(1, 1, { dtype: 'int32' })]), /: parameter 0 must be float32 or float64/],
    ['no parameters', () => make([]), /: there must be parameters/],
  ])('refuses %s by name', (_, run, message) => {
    expect(run).toThrow(message);
    expect(run).toThrow(new RegExp(`^${name}: `));
  });
});
