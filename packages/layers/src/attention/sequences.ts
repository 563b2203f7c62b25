/** Which sequences layers of attention take. */
import { type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import { type Agreed, checkTensor, formatShape, type IsRanked, type Show, type ShowSize } from '@tessera/tensor/core';

/** The rule of `checkSequences`: [B, L, D] stays as it is. */
export type SequencesShape<Layer extends string, S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? S extends readonly [number, number, infer N extends number]
      ? [Agreed<N, D>] extends [never]
        ? Unfit<Layer, S, D>
        : S
      : Unfit<Layer, S, D>
    : S;

type Unfit<
  Layer extends string,
  S extends Shape,
  D extends number,
> = `${Layer}: input must be [B, L, ${ShowSize<D>}]; got ${Show<S>}`;

/** Throws unless x is a batch of sequences with D features. */
export function checkSequences(layer: string, x: Tensor, features: number): void {
  const { shape } = checkTensor(layer, 'x', x);
  if (shape.length === 3 && shape[2] === features) return;
  throw new ShapeError(
    `${layer}: input must be [B, L, ${features}]; got ${formatShape(shape)}; try unsqueeze(0) for a single sequence`,
  );
}

/** The rule of `checkSequence`: [L, D], or a batch of such, stays as it is. */
export type SequenceOf<Layer extends string, Name extends string, S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? S extends readonly [number, infer N extends number] | readonly [number, number, infer N extends number]
      ? [Agreed<N, D>] extends [never]
        ? UnfitOne<Layer, Name, S, D>
        : S
      : UnfitOne<Layer, Name, S, D>
    : S;

type UnfitOne<
  Layer extends string,
  Name extends string,
  S extends Shape,
  D extends number,
> = `${Layer}: ${Name} must be [L, ${ShowSize<D>}], or a batch of such; got ${Show<S>}`;

/** Throws unless x is a sequence with D features, or a batch of such. */
export function checkSequence(layer: string, name: string, x: Tensor, features: number): void {
  const { shape } = checkTensor(layer, name, x);
  if ((shape.length === 2 || shape.length === 3) && shape.at(-1) === features) return;
  throw new ShapeError(
    `${layer}: ${name} must be [L, ${features}], or a batch of such; got ${formatShape(shape)}; try a layer of ${shape.at(-1) ?? 1} features`,
  );
}
