/** Normalization of each sample, by groups of channels. */
import { layerNorm, ones, ShapeError, type Tensor, ValueError, zeros } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkInteger,
  checkNumber,
  checkSameDType,
  checkTensor,
  elementsOf,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import type { Fits, Output, SameShape } from '../shapeMap.ts';

export interface GroupNormFunctionOptions {
  /** Multiplies each channel. */
  readonly weight?: Tensor | null;
  /** Added to each channel. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * y = (x - mean) / sqrt(var + eps) * weight + bias, with mean and (biased) variance of each sample over a group of
 * neighbouring channels and all that follows. x [N, C, ...]. Wu and He, 2018. PyTorch: `torch.nn.functional.group_norm`.
 *
 * @throws ShapeError without a channel dimension; ValueError when groups do not divide the channels.
 * @example
 * groupNorm(tensor([[1, 3, 5, 5]]), 2); // tensor([[-1.0000,  1.0000,  0.0000,  0.0000]])
 */
export function groupNorm<A extends Tensor>(
  x: A,
  numGroups: number,
  options?: GroupNormFunctionOptions,
): Tensor<A['shape']>;
export function groupNorm(x: Tensor, numGroups: number, options: GroupNormFunctionOptions = {}): Tensor {
  const { weight, bias, eps } = withDefaults<Required<GroupNormFunctionOptions>>('groupNorm', options, {
    weight: null,
    bias: null,
    eps: 1e-5,
  });
  checkFloat('groupNorm', 'x', checkTensor('groupNorm', 'x', x));
  checkInteger('groupNorm', 'numGroups', numGroups, 1);
  if (x.ndim < 2)
    throw new ShapeError(`groupNorm: x must be [N, C, ...]; got ${formatShape(x.shape)}; try unsqueeze(0)`);
  const [samples, channels, ...spatial] = x.shape as readonly [number, number, ...number[]];
  if (channels % numGroups !== 0)
    throw new ValueError(
      `groupNorm: numGroups must divide the channels; got ${numGroups} for ${channels}; try 1 or ${channels}`,
    );
  const size = (channels / numGroups) * elementsOf(spatial);
  // (N, C, ...) -> (N G, C / G ...): each group is a row
  const rows = layerNorm(x.reshape(samples * numGroups, size), [size], { eps }) as Tensor;
  return scaleChannels('groupNorm', rows.reshape(x.shape), weight, bias);
}

/** x weight + bias, with a number of each for every channel, dimension 1. */
export function scaleChannels(op: string, x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const channels = x.shape[1] as number;
  const perChannel = (name: string, t: Tensor): Tensor => {
    checkSameDType(op, x, checkTensor(op, name, t));
    if (t.ndim !== 1 || t.count !== channels)
      throw new ShapeError(
        `${op}: ${name} must be [${channels}], one number for each channel; got ${formatShape(t.shape)}; try zeros(${channels})`,
      );
    return t.reshape([channels, ...x.shape.slice(2).map(() => 1)]);
  };
  const scale = weight === null ? null : perChannel('weight', weight);
  const shift = bias === null ? null : perChannel('bias', bias);
  const scaled = scale === null ? x : x.mul(scale);
  return shift === null ? scaled : scaled.add(shift);
}

export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether a scale and shift are learned. Default true. */
  readonly affine?: boolean;
}

/**
 * `groupNorm` with a scale and shift that are learned. PyTorch: `torch.nn.GroupNorm`.
 *
 * @example
 * new GroupNorm(2, 4).forward(randn(8, 4, 3)).shape; // [8, 4, 3]
 */
export class GroupNorm extends Module {
  declare readonly mapsShape: SameShape;
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    options: GroupNormOptions = {},
  ) {
    super();
    checkInteger('GroupNorm', 'numGroups', numGroups, 1);
    checkInteger('GroupNorm', 'numChannels', numChannels, 0);
    if (numChannels % numGroups !== 0)
      throw new ValueError(
        `GroupNorm: numGroups must divide the channels; got ${numGroups} for ${numChannels}; try 1 or ${numChannels}`,
      );
    const { eps, affine } = withDefaults<Required<GroupNormOptions>>('GroupNorm', options, { eps: 1e-5, affine: true });
    this.eps = checkNumber('GroupNorm', 'eps', eps);
    checkFlag('GroupNorm', 'affine', affine);
    this.weight = affine ? new Parameter(ones(numChannels)) : null;
    this.bias = affine ? new Parameter(zeros(numChannels)) : null;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkTensor('GroupNorm', 'x', x);
    if (x.ndim < 2 || x.shape[1] !== this.numChannels)
      throw new ShapeError(
        `GroupNorm: input must be [N, ${this.numChannels}, ...]; got ${formatShape(x.shape)}; try a transpose, or numChannels ${x.shape[1] ?? 1}`,
      );
    return groupNorm(x, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}
