/** Batch normalization: every channel over the whole batch. */

import { checkFloat, checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply, dispatch } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { assignInPlace } from '../../core/inPlace.ts';
import type { Check, Show } from '../../core/rule.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { reducedCount } from '../reductions/reduction.ts';
import { allButChannel, batchNormOp, channelNormOp } from './channelNorm.ts';
import { checkForm } from './operands.ts';
import { affineOperands, checkEps, type NormalizationAttributes } from './standardize.ts';

export interface BatchNormOptions {
  /** The mean of each channel that is used when not training, and moved towards the batch's when training. */
  readonly runningMean?: Tensor | null;
  /** The variance of each channel, likewise. */
  readonly runningVar?: Tensor | null;
  /** Multiplies each channel. */
  readonly weight?: Tensor | null;
  /** Added to each channel. */
  readonly bias?: Tensor | null;
  /** Whether to go by the batch's own statistics, and update the running ones in place. Default false. */
  readonly training?: boolean;
  /** How far the running statistics move: running = (1 - momentum) running + momentum batch. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/** The shape rule of `batchNorm`: at least two dimensions. */
export type Channelled<S extends Shape> = S extends readonly [] | readonly [number]
  ? `batchNorm: x must have a channel dimension, (N, C, ...); got ${Show<S>}`
  : S;

/**
 * Every channel (dim 1 of (N, C, ...)) less its mean and over its standard deviation, then times `weight`, plus `bias`.
 * In training the mean and variance are those of the batch, and `runningMean` and `runningVar` are moved towards them in
 * place (with the unbiased variance); otherwise they are the running ones. PyTorch: `torch.nn.functional.batch_norm`.
 *
 * @throws ShapeError unless x has a channel dimension and the rest one element per channel; ValueError when running
 * statistics are needed and missing, or a channel has a single value in training.
 * @example
 * batchNorm(tensor([[1, 2], [3, 6]]), { training: true }); // tensor([[-1.0000, -1.0000], [ 1.0000,  1.0000]])
 */
export function batchNorm<A extends Tensor>(
  x: A & Check<Channelled<A['shape']>>,
  options?: BatchNormOptions,
): Tensor<A['shape']>;
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  checkFloat('batchNorm', 'x', checkTensor('batchNorm', 'x', x));
  if (x.ndim < 2) {
    throw new ShapeError(
      `batchNorm: x must have a channel dimension, (N, C, ...); got ${formatShape(x.shape)}; try unsqueeze(0)`,
    );
  }
  const {
    runningMean,
    runningVar,
    weight,
    bias,
    training = false,
    momentum = 0.1,
    eps = 1e-5,
  } = checkOptions('batchNorm', options, '{ training: true }', [
    'runningMean',
    'runningVar',
    'weight',
    'bias',
    'training',
    'momentum',
    'eps',
  ]);
  if (typeof training !== 'boolean') {
    throw new ValueError(
      `batchNorm: training must be true or false; got ${describe(training)}; try { training: true }`,
    );
  }
  checkNumber('batchNorm', 'momentum', momentum);
  const attributes = { dims: allButChannel(x.shape), eps: checkEps('batchNorm', eps) };
  const channels = [x.shape[1] as number];
  const affine = affineOperands('batchNorm', x, channels, weight, bias);
  const running: Running = [checkRunning('runningMean', runningMean, x), checkRunning('runningVar', runningVar, x)];
  if (training) return byBatch(x, affine, attributes, running, momentum);
  const [mean, variance] = running;
  if (mean === null || variance === null) {
    throw new ValueError(
      'batchNorm: runningMean and runningVar must be given when not training; got none; try { training: true }',
    );
  }
  return apply(channelNormOp, [x, mean.detach(), variance.detach(), ...affine], { eps: attributes.eps });
}

type Running = readonly [mean: Tensor | null, variance: Tensor | null];

function byBatch(
  x: Tensor,
  affine: readonly Tensor[],
  attributes: NormalizationAttributes,
  running: Running,
  momentum: number,
): Tensor {
  const n = reducedCount(x.shape, attributes);
  if (n === 1) {
    throw new ValueError(
      `batchNorm: a channel must have more than one value in training; got ${formatShape(x.shape)}; try a larger batch, or { training: false }`,
    );
  }
  const [y, mean, variance] = dispatch(batchNormOp, [x, ...affine], attributes) as [Tensor, Tensor, Tensor];
  if (n === 0) return y;
  move(running[0], mean, momentum);
  // The running variance is that which divides by n - 1.
  move(running[1], variance.mul(n / (n - 1)), momentum);
  return y;
}

function checkRunning(name: string, running: Tensor | null | undefined, x: Tensor): Tensor | null {
  return running === null || running === undefined
    ? null
    : checkForm('batchNorm', name, running, x, [x.shape[1] as number]);
}

function move(running: Tensor | null, batch: Tensor, momentum: number): void {
  if (running !== null) assignInPlace('batchNorm', running, running.mul(1 - momentum).add(batch.mul(momentum)));
}
