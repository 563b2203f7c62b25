/** Cross-entropy that counts easy examples less. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { type Check, checkNumber, describe } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { logisticLoss } from './bceWithLogits.ts';

/** The least normal float32. */
const LEAST = 2 ** -126;

export interface SigmoidFocalOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How events that came are weighed against the others, in [0, 1]; null: not at all. Default 0.25. */
  readonly alpha?: number | null;
  /** How much easy examples are played down, at least 0; 0 is plain cross-entropy. Default 2. */
  readonly gamma?: number;
}

function focalSettings(op: string, options: SigmoidFocalOptions): Required<SigmoidFocalOptions> {
  const settings = settingsOf<Required<SigmoidFocalOptions>>(op, options, { alpha: 0.25, gamma: 2 });
  const { alpha, gamma } = settings;
  if (alpha !== null && !(checkNumber(op, 'alpha', alpha) >= 0 && alpha <= 1))
    throw new ValueError(`${op}: alpha must be in [0, 1] or null; got ${describe(alpha)}; try 0.25`);
  if (!(checkNumber(op, 'gamma', gamma) >= 0))
    throw new ValueError(`${op}: gamma must be at least 0; got ${describe(gamma)}; try 2`);
  return settings;
}

/**
 * a (1 - p)^gamma (-log p), where p is the chance that sigmoid(input) gives to what the target says, and a is alpha for targets
 * of 1 and 1 - alpha for targets of 0. Both have one shape. Lin et al., 2017. torchvision: `sigmoid_focal_loss`, which sums up
 * nothing by default; here `reduction` is 'mean' as in all losses.
 *
 * @throws ShapeError when the shapes differ; ValueError when alpha or gamma is out of range.
 * @example
 * sigmoidFocalLoss(tensor([0, 2]), tensor([1, 1]), { reduction: 'sum' }); // tensor(0.0438)
 */
export function sigmoidFocalLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'sigmoidFocalLoss', A['shape'], B['shape']>>,
  options?: SigmoidFocalOptions<R>,
): Tensor<Lost<R, Alike<'sigmoidFocalLoss', A['shape'], B['shape']>>>;
export function sigmoidFocalLoss(input: Tensor, target: Tensor, options: SigmoidFocalOptions = {}): Tensor {
  const { alpha, gamma, reduction } = focalSettings('sigmoidFocalLoss', options);
  const y = checkAlike('sigmoidFocalLoss', input, target);
  const surprise = logisticLoss(input, y);
  // 1 - p of hard labels is sigmoid of the logit turned against the label; between labels it is a mixture of the two.
  const p = input.sigmoid();
  const missed = p.add(y).sub(p.mul(y).mul(2));
  // Below 1, the slope of the power has no end at 0.
  const eased = gamma < 1 ? missed.clampMin(LEAST) : missed;
  const loss = gamma === 0 ? surprise : surprise.mul(eased.pow(gamma));
  return reduce(alpha === null ? loss : loss.mul(y.mul(2 * alpha - 1).add(1 - alpha)), reduction);
}

/** `sigmoidFocalLoss` with its options kept. */
export class SigmoidFocalLoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'sigmoidFocalLoss', R> {
  constructor(override readonly options: SigmoidFocalOptions<R> = {}) {
    focalSettings('SigmoidFocalLoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return sigmoidFocalLoss(input, target, this.options);
  }
}
