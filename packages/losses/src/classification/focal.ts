/** Cross-entropy over classes that counts easy examples less. */
import { gather, type Tensor, ValueError, where } from '@tessera/tensor';
import { type Check, checkNumber, describe } from '@tessera/tensor/core';
import { type Lost, type Reducing, type Reduction, settingsOf } from '../reduction.ts';
import { crossEntropy, reduceLabelled } from './crossEntropy.ts';
import { type ClassIndices, checkClassWeight, checkLabels, classDimOf } from './labels.ts';
import type { NLLOptions } from './nll.ts';

export interface FocalOptions<R extends Reduction = Reduction> extends NLLOptions<R> {
  /** How much easy examples are played down, at least 0; 0 is plain cross-entropy. Default 2. */
  readonly gamma?: number;
}

type Settings = Required<Omit<FocalOptions, 'weight'>> & { readonly weight: Tensor | undefined };

function focalSettings(op: string, options: FocalOptions): Settings {
  const settings = settingsOf<Settings>(op, options, { gamma: 2, weight: undefined, ignoreIndex: -100 });
  if (!(checkNumber(op, 'gamma', settings.gamma) >= 0))
    throw new ValueError(`${op}: gamma must be at least 0; got ${describe(settings.gamma)}; try 2`);
  return settings;
}

/** The least normal float32: below a gamma of 1, the slope of the power has no end at 0. */
const LEAST = 2 ** -126;

/**
 * weight[target] (1 - p)^gamma (-log p), where p = softmax(input)[target]; logits are [C], [N, C] or [N, C, ...], and `mean`
 * divides by the sum of the weights, so that a gamma of 0 is `crossEntropy`. Lin et al., 2017.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * focalLoss(tensor([[2, 0], [0, 0]]), tensor([0, 1], { dtype: 'int32' })); // tensor(0.0875)
 */
export function focalLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<ClassIndices<'focalLoss', A['shape'], B['shape']>>,
  options?: FocalOptions<R>,
): Tensor<Lost<R, ClassIndices<'focalLoss', A['shape'], B['shape']>>>;
export function focalLoss(input: Tensor, target: Tensor, options: FocalOptions = {}): Tensor {
  const settings = focalSettings('focalLoss', options);
  const { gamma, weight, ignoreIndex } = settings;
  const classDim = classDimOf('focalLoss', input);
  checkClassWeight('focalLoss', weight, input.shape[classDim] as number, input);
  checkLabels('focalLoss', input.shape, target, classDim, ignoreIndex);
  const surprise: Tensor = crossEntropy<Tensor, Tensor, 'none'>(input, target, { ignoreIndex, reduction: 'none' });
  // 1 - p = 1 - e^-surprise
  const missed = surprise.neg().expm1().neg();
  const loss = gamma === 0 ? surprise : surprise.mul((gamma < 1 ? missed.clampMin(LEAST) : missed).pow(gamma));
  if (weight === undefined) return reduceLabelled(loss, target, settings);
  const labels = where(target.ne(ignoreIndex), target.to('int32'), 0);
  const weights = gather(weight, 0, labels.reshape(-1)).reshape(target.shape);
  return reduceLabelled(loss.mul(weights), target, settings);
}

/** `focalLoss` with its options kept. */
export class FocalLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: FocalOptions<R> = {}) {
    focalSettings('FocalLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<ClassIndices<'focalLoss', A['shape'], B['shape']>>,
  ): Tensor<Lost<R, ClassIndices<'focalLoss', A['shape'], B['shape']>>> {
    return focalLoss<A, B, R>(input, target, this.options);
  }
}
