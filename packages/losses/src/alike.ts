/** The rule of losses that compare element by element: both tensors have one shape. */
import { type Shape, ShapeError, type Tensor } from '@tessera/tensor';
import type { Check, IsRanked, Matches, Show } from '@tessera/tensor/core';
import { checkFloat, checkTensor, formatShape, sameShape } from '@tessera/tensor/core';
import type { LossOptions, Lost, Reducing, Reduction } from './reduction.ts';

/** The shape rule of losses between two tensors of one shape. */
export type Alike<Op extends string, A extends Shape, B extends Shape> =
  IsRanked<A> extends true
    ? IsRanked<B> extends true
      ? Matches<A, B> extends true
        ? A
        : `${Op}: input and target must have one shape; got ${Show<A>} and ${Show<B>}`
      : A
    : B;

/** Throws unless `input` holds floats and `target` is of its shape; gives the target in the input's dtype. */
export function checkAlike(op: string, input: Tensor, target: Tensor): Tensor {
  checkFloat(op, 'input', checkTensor(op, 'input', input));
  checkTensor(op, 'target', target);
  if (!sameShape(input.shape, target.shape)) {
    // PyTorch broadcasts in some of its losses, with a warning; [64, 10] against [64] is always a mistake.
    throw new ShapeError(
      `${op}: input and target must have one shape; got ${formatShape(input.shape)} and ${formatShape(target.shape)}; try target.reshape(${formatShape(input.shape)})`,
    );
  }
  return target.dtype === input.dtype ? target : target.to(input.dtype);
}

/** A loss that compares element by element, with its options kept. */
export abstract class AlikeLoss<out Op extends string, out R extends Reduction> {
  constructor(readonly options: LossOptions<R>) {}

  /** What `forward` computes. */
  protected abstract loss(input: Tensor, target: Tensor): Tensor;

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Alike<Op, A['shape'], B['shape']>>,
  ): Tensor<Lost<R, Alike<Op, A['shape'], B['shape']>>>;
  forward(input: Tensor, target: Tensor): Tensor {
    return this.loss(input, target);
  }
}
