/** Laws about the steps of an optimizer. */
import { fromArray, sum, type Tensor, zeros } from '@tessera/tensor';
import { expectAtMost, expectSameBits, type Law, LawError, onThreads, SEVERAL } from '@tessera/tensor/testing';
import { enableGrad, requiresGrad } from '../../index.ts';
import { afterAll, drawTrajectory, type OptimizerUnderTest, startsOf, stepOn, type Trajectory } from './subject.ts';

type OptimizerLaw = Law<OptimizerUnderTest, Trajectory>;

const draw: OptimizerLaw['draw'] = (_, gen) => drawTrajectory(gen);

function expectSame(got: readonly Tensor[], expected: readonly Tensor[]): void {
  got.forEach((p, i) => {
    expectSameBits(p.detach(), (expected[i] as Tensor).detach());
  });
}

export const noRate: OptimizerLaw = {
  name: 'with lr 0 changes no bit',
  formula: 'lr = 0 ⇒ θ′ = θ',
  tolerance: 'E',
  rows: [152],
  remedy: 'a part of the step that is not scaled by `lr`',
  applies: () => true,
  draw,
  check({ make }, trajectory) {
    expectSame(
      afterAll((params) => make(params, { lr: 0 }), trajectory),
      startsOf(trajectory),
    );
  },
};

export const untouched: OptimizerLaw = {
  name: 'leaves a parameter without gradient alone, and keeps leaves, gradients and objects',
  formula: 'no ∇θ ⇒ θ′ = θ',
  tolerance: 'E',
  rows: [82, 152],
  remedy: '`step`: skip parameters whose `grad` is null, change them in place under noGrad, write to no gradient',
  applies: () => true,
  draw,
  check({ make }, trajectory) {
    const [p, q] = startsOf(trajectory) as [Tensor, Tensor];
    const [start] = startsOf(trajectory) as [Tensor];
    const optimizer = make([p, q], {});
    const gradient = (trajectory.gradients[0] as Trajectory['starts'])[1] as readonly number[];
    const closure = (): number => {
      q.grad = fromArray(gradient, q.shape);
      return 1;
    };
    optimizer.step(closure as never);
    if (q.grad === null) closure();
    optimizer.step(closure as never);
    expectSameBits(p.detach(), start.detach());
    if (!q.isLeaf || !q.requiresGrad) throw new LawError('a parameter must stay a leaf that requires its gradient');
    expectSameBits((q.grad as Tensor).detach(), fromArray(gradient, q.shape));
  },
};

export const resume: OptimizerLaw = {
  name: 'goes on from its state with the same bits as if nothing had stopped',
  formula: 'load(save) and on = never stopped',
  tolerance: 'E',
  rows: [165],
  remedy: '`stateDict`: all that a step reads must be in it, also counts of steps',
  applies: ({ make }) => make([requiresGrad(zeros(1, 1))], {}).stateDict !== undefined,
  draw,
  check({ make }, trajectory) {
    const [straight, stopped] = [startsOf(trajectory), startsOf(trajectory)];
    const [whole, first] = [make(straight, {}), make(stopped, {})];
    for (const gradients of trajectory.gradients) {
      stepOn(whole, straight, gradients);
      stepOn(first, stopped, gradients);
    }
    const second = make(stopped, { lr: 0.7 });
    second.loadStateDict?.(first.stateDict?.() as never);
    for (const gradients of trajectory.gradients) {
      stepOn(whole, straight, gradients);
      stepOn(second, stopped, gradients);
    }
    expectSame(stopped, straight);
  },
};

export const apart: OptimizerLaw = {
  name: 'updates many tensors as it updates each, in any order',
  formula: 'step([θ, φ]) = step([θ]), step([φ]) = step([φ, θ])',
  tolerance: 'E',
  rows: [163, 164],
  remedy: '`step`: state of one parameter that another one reads; or `joint: true`, if all move along one line',
  applies: ({ joint }) => !joint,
  draw,
  check({ make }, trajectory) {
    const together = afterAll((params) => make(params, {}), trajectory);
    const turned: Trajectory = {
      shapes: trajectory.shapes.toReversed(),
      starts: trajectory.starts.toReversed(),
      gradients: trajectory.gradients.map((gradients) => gradients.toReversed()),
    };
    expectSame(afterAll((params) => make(params, {}), turned).toReversed(), together);
    const alone = trajectory.starts.map((start, i) => {
      const own: Trajectory = {
        shapes: [trajectory.shapes[i] as readonly [number, number]],
        starts: [start],
        gradients: trajectory.gradients.map((gradients) => [gradients[i] as readonly number[]]),
      };
      return afterAll((params) => make(params, {}), own)[0] as Tensor;
    });
    expectSame(alone, together);
  },
};

const negated = (lists: Trajectory['starts']): readonly (readonly number[])[] =>
  lists.map((list) => list.map((value) => -value));

export const maximizing: OptimizerLaw = {
  name: 'climbs as it descends the negated gradients',
  formula: 'step(g; maximize) = step(-g)',
  tolerance: 'E',
  rows: [154],
  remedy: '`maximize`: negate the gradient before anything else, decay included',
  applies: ({ maximize }) => maximize,
  draw,
  check({ make }, trajectory) {
    const down: Trajectory = { ...trajectory, gradients: trajectory.gradients.map(negated) };
    expectSame(
      afterAll((params) => make(params, { maximize: true }), trajectory),
      afterAll((params) => make(params, {}), down),
    );
  },
};

export const oddness: OptimizerLaw = {
  name: 'negated gradients negate the way from 0',
  formula: 'θ₀ = 0: θ(-g) = -θ(g)',
  tolerance: 'E',
  rows: [157],
  remedy: 'a part of the step that is not odd in the gradient; or `odd: false`, if it is meant',
  applies: ({ odd }) => odd,
  draw,
  check({ make }, trajectory) {
    const fromZero = { ...trajectory, starts: trajectory.starts.map((start) => start.map(() => 0)) };
    const other = { ...fromZero, gradients: trajectory.gradients.map(negated) };
    const there = afterAll((params) => make(params, {}), fromZero);
    // 0 - x for both: a parameter that did not move is 0, and not -0.
    const back = afterAll((params) => make(params, {}), other).map((p) => p.neg().add(0));
    expectSame(
      back,
      there.map((p) => p.add(0)),
    );
  },
};

/** Enough elements that threads share them. */
const MANY = 70_000;

export const threads: OptimizerLaw = {
  name: 'any number of threads gives the same bits',
  formula: 'θ′ on n threads = θ′ on one',
  tolerance: 'E',
  rows: [45, 164],
  remedy: 'the kernel of the step: each chunk must write its own elements, and sums must be cut by size alone',
  share: 0.01,
  applies: () => true,
  draw,
  check({ make }, trajectory) {
    const [base] = trajectory.starts as readonly [readonly number[]];
    const list = (by: number): number[] =>
      Array.from({ length: MANY }, (_, i) => Math.sin(i * by) + (base[i % base.length] as number));
    const large: Trajectory = { shapes: [[1, MANY]], starts: [list(1)], gradients: [[list(2)], [list(3)]] };
    const run = (): Tensor[] => afterAll((params) => make(params, {}), large);
    expectSame(onThreads(SEVERAL, run), onThreads(1, run));
  },
};

const STEPS = 60;

export const bowl: OptimizerLaw = {
  name: 'comes nearer to the least of a bowl',
  formula: 'f(θ) = ‖θ‖²: f(θₙ) ≤ f(θ₀)',
  tolerance: 'P',
  rows: [162],
  remedy: 'the sign of the step; or `rate`, which may be too large for it',
  share: 0.05,
  applies: () => true,
  draw,
  check({ make, rate }, trajectory) {
    const params = startsOf(trajectory);
    const optimizer = make(params, { lr: rate });
    const f = (): Tensor => params.map((p) => sum(p.square())).reduce((a, b) => a.add(b));
    const start = f().item();
    const closure = (): Tensor =>
      enableGrad(() => {
        for (const p of params) p.grad = null;
        const value = f();
        value.backward();
        return value;
      });
    for (let i = 0; i < STEPS; i++) {
      closure();
      optimizer.step(closure as never);
    }
    expectAtMost(f().item(), start);
  },
};
