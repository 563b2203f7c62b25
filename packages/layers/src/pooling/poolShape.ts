/** What max and average pooling share: their settings, and where windows lie. */

import { type Tensor, ValueError } from '@tessera/tensor';
import type { Shape } from '@tessera/tensor/core';
import { checkFlag } from '@tessera/tensor/core';
import { type PerDim, perDim } from '../spatial/perDim.ts';
import { type Before, type Spatial, type SpatialRank, spatialSizes } from '../spatial/spatialSizes.ts';
import { misfit, type Positions, spanOf, type WindowGeometry } from '../spatial/windows.ts';

export interface PoolSettings<
  Stride extends PerDim | null = PerDim | null,
  Padding extends PerDim = PerDim,
  Dilation extends PerDim = PerDim,
  Ceil extends boolean = boolean,
> {
  /** Elements from one window to the next. Default: the window's size. */
  readonly stride?: Stride;
  /** Elements before and after every spatial dimension, at most half a window. Default 0. */
  readonly padding?: Padding;
  /** Elements between neighbours in a window; max pooling only. Default 1. */
  readonly dilation?: Dilation;
  /** Whether a last window may reach beyond the padding, if it starts before it. Default false. */
  readonly ceilMode?: Ceil;
}

export interface PoolGeometry extends WindowGeometry {
  readonly padding: readonly number[];
  readonly ceilMode: boolean;
}

/** The numbers behind the settings. */
export function poolGeometry(op: string, rank: number, kernelSize: PerDim, settings: PoolSettings): PoolGeometry {
  const { stride, padding = 0, dilation = 1, ceilMode = false } = settings;
  const kernel = perDim(op, 'kernelSize', kernelSize, rank, 1);
  const sides = perDim(op, 'padding', padding, rank, 0);
  const wide = sides.findIndex((n, d) => n > (kernel[d] as number) / 2);
  if (wide >= 0) {
    throw new ValueError(
      `${op}: padding may be at most half the kernel; got padding ${sides[wide]} for size ${kernel[wide]}; try ${Math.floor((kernel[wide] as number) / 2)}`,
    );
  }
  return {
    kernel,
    stride: perDim(op, 'stride', stride ?? kernelSize, rank, 1),
    padding: sides,
    dilation: perDim(op, 'dilation', dilation, rank, 1),
    ceilMode: checkFlag(op, 'ceilMode', ceilMode),
  };
}

/** The rule of `poolShape`: a stride of null is the window's size. */
export type PoolShape<
  Op extends string,
  R extends SpatialRank,
  S extends Shape,
  Kernel,
  Stride,
  Padding,
  Dilation,
  Ceil,
> =
  Spatial<Op, S, R> extends infer Image
    ? Image extends [infer N, infer C extends number, infer Sizes]
      ? Positions<
          Op,
          R,
          Before<N, C>,
          Sizes,
          Kernel,
          Stride extends null ? Kernel : Stride,
          Padding,
          Dilation,
          Single<Ceil>
        >
      : Image extends string
        ? Image
        : Shape
    : never;

/** A truth that is known, or `number`. */
type Single<B> = boolean extends B ? number : B;

/** The shape rule: (N, C, ...sizes) or (C, ...sizes) gives (N, C, ...positions) or (C, ...positions). */
export function poolShape(op: string, x: Shape, geometry: PoolGeometry): number[] {
  const { kernel, stride, padding, dilation, ceilMode } = geometry;
  const rank = kernel.length;
  const positions = spatialSizes(op, x, rank).map((size, d) => {
    const [step, side] = [stride[d] as number, padding[d] as number];
    const span = spanOf(kernel[d] as number, dilation[d] as number);
    const room = size + 2 * side - span;
    const count = Math.floor((room + (ceilMode ? step - 1 : 0)) / step) + 1;
    if (count < 1) throw misfit(op, span, size + 2 * side, d - rank);
    // A window must start inside the input or the padding before it.
    return ceilMode && (count - 1) * step >= size + side ? count - 1 : count;
  });
  return [...x.slice(0, -rank), ...positions];
}

/** How far x must be padded after every spatial dimension for the windows at `positions`. */
export function sidesAfter(x: Shape, positions: Shape, { kernel, stride, dilation, padding }: PoolGeometry): number[] {
  return kernel.map((k, d) => {
    const end = ((positions[d] as number) - 1) * (stride[d] as number) + spanOf(k, dilation[d] as number);
    return Math.max(0, end - (x[x.length - kernel.length + d] as number) - (padding[d] as number));
  });
}

/** Runs `pool` on a batch: an image alone is a batch of one, before and after. */
export function inBatch<R>(x: Tensor, rank: number, pool: (batch: Tensor) => R, alone: (result: R) => R): R {
  return x.ndim === rank + 2 ? pool(x) : alone(pool(x.unsqueeze(0)));
}
