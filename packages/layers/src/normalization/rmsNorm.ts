/** Normalization of each sample by the size of its numbers. */

import { ones, rmsNorm, type Shape, type Tensor, type Trailing } from '@tessera/tensor';
import { checkNumber, checkShape, formatShape, withDefaults } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import type { Normalized } from './layerNorm.ts';

export interface RMSNormOptions {
  /** Added to the mean of squares. Default null: the distance from 1 to the next number of the input's dtype. */
  readonly eps?: number | null;
  /** Whether a scale is learned. Default true. */
  readonly elementwiseAffine?: boolean;
}

export interface RMSNormMap extends ShapeMap {
  readonly output: this['layer'] extends RMSNorm<infer N>
    ? Trailing<'rmsNorm', ShapeIn<this['input']>, Normalized<N>>
    : never;
}

/**
 * y = x / sqrt(mean(x^2) + eps) * weight over the last dimensions, which must be `normalizedShape`. Zhang and Sennrich,
 * 2019. PyTorch: `torch.nn.RMSNorm`.
 *
 * @throws ShapeError unless an input ends in normalizedShape.
 * @example
 * new RMSNorm(4).forward(randn(2, 3, 4)).shape; // [2, 3, 4]
 */
export class RMSNorm<const N extends number | Shape = Shape> extends Module {
  declare readonly mapsShape: RMSNormMap;
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly weight: Parameter | null;

  constructor(normalizedShape: N, options: RMSNormOptions = {}) {
    super();
    const { eps, elementwiseAffine } = withDefaults<Required<RMSNormOptions>>('RMSNorm', options, {
      eps: null,
      elementwiseAffine: true,
    });
    this.normalizedShape = [
      ...checkShape('RMSNorm', typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape),
    ];
    this.eps = eps === null ? null : checkNumber('RMSNorm', 'eps', eps);
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    const { weight, eps } = this;
    return rmsNorm(x, this.normalizedShape, eps === null ? { weight } : { weight, eps });
  }

  override extraRepr(): string {
    return `${formatShape(this.normalizedShape)}, eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}
