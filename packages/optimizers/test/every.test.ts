import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
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

const table: readonly (readonly [string, unknown, object])[] = [
  ['SGD', library.SGD, { momentum: 0.9 }],
  ['Adam', library.Adam, { amsgrad: true }],
  ['AdamW', library.AdamW, { weightDecay: 0 }],
  ['Adamax', library.Adamax, {}],
  ['NAdam', library.NAdam, {}],
  ['RAdam', library.RAdam, {}],
  ['RMSprop', library.RMSprop, { centered: true, momentum: 0.9 }],
  ['Adagrad', library.Adagrad, { initialAccumulatorValue: 0.1 }],
  ['Adadelta', library.Adadelta, {}],
  ['Adafactor', library.Adafactor, {}],
  ['Rprop', library.Rprop, {}],
  ['ASGD', library.ASGD, { t0: 1 }],
  ['Lion', library.Lion, {}],
  ['Muon', library.Muon, { weightDecay: 0 }],
  ['SparseAdam', library.SparseAdam, {}],
  ['LBFGS', library.LBFGS, { maxIter: 2 }],
];

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

  law('with lr 0 changes no bit', {
    rows: 152,
    formula: "lr = 0: p' = p",
    tolerance: 'E',
    given: [trajectory],
    holds: (drawn) => {
      const params = leavesOf(drawn);
      const optimizer = name === 'Rprop' ? make(params, { lr: 0, stepSizes: [0, 50] }) : make(params, { lr: 0 });
      for (const gradients of drawn.gradients) step(optimizer, params, gradients);
      params.forEach((p, i) => {
        expectSameBits(p.detach(), leavesOf(drawn)[i] as Tensor);
      });
    },
  });

  test('leaves a parameter without gradient alone', () => {
    const [p, other] = [requiresGrad(tensor([[1, 2]])), requiresGrad(tensor([[1, 2]]))];
    const optimizer = make([p, other]);
    optimizer.step(() => {
      other.grad = tensor([[1, 1]]);
      return 1;
    });
    expect(p.toArray()).toEqual([[1, 2]]);
    expect(other.toArray()).not.toEqual([[1, 2]]);
  });

  law('goes on from its state with the same bits as if nothing had stopped', {
    rows: 165,
    formula: 'continue(load(save)) = never stopped',
    tolerance: 'E',
    given: [trajectory],
    holds: (drawn) => {
      const [straight, stopped] = [leavesOf(drawn), leavesOf(drawn)];
      const whole = make(straight);
      const first = make(stopped);
      for (const gradients of drawn.gradients) {
        step(whole, straight, gradients);
        step(first, stopped, gradients);
      }
      const second = make(stopped, { lr: 0.7 });
      second.loadStateDict(first.stateDict());
      for (const gradients of drawn.gradients) {
        step(whole, straight, gradients);
        step(second, stopped, gradients);
      }
      straight.forEach((p, i) => {
        expectSameBits((stopped[i] as Tensor).detach(), p.detach());
      });
    },
  });

  law('updates many tensors as it updates one, bit for bit', {
    rows: [163, 164],
    formula: 'step([p, q]) = step([p]), step([q])',
    tolerance: 'E',
    given: [trajectory],
    holds: (drawn) => {
      // L-BFGS moves all parameters along one line.
      if (name === 'LBFGS') return;
      const [together, apart] = [leavesOf(drawn), leavesOf(drawn)];
      const one = make(together);
      const several = apart.map((p) => make([p]));
      for (const gradients of drawn.gradients) {
        step(one, together, gradients);
        several.forEach((optimizer, i) => {
          step(optimizer, [apart[i] as Tensor], [gradients[i] as readonly number[]]);
        });
      }
      together.forEach((p, i) => {
        expectSameBits((apart[i] as Tensor).detach(), p.detach());
      });
    },
  });

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
        expectWithin(views[i] as Tensor, p.detach().to('float64'), bounds.twoPaths(limit, limit));
      });
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

  test('comes nearer to the least of a bowl', () => {
    const p = requiresGrad(
      tensor([
        [2, -3],
        [1, 4],
      ]),
    );
    const start = p.detach().square().sum().item() / 2;
    const optimizer = make([p], name === 'Adadelta' ? { lr: 100 } : { lr: name === 'LBFGS' ? 0.5 : 0.1 });
    const loss = (): number =>
      optimizer.step(() => {
        optimizer.zeroGrad();
        const value = p.square().sum();
        value.backward();
        return value;
      }) as unknown as number;
    for (let i = 0; i < 40; i++) loss();
    expectAtMost(p.detach().square().sum(), start);
  });
});
