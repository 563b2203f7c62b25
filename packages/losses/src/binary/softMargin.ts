/** Logistic losses of labels 1 and -1, and of many labels at once. */
import { mean, onesLike, ShapeError, type Tensor } from '@tessera/tensor';
import type { Check } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, reductionOf, settingsOf } from '../reduction.ts';
import { type BCEOptions, weightedBy } from './bce.ts';
import { logisticLoss } from './bceWithLogits.ts';

/**
 * log(1 + exp(-target input)) with targets of 1 and -1; both have one shape. PyTorch: `torch.nn.functional.soft_margin_loss`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * softMarginLoss(tensor([0, 2]), tensor([1, -1])); // tensor(1.4100)
 */
export function softMarginLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'softMarginLoss', A['shape'], B['shape']>>,
  options?: LossOptions<R>,
): Tensor<Lost<R, Alike<'softMarginLoss', A['shape'], B['shape']>>>;
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = reductionOf('softMarginLoss', options);
  const margin = checkAlike('softMarginLoss', input, target).mul(input);
  return reduce(logisticLoss(margin, onesLike(margin)), reduction);
}

/** `softMarginLoss` with its options kept. PyTorch: `torch.nn.SoftMarginLoss`. */
export class SoftMarginLoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'softMarginLoss', R> {
  constructor(options: LossOptions<R> = {}) {
    reductionOf('SoftMarginLoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, this.options);
  }
}

type Settings = BCEOptions & { readonly reduction: Reduction };

function multiLabelSettings(op: string, options: BCEOptions): Settings {
  return settingsOf<Settings>(op, options, { weight: undefined });
}

/**
 * The mean over classes, the last dimension, of the binary cross-entropy with logits: every class is there or not, by itself.
 * input, target [N, C] -> [N], reduced. PyTorch: `torch.nn.functional.multilabel_soft_margin_loss`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * multilabelSoftMarginLoss(tensor([[0, 2]]), tensor([[1, 1]])); // tensor(0.4100)
 */
export function multilabelSoftMarginLoss(input: Tensor, target: Tensor, options: BCEOptions = {}): Tensor {
  const op = 'multilabelSoftMarginLoss';
  const { weight, reduction } = multiLabelSettings(op, options);
  const goal = checkAlike(op, input, target);
  if (input.ndim === 0)
    throw new ShapeError(`${op}: input must have a dimension of classes; got []; try input.unsqueeze(0)`);
  return reduce(mean(weightedBy(op, logisticLoss(input, goal), weight), -1), reduction);
}

/** `multilabelSoftMarginLoss` with its options kept. PyTorch: `torch.nn.MultiLabelSoftMarginLoss`. */
export class MultiLabelSoftMarginLoss {
  constructor(readonly options: BCEOptions = {}) {
    multiLabelSettings('MultiLabelSoftMarginLoss', options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, this.options);
  }
}
