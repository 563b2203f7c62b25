/** Normalization of each channel of each sample by itself. */
import { noGrad } from '@tessera/autograd';
import { batchNorm, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkNumber,
  checkTensor,
  elementsOf,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import type { Fits, Output, SameShape } from '../shapeMap.ts';
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.ts';
import { groupNorm } from './groupNorm.ts';

export interface InstanceNormFunctionOptions {
  /** The mean of each channel, moved towards that of the batch. */
  readonly runningMean?: Tensor | null;
  /** The variance of each channel, likewise. */
  readonly runningVar?: Tensor | null;
  /** Multiplies each channel. */
  readonly weight?: Tensor | null;
  /** Added to each channel. */
  readonly bias?: Tensor | null;
  /** Whether to go by the input's own statistics; otherwise by the running ones. Default true. */
  readonly useInputStats?: boolean;
  /** How far the running statistics move. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * y = (x - mean) / sqrt(var + eps) * weight + bias, with mean and (biased) variance of each channel of each sample.
 * x [N, C, ...]. Ulyanov, Vedaldi and Lempitsky, 2016. PyTorch: `torch.nn.functional.instance_norm`.
 *
 * @throws ShapeError without a dimension beyond channels; ValueError when a channel has a single value, or running statistics
 * are needed and missing.
 * @example
 * instanceNorm(tensor([[[1, 3], [5, 9]]])); // tensor([[[-1.0000,  1.0000], [-1.0000,  1.0000]]])
 */
export function instanceNorm<A extends Tensor>(x: A, options?: InstanceNormFunctionOptions): Tensor<A['shape']>;
export function instanceNorm(x: Tensor, options: InstanceNormFunctionOptions = {}): Tensor {
  const op = 'instanceNorm';
  const settings = withDefaults<Required<InstanceNormFunctionOptions>>(op, options, {
    runningMean: null,
    runningVar: null,
    weight: null,
    bias: null,
    useInputStats: true,
    momentum: 0.1,
    eps: 1e-5,
  });
  const { runningMean, runningVar, weight, bias, useInputStats, momentum, eps } = settings;
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  checkFlag(op, 'useInputStats', useInputStats);
  checkNumber(op, 'momentum', momentum);
  if (x.ndim < 3) throw new ShapeError(`${op}: x must be [N, C, ...]; got ${formatShape(x.shape)}; try unsqueeze(0)`);
  if (!useInputStats) return batchNorm(x, { runningMean, runningVar, weight, bias, eps });
  const each = elementsOf(x.shape.slice(2));
  if (each === 1)
    throw new ValueError(
      `${op}: a channel must have more than one value; got ${formatShape(x.shape)}; try a larger input, or { useInputStats: false }`,
    );
  const channels = x.shape[1] as number;
  const y = channels === 0 ? x : groupNorm(x, channels, { weight, bias, eps });
  noGrad(() => {
    // (N, C, ...) -> (N, C, rest)
    const flat = x.detach().flatten(2);
    move(op, 'runningMean', runningMean, () => flat.mean(-1).mean(0), momentum);
    move(op, 'runningVar', runningVar, () => flat.var(-1, { correction: 1 }).mean(0), momentum);
  });
  return y;
}

function move(op: string, name: string, running: Tensor | null, batch: () => Tensor, momentum: number): void {
  if (running === null) return;
  const mean = batch();
  if (checkTensor(op, name, running).ndim !== 1 || running.count !== mean.count)
    throw new ShapeError(
      `${op}: ${name} must be [${mean.count}]; got ${formatShape(running.shape)}; try zeros(${mean.count})`,
    );
  running.copy_(running.mul(1 - momentum).add(mean.mul(momentum)));
}

/** What the layers for one to three dimensions share. */
abstract class InstanceNormBase<C extends number> extends ChannelNorm<C> {
  declare readonly mapsShape: SameShape;

  constructor(
    name: string,
    numFeatures: C,
    options: ChannelNormOptions,
    /** What follows the channels: ", H, W". */
    readonly spatial: string,
  ) {
    super(name, numFeatures, options, { affine: false, trackRunningStats: false });
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    this.checkInput(x, [this.spatial], true);
    const { runningMean, runningVar, weight, bias, eps } = this;
    const batched = x.ndim === this.spatial.split(',').length + 1;
    const useInputStats = this.training || runningMean === null;
    const y: Tensor = instanceNorm(batched ? x : x.unsqueeze(0), {
      runningMean,
      runningVar,
      weight,
      bias,
      useInputStats,
      momentum: this.nextMomentum(),
      eps,
    });
    this.countBatch();
    return batched ? y : y.squeeze(0);
  }
}

/**
 * `instanceNorm` of [N, C, L] or [C, L]. PyTorch: `torch.nn.InstanceNorm1d`.
 *
 * @example
 * new InstanceNorm1d(4).forward(randn(8, 4, 3)).shape; // [8, 4, 3]
 */
export class InstanceNorm1d<out C extends number = number> extends InstanceNormBase<C> {
  constructor(numFeatures: C, options: ChannelNormOptions = {}) {
    super('InstanceNorm1d', numFeatures, options, ', L');
  }
}

/** `instanceNorm` of [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.InstanceNorm2d`. */
export class InstanceNorm2d<out C extends number = number> extends InstanceNormBase<C> {
  constructor(numFeatures: C, options: ChannelNormOptions = {}) {
    super('InstanceNorm2d', numFeatures, options, ', H, W');
  }
}

/** `instanceNorm` of [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.InstanceNorm3d`. */
export class InstanceNorm3d<out C extends number = number> extends InstanceNormBase<C> {
  constructor(numFeatures: C, options: ChannelNormOptions = {}) {
    super('InstanceNorm3d', numFeatures, options, ', D, H, W');
  }
}
