/** Class indices as targets: what must be true of them, and how they lie beside logits. */
import { IndexError, type Shape, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import type { IsRanked, Matches, Show } from '@tessera/tensor/core';
import { checkFloat, checkSameDType, checkTensor, elementsOf, formatShape, sameShape } from '@tessera/tensor/core';

/** The shape rule of class indices for logits of shape A: the shape of the losses, or a sentence. */
export type ClassIndices<Op extends string, A extends Shape, B extends Shape> =
  IsRanked<A> extends true
    ? A extends readonly []
      ? `${Op}: input must have a dimension of classes; got []`
      : WithoutClasses<A> extends infer Labels extends Shape
        ? IsRanked<B> extends true
          ? Matches<B, Labels> extends true
            ? Labels
            : `${Op}: target must be ${Show<Labels>} class indices; got ${Show<B>} for input ${Show<A>}`
          : Labels
        : never
    : Shape;

/** [C] -> [], [N, C, ...] -> [N, ...] */
export type WithoutClasses<A extends Shape> = A extends readonly [
  infer N extends number,
  number,
  ...infer Rest extends Shape,
]
  ? readonly [N, ...Rest]
  : readonly [];

/** The dimension of classes in [C], [N, C] or [N, C, ...]; throws when there is none. */
export function classDimOf(op: string, input: Tensor): number {
  checkFloat(op, 'input', checkTensor(op, 'input', input));
  if (input.ndim === 0)
    throw new ShapeError(`${op}: input must have a dimension of classes; got []; try [C] or [N, C]`);
  return input.ndim === 1 ? 0 : 1;
}

/** Throws unless there is one weight for each class. */
export function checkClassWeight(op: string, weight: Tensor | undefined, classes: number, input: Tensor): void {
  if (weight === undefined) return;
  checkSameDType(op, checkTensor(op, 'weight', weight), input);
  if (!sameShape(weight.shape, [classes]))
    throw new ShapeError(
      `${op}: weight must be [${classes}]; got ${formatShape(weight.shape)}; try one weight for each class`,
    );
}

/** Throws unless `target` holds one class, or `ignoreIndex`, for each sample of logits of a shape. `or` names what else would be taken. */
export function checkLabels(
  op: string,
  shape: Shape,
  target: Tensor,
  classDim: number,
  ignoreIndex: number | null,
  or = '',
): void {
  checkTensor(op, 'target', target);
  const expected = shape.toSpliced(classDim, 1);
  if (!sameShape(target.shape, expected)) {
    throw new ShapeError(
      `${op}: target must be ${formatShape(expected)} class indices${or}; got ${formatShape(target.shape)} for input ${formatShape(shape)}; try target.reshape(${formatShape(expected)})`,
    );
  }
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new ValueError(
      `${op}: class indices must be whole numbers (int32 or uint8); got ${target.dtype}; try target.to('int32')`,
    );
  }
  const classes = shape[classDim] as number;
  const bad = target.data.findIndex((label) => label !== ignoreIndex && (label < 0 || label >= classes));
  if (bad >= 0)
    throw new IndexError(
      `${op}: target must be in [0, ${classes}); got ${target.data[bad]} at index [${placeOf(bad, target.shape)}]; try ${ignoreIndex === null ? 'check the labels' : 'ignoreIndex or check the labels'}`,
    );
}

/** The index, one number for each dimension, of an element in row-major order. */
function placeOf(flat: number, shape: readonly number[]): string {
  return shape.map((size, d) => Math.floor(flat / elementsOf(shape.slice(d + 1))) % size).join(', ');
}
