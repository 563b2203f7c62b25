/** Shapes whose sizes lie where kernels change their mind: at the ends of SIMD lanes, tiles and loops. */
import fc from 'fast-check';

/** Empty, single, and one below, at and above the widths of SIMD lanes and tiles. */
export const EDGE_SIZES: readonly number[] = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129];

export interface ShapeOptions {
  /** The number of dimensions, or its least and greatest value. Default [0, 4]. */
  readonly rank?: number | readonly [number, number];
  /** The sizes that dimensions may have. Default `EDGE_SIZES`. */
  readonly sizes?: readonly number[];
  /** The most elements a shape may have; sizes that would exceed it are replaced by smaller ones. Default 4096. */
  readonly maxElements?: number;
}

/** A rank or an interval of ranks as an interval. */
export function interval(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

/**
 * Shapes. They shrink to fewer dimensions of size 1.
 *
 * @example
 * fc.assert(fc.property(shapes({ rank: [1, 3], sizes: [1, 2, 8] }), (shape) => shape.length <= 3));
 */
export function shapes(options: ShapeOptions = {}): fc.Arbitrary<number[]> {
  const { rank = [0, 4], sizes = EDGE_SIZES, maxElements = 4096 } = options;
  const [minLength, maxLength] = interval(rank);
  // Ones come first: counterexamples with an empty dimension are worth seeing only where nothing else fails.
  const ordered = [...sizes].sort((a, b) => (a || 1.5) - (b || 1.5));
  // By place, so that a size shrinks to the next smaller ones too.
  const size = fc.noBias(fc.nat({ max: ordered.length - 1 })).map((i) => ordered[i] as number);
  const drawn = fc.array(size, { minLength, maxLength, size: 'max' });
  return fc.tuple(drawn, fc.boolean()).map(([shape, fromTheBack]) => {
    if (!fromTheBack) return capped(shape, ordered, maxElements);
    return capped(shape.toReversed(), ordered, maxElements).reverse();
  });
}

/** The number of elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function capped(shape: readonly number[], sizes: readonly number[], most: number): number[] {
  let elements = 1;
  return shape.map((size) => {
    const fits = elements * size <= most;
    const fitting = fits ? size : Math.max(...sizes.filter((other) => elements * other <= most), Math.min(...sizes));
    elements *= Math.max(1, fitting);
    return fitting;
  });
}
