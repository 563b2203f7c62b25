/** Pooling to a size that is asked for: window i of O over I elements reaches from floor(i I / O) to ceil((i + 1) I / O). */
import {
  arange,
  type CompositeOp,
  cat,
  type Draw,
  gather,
  max,
  type Sample,
  ShapeError,
  type Tensor,
  ValueError,
  type Values,
} from '@tessera/tensor';
import { checkFloat, checkInteger, describe, elementsOf, formatShape, type Shape } from '@tessera/tensor/core';
import type { At } from '../spatial/perDim.ts';
import { type Before, type Spatial, type SpatialRank, spatialSizes } from '../spatial/spatialSizes.ts';
import { putBack } from './places.ts';

/** A number for all spatial dimensions, or one for each; null keeps a dimension as it is. */
export type OutputSize = number | readonly (number | null)[];

/** The sizes to come, one for every spatial dimension; null keeps a dimension as it is. */
export interface AdaptiveGeometry {
  readonly sizes: readonly (number | null)[];
}

/** The numbers behind `outputSize`. */
export function adaptiveGeometry(op: string, rank: number, outputSize: OutputSize): AdaptiveGeometry {
  const list: unknown = typeof outputSize === 'number' ? new Array(rank).fill(outputSize) : outputSize;
  if (!Array.isArray(list) || list.length !== rank) {
    throw new ValueError(
      `${op}: outputSize must be a whole number, or a list of ${rank} whole numbers or nulls; got ${describe(outputSize)}; try ${describe(new Array(rank).fill(1))}`,
    );
  }
  return { sizes: Array.from(list, (size) => (size === null ? null : checkInteger(op, 'outputSize', size, 0))) };
}

/** The rule of `adaptivePoolShape`. */
export type AdaptivePoolShape<Op extends string, R extends SpatialRank, S extends Shape, Size> =
  Spatial<Op, S, R> extends infer Image
    ? Image extends [infer N, infer C extends number, infer Sizes]
      ? Adapted<Before<N, C>, Sizes, Size>
      : Image extends string
        ? Image
        : Shape
    : never;

type Adapted<Lead extends Shape, Sizes, Size> = Sizes extends readonly [infer H extends number, infer W extends number]
  ? readonly [...Lead, SizeAt<Size, 0, H>, SizeAt<Size, 1, W>]
  : Sizes extends readonly [infer L extends number]
    ? readonly [...Lead, SizeAt<Size, 0, L>]
    : Sizes extends readonly [infer D extends number, infer H extends number, infer W extends number]
      ? readonly [...Lead, SizeAt<Size, 0, D>, SizeAt<Size, 1, H>, SizeAt<Size, 2, W>]
      : never;

type SizeAt<Size, D extends number, Own extends number> =
  At<Size, D> extends infer N ? (N extends null ? Own : N extends number ? N : number) : never;

/** The shape rule: (N, C, ...sizes) or (C, ...sizes) gives the sizes asked for. */
export function adaptivePoolShape(op: string, x: Shape, { sizes }: AdaptiveGeometry): number[] {
  const own = spatialSizes(op, x, sizes.length);
  return [...x.slice(0, -sizes.length), ...sizes.map((size, d) => size ?? (own[d] as number))];
}

/** The means of windows, one dimension after the other. */
export const adaptiveAvgPoolOp: CompositeOp<'x', AdaptiveGeometry> = {
  kind: 'composite',
  name: 'adaptiveAvgPool',
  operands: ['x'],
  infer: ([x], geometry) => ({
    shape: batchShape('adaptiveAvgPool', x as Tensor, geometry),
    dtype: (x as Tensor).dtype,
  }),
  define: ([x], geometry) =>
    overDims(x as Tensor, geometry, (y, dim, size) => {
      const length = y.shape[dim] as number;
      // windows of one length do not overlap: (..., I, ...) -> (..., O, I / O, ...)
      if (size > 0 && length % size === 0) return y.unflatten(dim, [size, length / size]).mean(dim + 1);
      return joined(y, dim, size, (window) => window.mean(dim, { keepdim: true }));
    }),
  sample: (draw) => sampleAdaptive(draw),
};

/** The greatest of windows and their places in the channel's plane, one dimension after the other, from the last. */
export const adaptiveMaxPoolOp: CompositeOp<'x', AdaptiveGeometry> = {
  kind: 'composite',
  name: 'adaptiveMaxPool',
  operands: ['x'],
  outputs: ['values', 'indices'],
  infer: ([x], geometry) => {
    const shape = batchShape('adaptiveMaxPool', x as Tensor, geometry);
    return [
      { shape, dtype: (x as Tensor).dtype },
      { shape, dtype: 'int32' },
    ];
  },
  define: ([x], geometry) => {
    const image = x as Tensor;
    const plane = image.shape.slice(2);
    let places = arange(elementsOf(plane)).reshape(plane).expand(image.shape);
    // The first of equals in a row, then the first of such rows: the first in row-major order.
    const values = overDims(image, geometry, (y, dim, size) => {
      const below = places;
      const chosen: Tensor[] = [];
      const greatest = joined(y, dim, size, (window, start, end) => {
        const best = max(window, dim, { keepdim: true });
        chosen.push(gather(below.slice(dim, start, end), dim, best.indices));
        return best.values;
      });
      places = chosen.length === 0 ? below.slice(dim, 0, 0) : cat(chosen, dim);
      return greatest;
    });
    return [values, places.contiguous()];
  },
  vjp: {
    x: (values) => {
      const { indices } = values as Values<'x' | 'indices'>;
      const { x } = values.shapes;
      return (g) => putBack(g, indices, x);
    },
  },
  sample: (draw) => sampleAdaptive(draw, true),
};

function batchShape(op: string, x: Tensor, geometry: AdaptiveGeometry): number[] {
  const shape = adaptivePoolShape(op, checkFloat(op, 'x', x).shape, geometry);
  if (shape.length === geometry.sizes.length + 2) return shape;
  throw new ShapeError(`${op}: x must be a batch; got ${formatShape(x.shape)}; try unsqueeze(0)`);
}

type Pool = (y: Tensor, dim: number, size: number) => Tensor;

/** Brings one spatial dimension after the other to its size, from the last. */
function overDims(x: Tensor, { sizes }: AdaptiveGeometry, pool: Pool): Tensor {
  const pooled = sizes.reduceRight<Tensor>((y, size, d) => {
    const dim = d + 2;
    return size === null || size === y.shape[dim] ? y : pool(y, dim, size);
  }, x);
  return pooled === x ? x.clone() : pooled;
}

/** One window after the other, side by side again. */
function joined(
  y: Tensor,
  dim: number,
  size: number,
  reduce: (window: Tensor, start: number, end: number) => Tensor,
): Tensor {
  const length = y.shape[dim] as number;
  const parts = Array.from({ length: size }, (_, i) => {
    const [start, end] = [Math.floor((i * length) / size), Math.ceil(((i + 1) * length) / size)];
    return reduce(y.slice(dim, start, end), start, end);
  });
  return parts.length === 0 ? y.slice(dim, 0, 0) : cat(parts, dim);
}

function sampleAdaptive(draw: Draw, distinct = false): Sample<AdaptiveGeometry> {
  const rank = draw.pick([1, 1, 2, 2, 3]);
  const own = Array.from({ length: rank }, () => draw.integer(1, rank === 3 ? 3 : 5));
  const sizes = own.map(() => draw.pick([null, 1, 2, 3]));
  const shape = [draw.integer(1, 2), draw.integer(1, 2), ...own];
  return { inputs: [{ shape, range: [-2, 2], distinct }], attributes: { sizes } };
}
