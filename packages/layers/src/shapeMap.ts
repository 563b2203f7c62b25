/**
 * What the compiler knows of layers as maps of shapes, so that a chain of them can be checked before it is run. A layer
 * says how it maps shapes in a field that exists for the compiler alone: `declare readonly mapsShape: LinearMap`. A layer
 * without one gives a shape that is not known.
 */
import type { Shape, Tensor, ValuesAndIndices } from '@tessera/tensor';
import type { Check, Result, ShapeOf } from '@tessera/tensor/core';

/** A function from `input`, the shape of what `layer` takes, to `output`: the shape of the result, or a sentence. */
export interface ShapeMap {
  readonly input: unknown;
  readonly layer: unknown;
  readonly output: unknown;
}

/** The input as a shape. */
export type ShapeIn<Input> = Input extends Shape ? Input : never;

/** Leaves shapes as they are. */
export interface SameShape extends ShapeMap {
  readonly output: ShapeIn<this['input']>;
}

/** The shape that a layer gives for S. */
export type Through<L, S extends Shape> = L extends { readonly mapsShape: ShapeMap }
  ? (L['mapsShape'] & { readonly input: S; readonly layer: L })['output']
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

/** Values and indices of one shape, as an output. */
export interface Pair<S> {
  readonly pair: S;
}

/**
 * What the input X of a layer L must also be. All layers declare `forward` in the same words, with this rule and `Output`, so
 * that one can be called without its class being known: `for (const layer of [this.fc1, this.norm]) x = layer.forward(x)`.
 */
export type Fits<L, X> = Check<Through<L, ShapeOf<X>>>;

/** What a layer L gives for X. */
export type Output<L, X> =
  Through<L, ShapeOf<X>> extends infer R
    ? R extends Pair<infer S>
      ? ValuesAndIndices<Result<S>>
      : Tensor<Result<R>>
    : never;

/**
 * What a layer's options say of `Key`, or the default. Options are a rest parameter, a list of one or none: only so does the
 * compiler know that there are none. Where it does not know, the answer is `number`, the size that no rule looks into.
 */
export type Setting<Options, Key extends string, Default> = Options extends readonly []
  ? Default
  : Options extends readonly [infer Given]
    ? Given extends { readonly [P in Key]: infer Value }
      ? Value
      : Key extends keyof Given
        ? number
        : Default
    : number;

/** What options must also be: without names that mean nothing. */
export type Only<Options, Key extends PropertyKey> = Options extends readonly [infer Given]
  ? Exclude<keyof Given, Key> extends infer Other extends string
    ? [Other] extends [never]
      ? unknown
      : readonly [{ error: `there is no option '${Other}'` }]
    : unknown
  : unknown;
