/** Adaptive pooling as layers. */

import type { Tensor, ValuesAndIndices } from '@tessera/tensor';
import { checkFlag, describe, withDefaults } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import type { SpatialRank } from '../spatial/spatialSizes.ts';
import { type AdaptiveMaxPoolOptions, poolAdaptiveAvg, poolAdaptiveMax } from './adaptivePool.ts';
import { type AdaptiveGeometry, type AdaptivePoolShape, adaptiveGeometry, type OutputSize } from './adaptivePoolOp.ts';
import type { Indexed } from './poolNd.ts';

/** What the shape rule reads of a layer: kind, rank, and what was given. */
export interface AdaptiveForm<Name, R, Size, Indices> {
  readonly form: { readonly name: Name; readonly rank: R; readonly outputSize: Size; readonly returnIndices: Indices };
}

export interface AdaptiveMap extends ShapeMap {
  readonly output: this['layer'] extends AdaptiveForm<
    infer Name extends string,
    infer R extends SpatialRank,
    infer Size,
    infer Indices
  >
    ? Indexed<Indices, AdaptivePoolShape<`${Name}${R}d`, R, ShapeIn<this['input']>, Size>>
    : never;
}

/** What all of them share. */
abstract class AdaptivePoolNd<
  out Name extends string,
  out R extends SpatialRank,
  out Size extends OutputSize,
  out Indices extends boolean,
> extends Module {
  declare readonly mapsShape: AdaptiveMap;
  readonly form: { readonly name: Name; readonly rank: R; readonly outputSize: Size; readonly returnIndices: Indices };
  readonly geometry: AdaptiveGeometry;

  constructor(name: Name, rank: R, outputSize: Size, returnIndices: Indices) {
    super();
    this.form = { name, rank, outputSize, returnIndices };
    this.geometry = adaptiveGeometry(this.name, rank, outputSize);
  }

  protected get name(): string {
    return `${this.form.name}${this.form.rank}d`;
  }

  get outputSize(): OutputSize {
    return this.form.outputSize;
  }

  override extraRepr(): string {
    return `outputSize=${describe(this.outputSize)}`;
  }
}

/** What AdaptiveAvgPool1d, AdaptiveAvgPool2d and AdaptiveAvgPool3d share. */
abstract class AdaptiveAvgPoolNd<out R extends SpatialRank, out Size extends OutputSize> extends AdaptivePoolNd<
  'AdaptiveAvgPool',
  R,
  Size,
  false
> {
  constructor(rank: R, outputSize: Size) {
    super('AdaptiveAvgPool', rank, outputSize, false);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return poolAdaptiveAvg(this.name, x, this.geometry);
  }
}

/** What AdaptiveMaxPool1d, AdaptiveMaxPool2d and AdaptiveMaxPool3d share. */
abstract class AdaptiveMaxPoolNd<
  out R extends SpatialRank,
  out Size extends OutputSize,
  out Indices extends boolean,
> extends AdaptivePoolNd<'AdaptiveMaxPool', R, Size, Indices> {
  constructor(rank: R, outputSize: Size, options: AdaptiveMaxPoolOptions<Indices>) {
    const name = `AdaptiveMaxPool${rank}d`;
    const { returnIndices } = withDefaults<Required<AdaptiveMaxPoolOptions>>(name, options, { returnIndices: false });
    super('AdaptiveMaxPool', rank, outputSize, checkFlag(name, 'returnIndices', returnIndices) as Indices);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor | ValuesAndIndices {
    const pooled = poolAdaptiveMax(this.name, x, this.geometry);
    return this.form.returnIndices ? pooled : pooled.values;
  }
}

/**
 * `adaptiveAvgPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AdaptiveAvgPool1d`.
 *
 * @example
 * new AdaptiveAvgPool1d(3).forward(randn(4, 2, 20)).shape; // [4, 2, 3]
 */
export class AdaptiveAvgPool1d<const out Size extends OutputSize = OutputSize> extends AdaptiveAvgPoolNd<1, Size> {
  constructor(outputSize: Size) {
    super(1, outputSize);
  }
}

/**
 * `adaptiveAvgPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AdaptiveAvgPool2d`.
 *
 * @example
 * new AdaptiveAvgPool2d([1, null]).forward(randn(8, 16, 28, 20)).shape; // [8, 16, 1, 20]
 */
export class AdaptiveAvgPool2d<const out Size extends OutputSize = OutputSize> extends AdaptiveAvgPoolNd<2, Size> {
  constructor(outputSize: Size) {
    super(2, outputSize);
  }
}

/**
 * `adaptiveAvgPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AdaptiveAvgPool3d`.
 *
 * @example
 * new AdaptiveAvgPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 2, 2]
 */
export class AdaptiveAvgPool3d<const out Size extends OutputSize = OutputSize> extends AdaptiveAvgPoolNd<3, Size> {
  constructor(outputSize: Size) {
    super(3, outputSize);
  }
}

/**
 * `adaptiveMaxPool1d` as a layer: [N, C, L] or [C, L]. PyTorch: `torch.nn.AdaptiveMaxPool1d`.
 *
 * @example
 * new AdaptiveMaxPool1d(3).forward(randn(4, 2, 20)).shape; // [4, 2, 3]
 */
export class AdaptiveMaxPool1d<
  const out Size extends OutputSize = OutputSize,
  out Indices extends boolean = false,
> extends AdaptiveMaxPoolNd<1, Size, Indices> {
  constructor(outputSize: Size, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(1, outputSize, options);
  }
}

/**
 * `adaptiveMaxPool2d` as a layer: [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.AdaptiveMaxPool2d`.
 *
 * @example
 * new AdaptiveMaxPool2d([1, null]).forward(randn(8, 16, 28, 20)).shape; // [8, 16, 1, 20]
 */
export class AdaptiveMaxPool2d<
  const out Size extends OutputSize = OutputSize,
  out Indices extends boolean = false,
> extends AdaptiveMaxPoolNd<2, Size, Indices> {
  constructor(outputSize: Size, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(2, outputSize, options);
  }
}

/**
 * `adaptiveMaxPool3d` as a layer: [N, C, D, H, W] or [C, D, H, W]. PyTorch: `torch.nn.AdaptiveMaxPool3d`.
 *
 * @example
 * new AdaptiveMaxPool3d(2).forward(randn(1, 2, 4, 8, 8)).shape; // [1, 2, 2, 2, 2]
 */
export class AdaptiveMaxPool3d<
  const out Size extends OutputSize = OutputSize,
  out Indices extends boolean = false,
> extends AdaptiveMaxPoolNd<3, Size, Indices> {
  constructor(outputSize: Size, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(3, outputSize, options);
  }
}
