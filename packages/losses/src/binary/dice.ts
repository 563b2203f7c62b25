/** How little two sets overlap. */
import { ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import { type Check, checkNumber, describe } from '@tessera/tensor/core';
import { type Alike, checkAlike } from '../alike.ts';
import { type LossOptions, type Reducing, type Reduction, reduce, settingsOf } from '../reduction.ts';

export interface DiceOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Added above and below the line, so that two empty sets agree. Default 1. */
  readonly smooth?: number;
}

function diceSettings(op: string, options: DiceOptions): Required<DiceOptions> {
  const settings = settingsOf<Required<DiceOptions>>(op, options, { smooth: 1 });
  if (!(checkNumber(op, 'smooth', settings.smooth) >= 0))
    throw new ValueError(`${op}: smooth must be at least 0; got ${describe(settings.smooth)}; try 1`);
  return settings;
}

/**
 * 1 - (2 sum(p y) + smooth) / (sum p + sum y + smooth) for every sample and channel, with p = input the chance of each
 * pixel and y = target. input, target [N, C, ...] -> [N, C], reduced. Milletari, Navab and Ahmadi, 2016 (V-Net).
 *
 * @throws ShapeError when the shapes differ or there are no dimensions beyond [N, C].
 * @example
 * diceLoss(tensor([[[0.5, 1, 0]]]), tensor([[[0, 1, 0]]])); // tensor(0.1429)
 */
export function diceLoss<A extends Tensor, B extends Tensor>(
  input: A,
  target: B & Check<Alike<'diceLoss', A['shape'], B['shape']>>,
  options?: DiceOptions,
): Tensor;
export function diceLoss(input: Tensor, target: Tensor, options: DiceOptions = {}): Tensor {
  const { smooth, reduction } = diceSettings('diceLoss', options);
  const goal = checkAlike('diceLoss', input, target);
  if (input.ndim < 3)
    throw new ShapeError(
      `diceLoss: input must be [N, C, ...]; got ${describe(input.shape)}; try unsqueeze(0) for what is missing`,
    );
  const overPixels = (t: Tensor): Tensor => t.flatten(2).sum(-1);
  const both = overPixels(input.mul(goal)).mul(2).add(smooth);
  const ratio = both.div(overPixels(input).add(overPixels(goal)).add(smooth));
  return reduce(ratio.neg().add(1), reduction);
}

/** `diceLoss` with its options kept. */
export class DiceLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: DiceOptions<R> = {}) {
    diceSettings('DiceLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Alike<'diceLoss', A['shape'], B['shape']>>,
  ): Tensor {
    return diceLoss<A, B>(input, target, this.options);
  }
}
