/** What normalizations of channels share: a scale and shift for each, and statistics that follow the batches. */

import { noGrad } from '@tessera/autograd';
import { full, type Shape, ShapeError, type Tensor, tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkInteger,
  checkNumber,
  checkTensor,
  describe,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { Buffer, Parameter } from '../parameter.ts';

export interface ChannelNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Weight of the new batch in the running statistics; null: a plain average over all batches. Default 0.1. */
  readonly momentum?: number | null;
  /** Whether a scale and shift are learned. Default true; of `InstanceNorm` false. */
  readonly affine?: boolean;
  /**
   * Whether running statistics are kept for evaluation; without them, evaluation uses the batch too. Default true; of
   * `InstanceNorm` false.
   */
  readonly trackRunningStats?: boolean;
}

export abstract class ChannelNorm<C extends number = number> extends Module {
  readonly eps: number;
  /** May be changed between batches. */
  momentum: number | null;
  readonly weight: Parameter<readonly [C]> | null;
  readonly bias: Parameter<readonly [C]> | null;
  readonly runningMean: Buffer<readonly [C]> | null;
  readonly runningVar: Buffer<readonly [C]> | null;
  readonly numBatchesTracked: Buffer | null;

  constructor(
    name: string,
    readonly numFeatures: C,
    options: ChannelNormOptions,
    defaults: { readonly affine: boolean; readonly trackRunningStats: boolean },
  ) {
    super();
    checkInteger(name, 'numFeatures', numFeatures, 0);
    const { eps, momentum, affine, trackRunningStats } = withDefaults<Required<ChannelNormOptions>>(name, options, {
      eps: 1e-5,
      momentum: 0.1,
      ...defaults,
    });
    if (!(checkNumber(name, 'eps', eps) >= 0))
      throw new ValueError(`${name}: eps must be at least 0; got ${describe(eps)}; try 1e-5`);
    this.eps = eps;
    this.momentum = momentum === null ? null : checkNumber(name, 'momentum', momentum);
    checkFlag(name, 'affine', affine);
    checkFlag(name, 'trackRunningStats', trackRunningStats);
    this.weight = affine ? new Parameter(constant(numFeatures, 1)) : null;
    this.bias = affine ? new Parameter(constant(numFeatures, 0)) : null;
    this.runningMean = trackRunningStats ? new Buffer(constant(numFeatures, 0)) : null;
    this.runningVar = trackRunningStats ? new Buffer(constant(numFeatures, 1)) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer<Shape>(tensor(0, { dtype: 'int32' })) : null;
  }

  /** Throws unless x is [N, C] followed by one of `forms` (", H, W"), or, where that is allowed, [C] and as much. */
  protected checkInput(x: Tensor, forms: readonly string[], unbatched = false): void {
    const { name } = this.constructor;
    checkTensor(name, 'x', x);
    const ranks = forms.map((form) => form.split(',').length - 1);
    const fits =
      (ranks.includes(x.ndim - 2) && x.shape[1] === this.numFeatures) ||
      (unbatched && ranks.includes(x.ndim - 1) && x.shape[0] === this.numFeatures);
    if (fits) return;
    const allowed = [
      ...forms.map((form) => `[N, ${this.numFeatures}${form}]`),
      ...(unbatched ? forms.map((form) => `[${this.numFeatures}${form}]`) : []),
    ];
    throw new ShapeError(
      `${name}: input must be ${allowed.join(' or ')}; got ${formatShape(x.shape)}; try a transpose, or numFeatures ${x.shape[1] ?? 1}`,
    );
  }

  /** The weight of this batch in the running statistics. */
  protected nextMomentum(): number {
    if (!this.training || this.numBatchesTracked === null) return this.momentum ?? 0;
    return this.momentum ?? 1 / (this.numBatchesTracked.item() + 1);
  }

  /** Counts a batch that has gone through. */
  protected countBatch(): void {
    const counter = this.numBatchesTracked;
    if (this.training && counter !== null) noGrad(() => counter.add_(1));
  }

  /** Begins the running statistics anew: mean 0, variance 1, no batch counted. */
  resetRunningStats(): void {
    noGrad(() => {
      this.runningMean?.zero_();
      this.runningVar?.fill_(1);
      this.numBatchesTracked?.zero_();
    });
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
