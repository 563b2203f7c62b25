/** Shapes that broadcast: made from one common shape by dropping leading dimensions and replacing others by 1. */
import fc from 'fast-check';
import { interval, type ShapeOptions, shapes } from './shapes.ts';

/**
 * `n` shapes that broadcast with one another, as NumPy and PyTorch do.
 *
 * @example
 * broadcastableShapes(3); // [[8, 1, 3], [2, 1], []], ...
 */
export function broadcastableShapes(n: number, options: ShapeOptions = {}): fc.Arbitrary<number[][]> {
  const [, most] = interval(options.rank ?? [0, 4]);
  const change = fc.record({ dropped: fc.nat({ max: most }), ones: fc.nat({ max: 2 ** most - 1 }) });
  const changes = fc.array(change, { minLength: n, maxLength: n, size: 'max' });
  return fc
    .tuple(shapes(options), changes)
    .map(([shape, list]) =>
      list.map(({ dropped, ones }) => shape.map((size, d) => ((ones >> d) & 1 ? 1 : size)).slice(dropped)),
    );
}

/**
 * Two shapes that broadcast with one another.
 *
 * @example
 * fc.property(broadcastablePair(), ([a, b]) => add(zeros(a), zeros(b)));
 */
export function broadcastablePair(options: ShapeOptions = {}): fc.Arbitrary<[number[], number[]]> {
  return broadcastableShapes(2, options) as fc.Arbitrary<[number[], number[]]>;
}

/**
 * Three shapes that broadcast with one another, as `where` takes.
 *
 * @example
 * fc.property(broadcastableTriple(), ([c, a, b]) => where(zeros(c), zeros(a), zeros(b)));
 */
export function broadcastableTriple(options: ShapeOptions = {}): fc.Arbitrary<[number[], number[], number[]]> {
  return broadcastableShapes(3, options) as fc.Arbitrary<[number[], number[], number[]]>;
}
