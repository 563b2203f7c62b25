import { grad, requiresGrad } from '@tessera/autograd';
import { fromArray, randn, type Tensor, tensor, zeros } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import { describe, expect, test } from 'vitest';
import { Adam, LBFGS, Lion, SGD, SparseAdam } from '../src/index.ts';
import { cubicMinimum, strongWolfe } from '../src/lbfgs/strongWolfe.ts';

const double = { dtype: 'float64' } as const;
const after = (p: Tensor, gradient: Tensor, optimizer: { step(): unknown }): Tensor => {
  p.grad = gradient;
  optimizer.step();
  return p.detach();
};

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
