/** Squared error. */
import { ShapeError, sub, type Tensor } from '@tessera/tensor';
import { checkFloat, checkOptions, checkTensor, formatShape, sameShape } from '@tessera/tensor/core';
import { checkReduction, type LossOptions, reduce } from './reduction.ts';

/**
 * (input - target)^2, averaged over all elements unless `reduction` says otherwise. Both have one shape.
 * PyTorch: `torch.nn.functional.mse_loss`.
 *
 * @example
 * mseLoss(tensor([1, 2]), tensor([1, 4])); // tensor(2.)
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('mseLoss', options, "{ reduction: 'sum' }");
  const reduction = checkReduction('mseLoss', options.reduction);
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
export class MSELoss {
  readonly options: LossOptions;

  constructor(options: LossOptions = {}) {
    checkOptions('MSELoss', options, "{ reduction: 'sum' }");
    checkReduction('MSELoss', options.reduction);
    this.options = options;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.options);
  }
}
