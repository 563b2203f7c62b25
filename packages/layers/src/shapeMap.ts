/**
 * What the compiler knows of layers as maps of shapes, so that a chain of them can be checked before it is run. A layer
 * says how it maps shapes in a field that exists for the compiler alone: `declare readonly mapsShape: LinearMap`. A layer
 * without one gives a shape that is not known.
 */
import type { Shape } from '@tessera/tensor';

/** A function from `input`, the shape of what `layer` takes, to `output`: the shape of the result, or a sentence. */
export interface ShapeMap {
  readonly input: Shape;
  readonly layer: unknown;
  readonly output: unknown;
}

/** Leaves shapes as they are. */
export interface SameShape extends ShapeMap {
  readonly output: this['input'];
}

/** The shape that a layer gives for S. */
export type Through<L, S extends Shape> = L extends { readonly mapsShape: infer M extends ShapeMap }
  ? (M & { readonly input: S; readonly layer: L })['output']
  : Shape;

/** The shape that layers give one after the other, or the sentence of the first that refuses. */
export type ThroughAll<L extends readonly unknown[], S extends Shape> = number extends L['length']
  ? Shape
  : L extends readonly [infer First, ...infer Rest]
    ? Through<First, S> extends infer Next
      ? Next extends Shape
        ? ThroughAll<Rest, Next>
        : Next
      : never
    : S;
