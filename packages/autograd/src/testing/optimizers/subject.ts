/** An optimizer as the laws see it: how to make one, and trajectories of given gradients. */
import { values } from '@tessera/arbitraries';
import { fromArray, type Tensor } from '@tessera/tensor';
import fc from 'fast-check';
import { requiresGrad } from '../../index.ts';

/** What the laws ask of an optimizer. */
export interface OptimizerLike {
  step(closure?: never): unknown;
  stateDict?(): unknown;
  loadStateDict?(state: never): unknown;
}

/** The settings that laws choose; all others are as `make` leaves them. */
export interface OptimizerSettings {
  readonly lr?: number;
  readonly maximize?: boolean;
}

export interface OptimizerUnderTest {
  readonly name: string;
  readonly make: (params: Tensor[], settings: OptimizerSettings) => OptimizerLike;
  /** Whether it moves all parameters along one line, so that none is by itself. */
  readonly joint: boolean;
  /** Whether it has a setting `maximize`. */
  readonly maximize: boolean;
  /** Whether negated gradients negate the trajectory from 0: no decay, and nothing that is not odd. */
  readonly odd: boolean;
  /** A rate at which it comes down a bowl. */
  readonly rate: number;
}

/** Two matrices, where they start, and their gradients step by step. */
export interface Trajectory {
  readonly shapes: readonly (readonly [number, number])[];
  readonly starts: readonly (readonly number[])[];
  readonly gradients: readonly (readonly (readonly number[])[])[];
}

export function drawTrajectory(gen: fc.GeneratorValue): Trajectory {
  const [rows, columns] = [gen(fc.integer, { min: 1, max: 3 }), gen(sizes)];
  const shapes = [
    [rows, columns],
    [columns, 2],
  ] as const;
  const each = (): (readonly number[])[] => shapes.map(([r, c]) => gen(numbers, r * c));
  const steps = gen(fc.integer, { min: 1, max: 4 });
  return { shapes, starts: each(), gradients: Array.from({ length: steps }, each) };
}

function sizes(): fc.Arbitrary<number> {
  return fc.constantFrom(1, 3, 8, 17);
}

function numbers(n: number): fc.Arbitrary<number[]> {
  return fc.array(values('dyadic'), { minLength: n, maxLength: n, size: 'max' });
}

/** Fresh parameters at the start of a trajectory; in float32. */
export function startsOf({ starts, shapes }: Trajectory): Tensor[] {
  return starts.map((start, i) => requiresGrad(fromArray(start, shapes[i] as readonly [number, number])));
}

/** One step on given gradients, for optimizers with and without a closure. */
export function stepOn(
  optimizer: OptimizerLike,
  params: readonly Tensor[],
  gradients: readonly (readonly number[])[],
): void {
  const closure = (): number => {
    params.forEach((p, i) => {
      p.grad = fromArray(gradients[i] as readonly number[], p.shape);
    });
    return gradients.flat().reduce((sum, g) => sum + g, 0);
  };
  optimizer.step(closure as never);
}

/** The parameters after a whole trajectory. */
export function afterAll(
  make: (params: Tensor[]) => OptimizerLike,
  trajectory: Trajectory,
  params: readonly Tensor[] = startsOf(trajectory),
): Tensor[] {
  const optimizer = make([...params]);
  for (const gradients of trajectory.gradients) stepOn(optimizer, params, gradients);
  return params.map((p) => p.detach());
}
