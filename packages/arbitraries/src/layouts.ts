/** Layouts: the same values in memory in another order, with gaps, from an offset on, or stretched with stride 0. */
import fc from 'fast-check';
import { list } from './arrays.ts';

/** Element [i, j, ...] lies at `offset + i * strides[0] + j * strides[1] + ...` of a buffer of `length` elements. */
export interface PlainLayout {
  readonly shape: number[];
  readonly strides: number[];
  readonly offset: number;
  readonly length: number;
}

export interface LayoutOptions {
  /** Also stretches dimensions: all elements along them are one. Default false, so that any values fit the layout. */
  readonly expanded?: boolean;
}

/**
 * Layouts of a shape: dimensions permuted, taken with steps, out of a larger buffer. They shrink to row-major order.
 *
 * @example
 * layouts([2, 3]); // { shape: [2, 3], strides: [1, 2], offset: 5, length: 12 }, ...
 */
export function layouts(shape: readonly number[], options: LayoutOptions = {}): fc.Arbitrary<PlainLayout> {
  const rank = shape.length;
  const dimension = fc.record({
    place: fc.nat({ max: 9 }),
    step: fc.integer({ min: 1, max: 3 }),
    gap: fc.nat({ max: 2 }),
    stretched: options.expanded ? fc.boolean() : fc.constant(false),
  });
  const ends = fc.record({ before: fc.nat({ max: 5 }), after: fc.nat({ max: 3 }) });
  return fc.tuple(list(dimension, rank), ends).map(([dimensions, { before, after }]) => {
    const strides = new Array<number>(rank).fill(0);
    // From the innermost one out; where places are equal, the last dimension is further in.
    const inwards = [...dimensions.entries()].sort(([a, one], [b, other]) => one.place - other.place || b - a);
    let span = 1;
    for (const [d, { step, gap, stretched }] of inwards) {
      if (stretched) continue;
      strides[d] = span * step;
      span *= Math.max(1, shape[d] as number) * step + gap;
    }
    return { shape: [...shape], strides, offset: before, length: before + span + after };
  });
}

/** The places in the buffer of all elements, in row-major order. */
export function places({ shape, strides, offset }: PlainLayout): number[] {
  let found = [offset];
  shape.forEach((size, d) => {
    found = found.flatMap((base) => Array.from({ length: size }, (_, i) => base + i * (strides[d] as number)));
  });
  return found;
}

/** A buffer in which `layout` shows `data`; `filler` stands everywhere else. Of stretched elements, the last one stays. */
export function bufferOf(data: ArrayLike<number>, layout: PlainLayout, filler: number = NaN): number[] {
  const buffer = new Array<number>(layout.length).fill(filler);
  places(layout).forEach((place, i) => {
    buffer[place] = data[i] as number;
  });
  return buffer;
}
