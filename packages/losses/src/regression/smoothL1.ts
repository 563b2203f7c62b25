/** The Huber loss in the scaling that tends to the absolute error. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { apply, type Check, checkNumber, describe } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { huberOp } from './huber.ts';
import { l1Loss } from './l1.ts';

export interface SmoothL1LossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** From where on the error counts in proportion, at least 0. Default 1. */
  readonly beta?: number;
}

/**
 * d^2 / (2 beta) where |d| < beta and |d| - beta / 2 beyond, with d = input - target: the Huber loss over beta, and with a
 * beta of 0 the absolute error. Girshick, 2015. PyTorch: `torch.nn.functional.smooth_l1_loss`.
 *
 * @throws ShapeError when the shapes differ; ValueError when beta is negative.
 * @example
 * smoothL1Loss(tensor([1, 2, 9]), tensor([1, 1, 5]), { beta: 2, reduction: 'none' }); // tensor([0.0000, 0.2500, 3.0000])
 */
export function smoothL1Loss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'smoothL1Loss', A['shape'], B['shape']>>,
  options?: SmoothL1LossOptions<R>,
): Tensor<Lost<R, Alike<'smoothL1Loss', A['shape'], B['shape']>>>;
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta, reduction } = smoothSettings('smoothL1Loss', options);
  const goal = checkAlike('smoothL1Loss', input, target);
  if (beta === 0) return l1Loss(input, goal, { reduction });
  return reduce(apply(huberOp, [input, goal], { delta: beta, scale: 1 / beta }), reduction);
}

function smoothSettings(op: string, options: SmoothL1LossOptions): Required<SmoothL1LossOptions> {
  const settings = settingsOf<Required<SmoothL1LossOptions>>(op, options, { beta: 1 });
  if (!(checkNumber(op, 'beta', settings.beta) >= 0))
    throw new ValueError(`${op}: beta must be at least 0; got ${describe(settings.beta)}; try 1`);
  return settings;
}

/** `smoothL1Loss` with its options kept. PyTorch: `torch.nn.SmoothL1Loss`. */
export class SmoothL1Loss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'smoothL1Loss', R> {
  constructor(override readonly options: SmoothL1LossOptions<R> = {}) {
    smoothSettings('SmoothL1Loss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.options);
  }
}
