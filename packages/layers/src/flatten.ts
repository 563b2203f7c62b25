/** Dimensions run together and taken apart again, as layers. */

import { type Flattened, flatten, type Shape, type Tensor, type Unflattened, unflatten } from '@tessera/tensor';
import { checkInteger, checkShape, formatShape } from '@tessera/tensor/core';
import { Module } from './module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from './shapeMap.ts';

export interface FlattenMap extends ShapeMap {
  readonly output: this['layer'] extends FlattenForm<infer Dims> ? FlattenShape<ShapeIn<this['input']>, Dims> : never;
}

/** Which dimensions a `Flatten` joins, as they were given. */
type FlattenDims = readonly [startDim?: number, endDim?: number];

interface FlattenForm<Dims> {
  readonly dims: Dims;
}

/** The shape rule of `Flatten`. */
export type FlattenShape<S extends Shape, Dims> = Dims extends readonly []
  ? Flattened<S, 1, -1>
  : Dims extends readonly [infer B extends number]
    ? Flattened<S, B, -1>
    : Dims extends readonly [infer B extends number, infer E extends number]
      ? Flattened<S, B, E>
      : Shape;

/**
 * Joins the dimensions from `startDim` to `endDim`, both included: between convolutions and linear layers.
 * PyTorch: `torch.nn.Flatten`.
 *
 * @throws IndexError or ShapeError when an input has no such dimensions.
 * @example
 * new Flatten().forward(randn(8, 16, 7, 7)).shape; // [8, 784]
 */
export class Flatten<out Dims extends FlattenDims = FlattenDims> extends Module {
  declare readonly mapsShape: FlattenMap;
  /** The dimensions as they were given. */
  readonly dims: Dims;
  readonly startDim: number;
  readonly endDim: number;

  constructor(...dims: Dims) {
    super();
    const [startDim = 1, endDim = -1] = dims;
    this.dims = dims;
    this.startDim = checkInteger('Flatten', 'startDim', startDim);
    this.endDim = checkInteger('Flatten', 'endDim', endDim);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `startDim=${this.startDim}, endDim=${this.endDim}`;
  }
}

export interface UnflattenMap extends ShapeMap {
  readonly output: this['layer'] extends UnflattenForm<infer D extends number, infer T extends Shape>
    ? Unflattened<ShapeIn<this['input']>, D, T>
    : never;
}

interface UnflattenForm<D, T> {
  readonly dim: D;
  readonly sizes: T;
}

/**
 * Takes the dimension `dim` apart into `sizes`, one of which may be -1. PyTorch: `torch.nn.Unflatten`.
 *
 * @throws ShapeError when sizes do not multiply to the dimension's.
 * @example
 * new Unflatten(1, [16, 7, 7]).forward(randn(8, 784)).shape; // [8, 16, 7, 7]
 */
export class Unflatten<out D extends number = number, const out T extends Shape = Shape> extends Module {
  declare readonly mapsShape: UnflattenMap;
  readonly sizes: T;

  constructor(
    readonly dim: D,
    sizes: T,
  ) {
    super();
    checkInteger('Unflatten', 'dim', dim);
    const unknown = Array.isArray(sizes) ? sizes.indexOf(-1) : -1;
    checkShape('Unflatten', unknown < 0 ? sizes : sizes.toSpliced(unknown, 1));
    this.sizes = [...sizes] as Shape as T;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return unflatten(x, this.dim as number, this.sizes as Shape);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, sizes=${formatShape(this.sizes)}`;
  }
}
