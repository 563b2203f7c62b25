/**
 * Shapes of what a tensor gives without being asked for more, as a getter does. The compiler must see at a glance that such
 * a type only follows the shape, or a `Tensor` of known shape would be no `Tensor`; so these are tables by rank, not
 * conditions. Beyond rank 8 they give `Shape`.
 */
import type { Shape } from './shape.ts';

/** A size; of a union of shapes, any that may be there. */
type At<S extends Shape, D extends number> = (S & Shape)[D];

/** All sizes in reverse order, by rank. */
export interface Reversals<out S extends Shape> {
  readonly [rank: number]: Shape;
  readonly 0: readonly [];
  readonly 1: readonly [At<S, 0>];
  readonly 2: readonly [At<S, 1>, At<S, 0>];
  readonly 3: readonly [At<S, 2>, At<S, 1>, At<S, 0>];
  readonly 4: readonly [At<S, 3>, At<S, 2>, At<S, 1>, At<S, 0>];
  readonly 5: readonly [At<S, 4>, At<S, 3>, At<S, 2>, At<S, 1>, At<S, 0>];
  readonly 6: readonly [At<S, 5>, At<S, 4>, At<S, 3>, At<S, 2>, At<S, 1>, At<S, 0>];
  readonly 7: readonly [At<S, 6>, At<S, 5>, At<S, 4>, At<S, 3>, At<S, 2>, At<S, 1>, At<S, 0>];
  readonly 8: readonly [At<S, 7>, At<S, 6>, At<S, 5>, At<S, 4>, At<S, 3>, At<S, 2>, At<S, 1>, At<S, 0>];
}

/** The last two sizes exchanged, by rank. */
export interface MatrixTransposes<out S extends Shape> {
  readonly [rank: number]: Shape;
  readonly 2: readonly [At<S, 1>, At<S, 0>];
  readonly 3: readonly [At<S, 0>, At<S, 2>, At<S, 1>];
  readonly 4: readonly [At<S, 0>, At<S, 1>, At<S, 3>, At<S, 2>];
  readonly 5: readonly [At<S, 0>, At<S, 1>, At<S, 2>, At<S, 4>, At<S, 3>];
  readonly 6: readonly [At<S, 0>, At<S, 1>, At<S, 2>, At<S, 3>, At<S, 5>, At<S, 4>];
  readonly 7: readonly [At<S, 0>, At<S, 1>, At<S, 2>, At<S, 3>, At<S, 4>, At<S, 6>, At<S, 5>];
  readonly 8: readonly [At<S, 0>, At<S, 1>, At<S, 2>, At<S, 3>, At<S, 4>, At<S, 5>, At<S, 7>, At<S, 6>];
}
