/** Batch normalization: every channel over the whole batch. */
import { checkFloat, checkNumber, checkTensor } from '../../core/arguments.ts';
import { apply, dispatch } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { assignInPlace } from '../../core/inPlace.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { CompositeOp, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { checkOptions, reducedCount } from '../reductions/reduction.ts';
import {
  affineOperands,
  type BackwardAttributes,
  checkAffine,
  checkEps,
  type NormalizationAttributes,
  pullBackStandardized,
  standardize,
} from './standardize.ts';

/** A bias, or a weight and a bias, may be missing: then there are fewer operands. */
type Operands = 'x' | 'weight' | 'bias';

/** By the batch's own statistics; (N, C, ...) with one weight and bias for each of the C channels. */
export const batchNormOp: CompositeOp<Operands, NormalizationAttributes> = {
  kind: 'composite',
  name: 'batchNorm',
  operands: ['x', 'weight', 'bias'],
  outputs: ['y', 'mean', 'rstd'],
  formula: 'y = (x - mean(x)) / sqrt(var(x) + eps) weight + bias',
  infer: ([x]) => {
    const { shape, dtype } = x as Tensor;
    const statistics = { shape: [shape[1] as number], dtype };
    return [{ shape, dtype }, statistics, statistics];
  },
  define: ([x, weight, bias], { dims, eps }) => {
    const source = x as Tensor;
    const { mean, rstd, y } = standardize(source, dims, eps, true);
    const scaled = weight === undefined ? y : y.mul(perChannel(weight, source.shape));
    return [
      bias === undefined ? scaled : scaled.add(perChannel(bias, source.shape)),
      (mean as Tensor).reshape(-1),
      rstd.reshape(-1),
    ];
  },
  vjp: {
    x: (values, attributes) => {
      const { x, mean, rstd } = values as Values<Operands | 'mean' | 'rstd'>;
      const weight = values.shapes.weight === undefined ? [] : [values.weight];
      return (g) => apply(batchNormBackwardOp, [g, x, ...weight], { ...attributes, statistics: [mean, rstd] });
    },
    weight:
      ({ x }, attributes) =>
      (g) =>
        g.mul(apply(batchNormOp, [x], attributes)).sum(attributes.dims),
    bias:
      (_, { dims }) =>
      (g) =>
        g.sum(dims),
  },
  sample: (draw) => {
    const shape = draw.shape([2, 4], { min: 1 });
    const affine = Array.from({ length: draw.integer(0, 2) }, () => ({ shape: [shape[1] as number] }));
    return { inputs: [{ shape }, ...affine], attributes: { dims: allButChannel(shape), eps: 0.1 } };
  },
};

/** From the cotangent of y to that of x. */
export const batchNormBackwardOp: CompositeOp<'g' | 'x' | 'weight', BackwardAttributes> = {
  kind: 'composite',
  name: 'batchNormBackward',
  operands: ['g', 'x', 'weight'],
  formula: 'dx = rstd (g w - mean(g w) - y mean(g w y))',
  infer: ([, x]) => x as Tensor,
  define: ([g, x, weight], { dims, eps }) => {
    const scaled = weight === undefined ? (g as Tensor) : (g as Tensor).mul(perChannel(weight, (g as Tensor).shape));
    return pullBackStandardized(scaled, x as Tensor, dims, eps, true);
  },
  sample: (draw) => {
    const shape = draw.shape([2, 4], { min: 1 });
    const weight = draw.boolean() ? [{ shape: [shape[1] as number] }] : [];
    return {
      inputs: [{ shape }, { shape }, ...weight],
      attributes: { dims: allButChannel(shape), eps: 0.1, statistics: null },
    };
  },
};

/** (C) -> (C, 1, ...), as it broadcasts against (N, C, ...) */
function perChannel(t: Tensor, shape: Shape): Tensor {
  return t.reshape([t.count, ...shape.slice(2).map(() => 1)]);
}

function allButChannel(shape: Shape): number[] {
  return [...shape.keys()].filter((d) => d !== 1);
}

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

/**
 * Every channel (dim 1 of (N, C, ...)) less its mean and over its standard deviation, then times `weight`, plus `bias`.
 * In training the mean and variance are those of the batch, and `runningMean` and `runningVar` are moved towards them in
 * place (with the unbiased variance); otherwise they are the running ones. PyTorch: `torch.nn.functional.batch_norm`.
 *
 * @throws ShapeError unless x has a channel dimension and the rest one element per channel; ValueError when running
 * statistics are needed and missing, or a channel has a single value in training.
 * @example
 * batchNorm(tensor([[1, 2], [3, 6]]), { training: true }); // tensor([[-1., -1.], [ 1.,  1.]])
 */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  checkFloat('batchNorm', 'x', checkTensor('batchNorm', 'x', x));
  if (x.ndim < 2)
    throw new ShapeError(
      `batchNorm: x must have a channel dimension, (N, C, ...); got ${formatShape(x.shape)}; try unsqueeze(0)`,
    );
  const {
    runningMean,
    runningVar,
    weight,
    bias,
    training = false,
    momentum = 0.1,
    eps = 1e-5,
  } = checkOptions('batchNorm', options, '{ training: true }');
  if (typeof training !== 'boolean')
    throw new ValueError(
      `batchNorm: training must be true or false; got ${describe(training)}; try { training: true }`,
    );
  checkNumber('batchNorm', 'momentum', momentum);
  const attributes = { dims: allButChannel(x.shape), eps: checkEps('batchNorm', eps) };
  const channels = [x.shape[1] as number];
  const affine = affineOperands('batchNorm', x, channels, weight, bias);
  const running = [checkRunning('runningMean', runningMean, x), checkRunning('runningVar', runningVar, x)] as const;
  if (!training) return normalizeBy(x, running, affine, attributes.eps);
  const n = reducedCount(x.shape, attributes);
  if (n === 1)
    throw new ValueError(
      `batchNorm: a channel must have more than one value in training; got ${formatShape(x.shape)}; try a larger batch, or { training: false }`,
    );
  const [y, mean, rstd] = dispatch(batchNormOp, [x, ...affine], attributes) as [Tensor, Tensor, Tensor];
  if (n > 0) {
    move(running[0], mean, momentum);
    move(running[1], varianceFrom(rstd, attributes.eps, n), momentum);
  }
  return y;
}

type Running = readonly [mean: Tensor | null, variance: Tensor | null];

function checkRunning(name: string, running: Tensor | null | undefined, x: Tensor): Tensor | null {
  return running === null || running === undefined
    ? null
    : checkAffine('batchNorm', name, running, x, [x.shape[1] as number]);
}

/** y = (x - mean) / sqrt(var + eps) weight + bias, with statistics that x has no part in. */
function normalizeBy(x: Tensor, [mean, variance]: Running, [weight, bias]: readonly Tensor[], eps: number): Tensor {
  if (mean === null || variance === null) {
    throw new ValueError(
      'batchNorm: runningMean and runningVar must be given when not training; got none; try { training: true }',
    );
  }
  const rstd = variance.detach().add(eps).rsqrt();
  const scaled = x
    .sub(perChannel(mean.detach(), x.shape))
    .mul(perChannel(weight === undefined ? rstd : rstd.mul(weight), x.shape));
  return bias === undefined ? scaled : scaled.add(perChannel(bias, x.shape));
}

/** The unbiased variance of n values. */
function varianceFrom(rstd: Tensor, eps: number, n: number): Tensor {
  return rstd
    .square()
    .reciprocal()
    .sub(eps)
    .clampMin(0)
    .mul(n / (n - 1));
}

function move(running: Tensor | null, batch: Tensor, momentum: number): void {
  if (running !== null) assignInPlace('batchNorm', running, running.mul(1 - momentum).add(batch.mul(momentum)));
}
