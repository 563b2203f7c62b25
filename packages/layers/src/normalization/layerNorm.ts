/** Normalization of each sample over its last dimensions. */
import { layerNorm, ones, type Shape, type Tensor, type Trailing, zeros } from '@tessera/tensor';
import { checkNumber, checkShape, withDefaults } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { Parameter } from '../parameter.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';

export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Whether a scale and shift are learned. Default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether the learned part has a shift. Default true. */
  readonly bias?: boolean;
}

/** The shape that is normalized: one size stands for the last dimension alone. */
export type Normalized<N extends number | Shape> = N extends number ? readonly [N] : N;

export interface LayerNormMap extends ShapeMap {
  readonly output: this['layer'] extends LayerNorm<infer N>
    ? Trailing<'layerNorm', ShapeIn<this['input']>, Normalized<N>>
    : never;
}

/**
 * y = (x - mean) / sqrt(var + eps) * weight + bias, with mean and (biased) variance over the last dimensions, which
 * must be `normalizedShape`. Ba, Kiros and Hinton, 2016. PyTorch: `torch.nn.LayerNorm`.
 *
 * @example
 * new LayerNorm(4).forward(randn(2, 3, 4)).shape; // [2, 3, 4]
 */
export class LayerNorm<const N extends number | Shape = Shape> extends Module {
  declare readonly mapsShape: LayerNormMap;
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(normalizedShape: N, options: LayerNormOptions = {}) {
    super();
    const { eps, elementwiseAffine, bias } = withDefaults<Required<LayerNormOptions>>('LayerNorm', options, {
      eps: 1e-5,
      elementwiseAffine: true,
      bias: true,
    });
    this.normalizedShape = [
      ...checkShape('LayerNorm', typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape),
    ];
    this.eps = checkNumber('LayerNorm', 'eps', eps);
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape)) : null;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  override extraRepr(): string {
    return `[${this.normalizedShape.join(', ')}], eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}
