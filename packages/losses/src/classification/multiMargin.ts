/** A margin between the score of the label and the scores of all other classes. */
import { arange, gather, ShapeError, type Tensor, ValueError, where } from '@tessera/tensor';
import { checkNumber, describe, formatShape } from '@tessera/tensor/core';
import { type LossOptions, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { checkClassWeight, checkLabels, classDimOf } from './labels.ts';

export interface MultiMarginOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** The power of what is missing to the margin: 1 or 2. Default 1. */
  readonly p?: 1 | 2;
  /** Default 1. */
  readonly margin?: number;
  /** A weight for each class, [C]. */
  readonly weight?: Tensor | undefined;
}

type Settings = Required<Omit<MultiMarginOptions, 'weight'>> & { readonly weight: Tensor | undefined };

function multiMarginSettings(op: string, options: MultiMarginOptions): Settings {
  const settings = settingsOf<Settings>(op, options, { p: 1, margin: 1, weight: undefined });
  checkNumber(op, 'margin', settings.margin);
  if (settings.p !== 1 && settings.p !== 2)
    throw new ValueError(`${op}: p must be 1 or 2; got ${describe(settings.p)}; try 1`);
  return settings;
}

/**
 * sum over the other classes j of weight[y] max(0, margin - x[y] + x[j])^p / C, with y = target. input [C] or [N, C], target
 * [] or [N] -> [] or [N], reduced. PyTorch: `torch.nn.functional.multi_margin_loss`.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * multiMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([3], { dtype: 'int32' })); // tensor(0.3250)
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  const op = 'multiMarginLoss';
  const { p, margin, weight, reduction } = multiMarginSettings(op, options);
  const classDim = classDimOf(op, input);
  if (input.ndim > 2)
    throw new ShapeError(`${op}: input must be [C] or [N, C]; got ${formatShape(input.shape)}; try reshape(-1, C)`);
  const classes = input.shape[classDim] as number;
  checkClassWeight(op, weight, classes, input);
  checkLabels(op, input.shape, target, classDim, null);
  const labels = target.to('int32').unsqueeze(-1);
  const missing = input.sub(gather(input, classDim, labels)).add(margin);
  const counts = missing.gt(0).logicalAnd(arange(classes).ne(labels));
  const power = where(counts, p === 1 ? missing : missing.square(), 0);
  const loss = power.sum(-1).div(classes);
  if (weight === undefined) return reduce(loss, reduction);
  return reduce(loss.mul(gather(weight, 0, target.reshape(-1).to('int32')).reshape(target.shape)), reduction);
}

/** `multiMarginLoss` with its options kept. PyTorch: `torch.nn.MultiMarginLoss`. */
export class MultiMarginLoss {
  constructor(readonly options: MultiMarginOptions = {}) {
    multiMarginSettings('MultiMarginLoss', options);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, this.options);
  }
}
