/** Distances that are to be small for one label and large for the other. */
import { type Tensor, where } from '@tessera/tensor';
import { type Check, checkNumber } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';

export interface HingeEmbeddingOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How large the distance of a -1 is to be. Default 1. */
  readonly margin?: number;
}

function hingeSettings(op: string, options: HingeEmbeddingOptions): Required<HingeEmbeddingOptions> {
  const settings = settingsOf<Required<HingeEmbeddingOptions>>(op, options, { margin: 1 });
  checkNumber(op, 'margin', settings.margin);
  return settings;
}

/**
 * input where target is 1 and max(0, margin - input) where it is -1; both have one shape.
 * PyTorch: `torch.nn.functional.hinge_embedding_loss`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1])); // tensor(0.6250)
 */
export function hingeEmbeddingLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'hingeEmbeddingLoss', A['shape'], B['shape']>>,
  options?: HingeEmbeddingOptions<R>,
): Tensor<Lost<R, Alike<'hingeEmbeddingLoss', A['shape'], B['shape']>>>;
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: HingeEmbeddingOptions = {}): Tensor {
  const { margin, reduction } = hingeSettings('hingeEmbeddingLoss', options);
  const label = checkAlike('hingeEmbeddingLoss', input, target);
  const apart = where(label.ne(1), input.neg().add(margin).clampMin(0), 0);
  return reduce(where(label.ne(-1), input, 0).add(apart), reduction);
}

/** `hingeEmbeddingLoss` with its options kept. PyTorch: `torch.nn.HingeEmbeddingLoss`. */
export class HingeEmbeddingLoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'hingeEmbeddingLoss', R> {
  constructor(override readonly options: HingeEmbeddingOptions<R> = {}) {
    hingeSettings('HingeEmbeddingLoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, this.options);
  }
}
