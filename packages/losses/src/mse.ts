/** Squared error. */
import { type Shape, ShapeError, sub, type Tensor } from '@tessera/tensor';
import type { Check, IsRanked, Matches, Show } from '@tessera/tensor/core';
import { checkFloat, checkTensor, formatShape, sameShape } from '@tessera/tensor/core';
import { type LossOptions, type Lost, type Reducing, type Reduction, reduce, reductionOf } from './reduction.ts';

/** The shape rule of losses between two tensors of one shape. */
export type Alike<Op extends string, A extends Shape, B extends Shape> =
  IsRanked<A> extends true
    ? IsRanked<B> extends true
      ? Matches<A, B> extends true
        ? A
        : `${Op}: input and target must have one shape; got ${Show<A>} and ${Show<B>}`
      : A
    : B;

/**
 * (input - target)^2, averaged over all elements unless `reduction` says otherwise. Both have one shape.
 * PyTorch: `torch.nn.functional.mse_loss`.
 *
 * @example
 * mseLoss(tensor([1, 2]), tensor([1, 4])); // tensor(2.)
 */
export function mseLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'mseLoss', A['shape'], B['shape']>>,
  options?: LossOptions<R>,
): Tensor<Lost<R, Alike<'mseLoss', A['shape'], B['shape']>>>;
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('mseLoss', options);
  checkFloat('mseLoss', 'input', checkTensor('mseLoss', 'input', input));
  checkTensor('mseLoss', 'target', target);
  if (!sameShape(input.shape, target.shape)) {
    // PyTorch broadcasts here with a warning; [64, 10] against [64] is always a mistake.
    throw new ShapeError(
      `mseLoss: input and target must have one shape; got ${formatShape(input.shape)} and ${formatShape(target.shape)}; try target.reshape(${formatShape(input.shape)})`,
    );
  }
  return reduce(sub(input, target).square(), reduction);
}

/** `mseLoss` with its options kept. PyTorch: `torch.nn.MSELoss`. */
export class MSELoss<out R extends Reduction = 'mean' | 'sum'> {
  readonly options: LossOptions<R>;

  constructor(options: LossOptions<R> = {}) {
    reductionOf('MSELoss', options);
    this.options = options;
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Alike<'mseLoss', A['shape'], B['shape']>>,
  ): Tensor<Lost<R, Alike<'mseLoss', A['shape'], B['shape']>>> {
    return mseLoss<A, B, R>(input, target, this.options);
  }
}
