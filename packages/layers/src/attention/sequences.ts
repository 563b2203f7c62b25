/** Which sequences an attention layer takes. */
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
