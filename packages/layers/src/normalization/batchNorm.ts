/** Normalization of each channel over the batch. */

import { noGrad } from '@tessera/autograd';
import { batchNorm, full, type Shape, ShapeError, type Tensor, tensor } from '@tessera/tensor';
import type { Agreed, IsRanked, Show, ShowSize } from '@tessera/tensor/core';
import { checkInteger, checkOptions, checkTensor, formatShape } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { Buffer, Parameter } from '../parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';

export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Weight of the new batch in the running statistics; null: a plain average over all batches. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether a scale and shift are learned. Default true. */
  readonly affine?: boolean;
  /** Whether running statistics are kept for evaluation; without them, evaluation uses the batch too. Default true. */
  readonly trackRunningStats?: boolean;
}

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

/**
 * y = (x - mean) / sqrt(var + eps) * weight + bias, per channel, over (N, C) or (N, C, L). In training, mean and
 * (biased) variance are the batch's, and running statistics follow them (with the unbiased variance); in evaluation,
 * the running ones are used. Ioffe and Szegedy, 2015. PyTorch: `torch.nn.BatchNorm1d`.
 *
 * @example
 * new BatchNorm1d(5).forward(randn(8, 5)).shape; // [8, 5]
 */
export class BatchNorm1d<out C extends number = number> extends Module {
  declare readonly mapsShape: BatchNorm1dMap;
  readonly eps: number;
  readonly momentum: number | null;
  readonly weight: Parameter<readonly [C]> | null;
  readonly bias: Parameter<readonly [C]> | null;
  readonly runningMean: Buffer<readonly [C]> | null;
  readonly runningVar: Buffer<readonly [C]> | null;
  readonly numBatchesTracked: Buffer | null;

  constructor(
    readonly numFeatures: C,
    options: BatchNormOptions = {},
  ) {
    super();
    checkInteger('BatchNorm1d', 'numFeatures', numFeatures, 0);
    const {
      eps = 1e-5,
      momentum = 0.1,
      affine = true,
      trackRunningStats = true,
    } = checkOptions('BatchNorm1d', options, '{ eps: 1e-5 }');
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(constant(numFeatures, 1)) : null;
    this.bias = affine ? new Parameter(constant(numFeatures, 0)) : null;
    this.runningMean = trackRunningStats ? new Buffer(constant(numFeatures, 0)) : null;
    this.runningVar = trackRunningStats ? new Buffer(constant(numFeatures, 1)) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer<Shape>(tensor(0, { dtype: 'int32' })) : null;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkTensor('BatchNorm1d', 'x', x);
    if ((x.ndim !== 2 && x.ndim !== 3) || x.shape[1] !== this.numFeatures) {
      throw new ShapeError(
        `BatchNorm1d: input must be [N, ${this.numFeatures}] or [N, ${this.numFeatures}, L]; got ${formatShape(x.shape)}; try a transpose, or numFeatures ${x.shape[1] ?? 1}`,
      );
    }
    const { runningMean, runningVar, weight, bias, eps } = this;
    const training = this.training || runningMean === null;
    return batchNorm(x, { runningMean, runningVar, weight, bias, training, momentum: this.#nextMomentum(), eps });
  }

  /** Counts the batch, and gives its weight in the running statistics. */
  #nextMomentum(): number {
    if (!this.training || this.numBatchesTracked === null) return this.momentum ?? 0;
    const counter = this.numBatchesTracked;
    noGrad(() => counter.add_(1));
    return this.momentum ?? 1 / counter.item();
  }

  override extraRepr(): string {
    return `${this.numFeatures}, eps=${this.eps}, momentum=${this.momentum}, affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
  }
}

/** One number for every channel. */
function constant<C extends number>(channels: C, value: number): Tensor<readonly [C]>;
function constant(channels: number, value: number): Tensor {
  return full([channels], value);
}
