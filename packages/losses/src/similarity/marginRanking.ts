/** Which of two scores is to be the greater. */
import type { Tensor } from '@tessera/tensor';
import { broadcastShapes, checkFloat, checkNumber, checkTensor } from '@tessera/tensor/core';
import { type LossOptions, type Reduction, reduce, settingsOf } from '../reduction.ts';

export interface MarginRankingOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** By how much. Default 0. */
  readonly margin?: number;
}

function rankingSettings(op: string, options: MarginRankingOptions): Required<MarginRankingOptions> {
  const settings = settingsOf<Required<MarginRankingOptions>>(op, options, { margin: 0 });
  checkNumber(op, 'margin', settings.margin);
  return settings;
}

/**
 * max(0, -target (input1 - input2) + margin): with a target of 1 the first is to be greater, with -1 the second. Shapes
 * broadcast. PyTorch: `torch.nn.functional.margin_ranking_loss`.
 *
 * @example
 * marginRankingLoss(tensor([1, 2]), tensor([2, 1]), tensor([1, 1])); // tensor(0.5000)
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginRankingOptions = {},
): Tensor {
  const op = 'marginRankingLoss';
  const { margin, reduction } = rankingSettings(op, options);
  checkFloat(op, 'input1', checkTensor(op, 'input1', input1));
  checkFloat(op, 'input2', checkTensor(op, 'input2', input2));
  const label = checkTensor(op, 'target', target).to(input1.dtype);
  broadcastShapes(op, input1.shape, input2.shape, label.shape);
  return reduce(label.neg().mul(input1.sub(input2)).add(margin).clampMin(0), reduction);
}

/** `marginRankingLoss` with its options kept. PyTorch: `torch.nn.MarginRankingLoss`. */
export class MarginRankingLoss {
  constructor(readonly options: MarginRankingOptions = {}) {
    rankingSettings('MarginRankingLoss', options);
  }

  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, this.options);
  }
}
