/** What records draw from in their `sample`, on top of a fast-check generator. */
import { shapes } from '@tessera/arbitraries';
import fc from 'fast-check';
import type { Draw } from '../op.ts';

export interface DrawOptions {
  /** Sizes at the edges of lanes and tiles beside small ones. Default false. */
  readonly edges?: boolean;
  /** Shapes of so many elements that threads share the work. Default false. */
  readonly large?: boolean;
  /** Few dimensions, of sizes 1 and, where the record allows it, 0. Default false. */
  readonly degenerate?: boolean;
}

const SMALL = [0, 1, 2, 3, 4, 5];
const EDGES = [...SMALL, 7, 8, 9, 15, 16, 17, 31, 33];

/** The most elements of an ordinary shape, and about the number in a large one. */
const MOST = 64;
const MANY = 2 ** 17;

/**
 * A `Draw` on `fc.gen()`: every choice shrinks like any other value.
 *
 * @example
 * fc.property(fc.gen(), (gen) => op.sample(drawFrom(gen)));
 */
export function drawFrom(gen: fc.GeneratorValue, options: DrawOptions = {}): Draw {
  const { edges = false, large = false, degenerate = false } = options;
  const integer = (low: number, high: number): number => gen(integers, low, high);
  return {
    integer,
    boolean: () => gen(fc.boolean),
    pick: (choices) => choices[integer(0, choices.length - 1)] as (typeof choices)[number],
    shape: (rank = [0, 3], { empty = false, min = 1 } = {}) => {
      const [least, most] = typeof rank === 'number' ? [rank, rank] : rank;
      if (degenerate) return gen(degenerateShapes, least, most, min, empty);
      const shape = gen(someShapes, least, most, min, empty && !large, edges);
      if (!large) return shape;
      if (shape.length === 0) return most === 0 ? [] : [MANY + integer(0, 9)];
      return enlarged(shape, integer(0, shape.length - 1), integer(0, 9));
    },
  };
}

function integers(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

function someShapes(least: number, most: number, min: number, empty: boolean, edges: boolean): fc.Arbitrary<number[]> {
  const sizes = (edges ? EDGES : SMALL).filter((size) => size >= min || (size === 0 && empty));
  const allowed = empty ? sizes : sizes.filter((size) => size > 0);
  const ordinary = shapes({ rank: [least, most], sizes: allowed.filter((size) => size > 0), maxElements: MOST });
  // An empty shape shows little, so there are few.
  return empty
    ? fc.oneof(
        { weight: 5, arbitrary: ordinary },
        { weight: 1, arbitrary: shapes({ rank: [least, most], sizes: allowed, maxElements: MOST }) },
      )
    : ordinary;
}

function degenerateShapes(least: number, most: number, min: number, empty: boolean): fc.Arbitrary<number[]> {
  return shapes({
    rank: [least, Math.min(most, least + 2)],
    sizes: empty ? [Math.max(1, min), 0] : [Math.max(1, min)],
  });
}

/** One dimension made as long as it takes. */
function enlarged(shape: readonly number[], d: number, more: number): number[] {
  const others = shape.reduce((product, size, at) => (at === d ? product : product * size), 1);
  return shape.with(d, Math.ceil(MANY / others) + more);
}
