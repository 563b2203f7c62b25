/** Max and average pooling as layers. */
import type { Tensor, ValuesAndIndices } from '@tessera/tensor';
import { checkOptions, formatShape } from '@tessera/tensor/core';
import { checkFlag } from '../checkFlag.ts';
import { Module } from '../module.ts';
import type { PerDim } from '../spatial/perDim.ts';
import { type AvgPoolGeometry, type AvgPoolOptions, avgPoolGeometry, poolAvg } from './avgPool.ts';
import { type MaxPoolOptions, poolMax } from './maxPool.ts';
import { type PoolGeometry, poolGeometry } from './poolShape.ts';

/** What a max pooling layer gives: with `returnIndices`, indices too. */
export type Pooled<R extends boolean> = R extends true ? ValuesAndIndices : Tensor;

/** Options of a max pooling layer. */
export type MaxPoolLayerOptions<R extends boolean> = MaxPoolOptions & { readonly returnIndices?: R };

/** What all of them share. */
abstract class PoolNd<G extends PoolGeometry> extends Module {
  abstract readonly geometry: G;

  get kernelSize(): readonly number[] {
    return this.geometry.kernel;
  }

  get stride(): readonly number[] {
    return this.geometry.stride;
  }

  get padding(): readonly number[] {
    return this.geometry.padding;
  }

  get ceilMode(): boolean {
    return this.geometry.ceilMode;
  }

  override extraRepr(): string {
    const sizes = [this.kernelSize, this.stride, this.padding].map(formatShape);
    return `kernelSize=${sizes[0]}, stride=${sizes[1]}, padding=${sizes[2]}, ceilMode=${this.ceilMode}`;
  }
}

/** What MaxPool1d, MaxPool2d and MaxPool3d share. */
abstract class MaxPoolNd<R extends boolean> extends PoolNd<PoolGeometry> {
  readonly geometry: PoolGeometry;
  readonly returnIndices: boolean;

  constructor(rank: number, kernelSize: PerDim, options: MaxPoolLayerOptions<R>) {
    super();
    const name = `MaxPool${rank}d`;
    const { returnIndices = false, ...settings } = checkOptions<MaxPoolOptions>(name, options, '{ stride: 2 }');
    this.returnIndices = checkFlag(name, 'returnIndices', returnIndices);
    this.geometry = poolGeometry(name, rank, kernelSize, settings);
  }

  forward(x: Tensor): Pooled<R> {
    const pooled = poolMax(`MaxPool${this.geometry.kernel.length}d`, x, this.geometry);
    return (this.returnIndices ? pooled : pooled.values) as Pooled<R>;
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, dilation=${formatShape(this.geometry.dilation)}`;
  }
}

/** What AvgPool1d, AvgPool2d and AvgPool3d share. */
abstract class AvgPoolNd extends PoolNd<AvgPoolGeometry> {
  readonly geometry: AvgPoolGeometry;

  constructor(rank: number, kernelSize: PerDim, options: AvgPoolOptions) {
    super();
    this.geometry = avgPoolGeometry(`AvgPool${rank}d`, rank, kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return poolAvg(`AvgPool${this.geometry.kernel.length}d`, x, this.geometry);
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, countIncludePad=${this.geometry.countIncludePad}`;
  }
}

/**
 * `maxPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.MaxPool1d`.
 *
 * @example
 * new MaxPool1d(2).forward(randn(4, 3, 20)).shape; // [4, 3, 10]
 */
export class MaxPool1d<R extends boolean = false> extends MaxPoolNd<R> {
  constructor(kernelSize: PerDim, options: MaxPoolLayerOptions<R> = {}) {
    super(1, kernelSize, options);
  }
}

/**
 * `maxPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.MaxPool2d`.
 *
 * @example
 * new MaxPool2d(3, { stride: 2, padding: 1 }).forward(randn(8, 16, 28, 28)).shape; // [8, 16, 14, 14]
 */
export class MaxPool2d<R extends boolean = false> extends MaxPoolNd<R> {
  constructor(kernelSize: PerDim, options: MaxPoolLayerOptions<R> = {}) {
    super(2, kernelSize, options);
  }
}

/**
 * `maxPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.MaxPool3d`.
 *
 * @example
 * new MaxPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 4, 4]
 */
export class MaxPool3d<R extends boolean = false> extends MaxPoolNd<R> {
  constructor(kernelSize: PerDim, options: MaxPoolLayerOptions<R> = {}) {
    super(3, kernelSize, options);
  }
}

/**
 * `avgPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AvgPool1d`.
 *
 * @example
 * new AvgPool1d(2).forward(randn(4, 3, 20)).shape; // [4, 3, 10]
 */
export class AvgPool1d extends AvgPoolNd {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    super(1, kernelSize, options);
  }
}

/**
 * `avgPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AvgPool2d`.
 *
 * @example
 * new AvgPool2d(2).forward(randn(8, 16, 28, 28)).shape; // [8, 16, 14, 14]
 */
export class AvgPool2d extends AvgPoolNd {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    super(2, kernelSize, options);
  }
}

/**
 * `avgPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AvgPool3d`.
 *
 * @example
 * new AvgPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 4, 4]
 */
export class AvgPool3d extends AvgPoolNd {
  constructor(kernelSize: PerDim, options: AvgPoolOptions = {}) {
    super(3, kernelSize, options);
  }
}
