/** Max and average pooling as layers. */

import type { Shape, Tensor, ValuesAndIndices } from '@tessera/tensor';
import { checkFlag, formatShape, withDefaults } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Only, Output, Pair, Setting, ShapeIn, ShapeMap } from '../shapeMap.ts';
import type { PerDim } from '../spatial/perDim.ts';
import type { SpatialRank } from '../spatial/spatialSizes.ts';
import { type AvgPoolGeometry, type AvgPoolOptions, avgPoolGeometry, poolAvg } from './avgPool.ts';
import { MAX_POOL_DEFAULTS, type MaxPoolOptions, poolMax } from './maxPool.ts';
import { type PoolGeometry, type PoolShape, poolGeometry } from './poolShape.ts';

/** Options as a rest parameter: one object or none. */
export type MaxPoolArgs = readonly [options?: MaxPoolOptions];
export type AvgPoolArgs = readonly [options?: AvgPoolOptions];

/** What the shape rule reads of a layer: kind, rank, window and options as they were given. */
export interface PoolForm<Name, R, Kernel, Args> {
  readonly form: { readonly name: Name; readonly rank: R; readonly kernelSize: Kernel; readonly options: Args };
}

/** The shape rule of pooling layers. */
export type PoolNdShape<S extends Shape, Name extends string, R extends SpatialRank, Kernel, Args> = PoolShape<
  `${Name}${R}d`,
  R,
  S,
  Kernel,
  Setting<Args, 'stride', null>,
  Setting<Args, 'padding', 0>,
  Setting<Args, 'dilation', 1>,
  Setting<Args, 'ceilMode', false>
>;

/** The output R of max pooling, with indices where they are asked for. */
export type Indexed<Indices, R> = Indices extends true ? (R extends string ? R : Pair<R>) : R;

export interface PoolMap extends ShapeMap {
  readonly output: this['layer'] extends PoolForm<
    infer Name extends string,
    infer R extends SpatialRank,
    infer Kernel,
    infer Args
  >
    ? Indexed<Setting<Args, 'returnIndices', false>, PoolNdShape<ShapeIn<this['input']>, Name, R, Kernel, Args>>
    : never;
}

/** What all of them share. */
abstract class PoolNd<out Name extends string, out R extends SpatialRank, out Kernel, out Args> extends Module {
  declare readonly mapsShape: PoolMap;
  readonly form: { readonly name: Name; readonly rank: R; readonly kernelSize: Kernel; readonly options: Args };
  abstract readonly geometry: PoolGeometry;

  constructor(name: Name, rank: R, kernelSize: Kernel, options: Args) {
    super();
    this.form = { name, rank, kernelSize, options };
  }

  protected get name(): string {
    return `${this.form.name}${this.form.rank}d`;
  }

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
abstract class MaxPoolNd<
  out R extends SpatialRank,
  out Kernel extends PerDim,
  out Args extends MaxPoolArgs,
> extends PoolNd<'MaxPool', R, Kernel, Args> {
  readonly geometry: PoolGeometry;
  readonly returnIndices: boolean;

  constructor(rank: R, kernelSize: Kernel, args: Args) {
    super('MaxPool', rank, kernelSize, args);
    const options: MaxPoolOptions = args[0] ?? {};
    const { returnIndices, ...settings } = withDefaults<Required<MaxPoolOptions>>(
      this.name,
      options,
      MAX_POOL_DEFAULTS,
    );
    this.returnIndices = checkFlag(this.name, 'returnIndices', returnIndices);
    this.geometry = poolGeometry(this.name, rank, kernelSize, settings);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor | ValuesAndIndices {
    const pooled = poolMax(this.name, x, this.geometry);
    return this.returnIndices ? pooled : pooled.values;
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, dilation=${formatShape(this.geometry.dilation)}`;
  }
}

/** What AvgPool1d, AvgPool2d and AvgPool3d share. */
abstract class AvgPoolNd<
  out R extends SpatialRank,
  out Kernel extends PerDim,
  out Args extends AvgPoolArgs,
> extends PoolNd<'AvgPool', R, Kernel, Args> {
  readonly geometry: AvgPoolGeometry;

  constructor(rank: R, kernelSize: Kernel, args: Args) {
    super('AvgPool', rank, kernelSize, args);
    this.geometry = avgPoolGeometry(this.name, rank, kernelSize, args[0] ?? {});
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return poolAvg(this.name, x, this.geometry);
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
export class MaxPool1d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends MaxPoolArgs = MaxPoolArgs,
> extends MaxPoolNd<1, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof MaxPoolOptions>) {
    super(1, kernelSize, options);
  }
}

/**
 * `maxPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.MaxPool2d`.
 *
 * @example
 * new MaxPool2d(3, { stride: 2, padding: 1 }).forward(randn(8, 16, 28, 28)).shape; // [8, 16, 14, 14]
 */
export class MaxPool2d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends MaxPoolArgs = MaxPoolArgs,
> extends MaxPoolNd<2, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof MaxPoolOptions>) {
    super(2, kernelSize, options);
  }
}

/**
 * `maxPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.MaxPool3d`.
 *
 * @example
 * new MaxPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 4, 4]
 */
export class MaxPool3d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends MaxPoolArgs = MaxPoolArgs,
> extends MaxPoolNd<3, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof MaxPoolOptions>) {
    super(3, kernelSize, options);
  }
}

/**
 * `avgPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AvgPool1d`.
 *
 * @example
 * new AvgPool1d(2).forward(randn(4, 3, 20)).shape; // [4, 3, 10]
 */
export class AvgPool1d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends AvgPoolArgs = AvgPoolArgs,
> extends AvgPoolNd<1, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof AvgPoolOptions>) {
    super(1, kernelSize, options);
  }
}

/**
 * `avgPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AvgPool2d`.
 *
 * @example
 * new AvgPool2d(2).forward(randn(8, 16, 28, 28)).shape; // [8, 16, 14, 14]
 */
export class AvgPool2d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends AvgPoolArgs = AvgPoolArgs,
> extends AvgPoolNd<2, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof AvgPoolOptions>) {
    super(2, kernelSize, options);
  }
}

/**
 * `avgPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AvgPool3d`.
 *
 * @example
 * new AvgPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 4, 4]
 */
export class AvgPool3d<
  const out Kernel extends PerDim = PerDim,
  const out Args extends AvgPoolArgs = AvgPoolArgs,
> extends AvgPoolNd<3, Kernel, Args> {
  constructor(kernelSize: Kernel, ...options: Args & Only<Args, keyof AvgPoolOptions>) {
    super(3, kernelSize, options);
  }
}
