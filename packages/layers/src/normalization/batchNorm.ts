/** Normalization of each channel over the batch. */

import { batchNorm, type Shape, type Tensor } from '@tessera/tensor';
import type { Agreed, IsRanked, Show, ShowSize } from '@tessera/tensor/core';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { ChannelNorm, type ChannelNormOptions } from './channelNorm.ts';

export type BatchNormOptions = ChannelNormOptions;

/** The shape rule of `BatchNorm1d`: [N, C] or [N, C, L]. */
export type BatchNorm1dShape<S extends Shape, C extends number> =
  IsRanked<S> extends true
    ? S extends readonly [number, infer N extends number] | readonly [number, infer N extends number, number]
      ? [Agreed<N, C>] extends [never]
        ? Unfit<S, C>
        : S
      : Unfit<S, C>
    : S;

type Unfit<
  S extends Shape,
  C extends number,
> = `BatchNorm1d: input must be [N, ${ShowSize<C>}] or [N, ${ShowSize<C>}, L]; got ${Show<S>}`;

export interface BatchNorm1dMap extends ShapeMap {
  readonly output: this['layer'] extends BatchNorm1d<infer C> ? BatchNorm1dShape<ShapeIn<this['input']>, C> : never;
}

/** What the layers for one to three dimensions share. */
export abstract class BatchNormBase<C extends number = number> extends ChannelNorm<C> {
  protected normalize(x: Tensor): Tensor {
    const { runningMean, runningVar, weight, bias, eps } = this;
    const training = this.training || runningMean === null;
    const momentum = this.nextMomentum();
    const y = batchNorm(x, { runningMean, runningVar, weight, bias, training, momentum, eps });
    this.countBatch();
    return y;
  }
}

/**
 * y = (x - mean) / sqrt(var + eps) * weight + bias, per channel, over (N, C) or (N, C, L). In training, mean and
 * (biased) variance are the batch's, and running statistics follow them (with the unbiased variance); in evaluation,
 * the running ones are used. Ioffe and Szegedy, 2015. PyTorch: `torch.nn.BatchNorm1d`.
 *
 * @example
 * new BatchNorm1d(5).forward(randn(8, 5)).shape; // [8, 5]
 */
export class BatchNorm1d<out C extends number = number> extends BatchNormBase<C> {
  declare readonly mapsShape: BatchNorm1dMap;

  constructor(numFeatures: C, options: BatchNormOptions = {}) {
    super('BatchNorm1d', numFeatures, options, { affine: true, trackRunningStats: true });
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    this.checkInput(x, ['', ', L']);
    return this.normalize(x);
  }
}

/** The shape rule of `BatchNorm2d` and `BatchNorm3d`: [N, C, ...Spatial]. */
export type BatchNormNdShape<
  Name extends string,
  S extends Shape,
  C extends number,
  Spatial extends readonly number[],
> =
  IsRanked<S> extends true
    ? S extends readonly [number, infer N extends number, ...Spatial]
      ? [Agreed<N, C>] extends [never]
        ? UnfitNd<Name, S, C, Spatial>
        : S
      : UnfitNd<Name, S, C, Spatial>
    : S;

type UnfitNd<
  Name extends string,
  S extends Shape,
  C extends number,
  Spatial extends readonly number[],
> = `${Name}: input must be [N, ${ShowSize<C>}${Spatial['length'] extends 2 ? ', H, W' : ', D, H, W'}]; got ${Show<S>}`;

export interface BatchNorm2dMap extends ShapeMap {
  readonly output: this['layer'] extends BatchNorm2d<infer C>
    ? BatchNormNdShape<'BatchNorm2d', ShapeIn<this['input']>, C, readonly [number, number]>
    : never;
}

/**
 * `BatchNorm1d` for images, [N, C, H, W]. PyTorch: `torch.nn.BatchNorm2d`.
 *
 * @example
 * new BatchNorm2d(3).forward(randn(8, 3, 4, 4)).shape; // [8, 3, 4, 4]
 */
export class BatchNorm2d<out C extends number = number> extends BatchNormBase<C> {
  declare readonly mapsShape: BatchNorm2dMap;

  constructor(numFeatures: C, options: BatchNormOptions = {}) {
    super('BatchNorm2d', numFeatures, options, { affine: true, trackRunningStats: true });
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    this.checkInput(x, [', H, W']);
    return this.normalize(x);
  }
}

export interface BatchNorm3dMap extends ShapeMap {
  readonly output: this['layer'] extends BatchNorm3d<infer C>
    ? BatchNormNdShape<'BatchNorm3d', ShapeIn<this['input']>, C, readonly [number, number, number]>
    : never;
}

/**
 * `BatchNorm1d` for volumes, [N, C, D, H, W]. PyTorch: `torch.nn.BatchNorm3d`.
 *
 * @example
 * new BatchNorm3d(3).forward(randn(2, 3, 4, 4, 4)).shape; // [2, 3, 4, 4, 4]
 */
export class BatchNorm3d<out C extends number = number> extends BatchNormBase<C> {
  declare readonly mapsShape: BatchNorm3dMap;

  constructor(numFeatures: C, options: BatchNormOptions = {}) {
    super('BatchNorm3d', numFeatures, options, { affine: true, trackRunningStats: true });
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    this.checkInput(x, [', D, H, W']);
    return this.normalize(x);
  }
}
