/** Adaptive pooling as layers. */
import type { Tensor } from '@tessera/tensor';
import { checkOptions, describe } from '@tessera/tensor/core';
import { checkFlag } from '../checkFlag.ts';
import { Module } from '../module.ts';
import { type AdaptiveMaxPoolOptions, poolAdaptiveAvg, poolAdaptiveMax } from './adaptivePool.ts';
import { type AdaptiveGeometry, adaptiveGeometry, type OutputSize } from './adaptivePoolOp.ts';
import type { Pooled } from './poolNd.ts';

/** Options of an adaptive max pooling layer. */
export type AdaptiveMaxPoolLayerOptions<R extends boolean> = AdaptiveMaxPoolOptions & { readonly returnIndices?: R };

/** What AdaptiveAvgPool1d, AdaptiveAvgPool2d and AdaptiveAvgPool3d share. */
abstract class AdaptiveAvgPoolNd extends Module {
  readonly geometry: AdaptiveGeometry;

  constructor(
    rank: number,
    readonly outputSize: OutputSize,
  ) {
    super();
    this.geometry = adaptiveGeometry(`AdaptiveAvgPool${rank}d`, rank, outputSize);
  }

  forward(x: Tensor): Tensor {
    return poolAdaptiveAvg(`AdaptiveAvgPool${this.geometry.sizes.length}d`, x, this.geometry);
  }

  override extraRepr(): string {
    return `outputSize=${describe(this.outputSize)}`;
  }
}

/** What AdaptiveMaxPool1d, AdaptiveMaxPool2d and AdaptiveMaxPool3d share. */
abstract class AdaptiveMaxPoolNd<R extends boolean> extends Module {
  readonly geometry: AdaptiveGeometry;
  readonly returnIndices: boolean;

  constructor(
    rank: number,
    readonly outputSize: OutputSize,
    options: AdaptiveMaxPoolLayerOptions<R>,
  ) {
    super();
    const name = `AdaptiveMaxPool${rank}d`;
    const { returnIndices = false } = checkOptions<AdaptiveMaxPoolOptions>(name, options, '{ returnIndices: true }');
    this.returnIndices = checkFlag(name, 'returnIndices', returnIndices);
    this.geometry = adaptiveGeometry(name, rank, outputSize);
  }

  forward(x: Tensor): Pooled<R> {
    const pooled = poolAdaptiveMax(`AdaptiveMaxPool${this.geometry.sizes.length}d`, x, this.geometry);
    return (this.returnIndices ? pooled : pooled.values) as Pooled<R>;
  }

  override extraRepr(): string {
    return `outputSize=${describe(this.outputSize)}`;
  }
}

/**
 * `adaptiveAvgPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AdaptiveAvgPool1d`.
 *
 * @example
 * new AdaptiveAvgPool1d(3).forward(randn(4, 2, 20)).shape; // [4, 2, 3]
 */
export class AdaptiveAvgPool1d extends AdaptiveAvgPoolNd {
  constructor(outputSize: OutputSize) {
    super(1, outputSize);
  }
}

/**
 * `adaptiveAvgPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AdaptiveAvgPool2d`.
 *
 * @example
 * new AdaptiveAvgPool2d([1, null]).forward(randn(8, 16, 28, 20)).shape; // [8, 16, 1, 20]
 */
export class AdaptiveAvgPool2d extends AdaptiveAvgPoolNd {
  constructor(outputSize: OutputSize) {
    super(2, outputSize);
  }
}

/**
 * `adaptiveAvgPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AdaptiveAvgPool3d`.
 *
 * @example
 * new AdaptiveAvgPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 2, 2]
 */
export class AdaptiveAvgPool3d extends AdaptiveAvgPoolNd {
  constructor(outputSize: OutputSize) {
    super(3, outputSize);
  }
}

/**
 * `adaptiveMaxPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AdaptiveMaxPool1d`.
 *
 * @example
 * new AdaptiveMaxPool1d(3).forward(randn(4, 2, 20)).shape; // [4, 2, 3]
 */
export class AdaptiveMaxPool1d<R extends boolean = false> extends AdaptiveMaxPoolNd<R> {
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolLayerOptions<R> = {}) {
    super(1, outputSize, options);
  }
}

/**
 * `adaptiveMaxPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AdaptiveMaxPool2d`.
 *
 * @example
 * new AdaptiveMaxPool2d([1, null]).forward(randn(8, 16, 28, 20)).shape; // [8, 16, 1, 20]
 */
export class AdaptiveMaxPool2d<R extends boolean = false> extends AdaptiveMaxPoolNd<R> {
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolLayerOptions<R> = {}) {
    super(2, outputSize, options);
  }
}

/**
 * `adaptiveMaxPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AdaptiveMaxPool3d`.
 *
 * @example
 * new AdaptiveMaxPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 2, 2]
 */
export class AdaptiveMaxPool3d<R extends boolean = false> extends AdaptiveMaxPoolNd<R> {
  constructor(outputSize: OutputSize, options: AdaptiveMaxPoolLayerOptions<R> = {}) {
    super(3, outputSize, options);
  }
}
