/** Max pooling as functions. */
import {
  type CompositeOp,
  type Draw,
  fromArray,
  indexSelect,
  max,
  type Sample,
  ShapeError,
  type Tensor,
  type Values,
  type ValuesAndIndices,
} from '@tessera/tensor';
import {
  type Check,
  checkFlag,
  checkFloat,
  checkTensor,
  dispatch,
  elementsOf,
  formatShape,
  type Result,
  type Shape,
  withDefaults,
} from '@tessera/tensor/core';
import type { PerDim } from '../spatial/perDim.ts';
import { padSpatial, spanOf, windows } from '../spatial/windows.ts';
import { placesIn, putBack } from './places.ts';
import {
  inBatch,
  type PoolGeometry,
  type PoolSettings,
  type PoolShape,
  poolGeometry,
  poolShape,
  sidesAfter,
} from './poolShape.ts';

/**
 * The greatest of every window: the first at ties, and NaN counts as the greatest. Padding is -Infinity. The indices
 * count the elements of a channel's plane.
 */
export const maxPoolOp: CompositeOp<'x', PoolGeometry> = {
  kind: 'composite',
  name: 'maxPool',
  operands: ['x'],
  outputs: ['values', 'indices'],
  formula: 'y[n, c, p] = max_k x[n, c, stride p + dilation k]',
  infer: ([x], geometry) => {
    const { shape, dtype } = checkFloat('maxPool', 'x', x as Tensor);
    const pooled = batchShape('maxPool', shape, poolShape('maxPool', shape, geometry), geometry.kernel.length);
    return [
      { shape: pooled, dtype },
      { shape: pooled, dtype: 'int32' },
    ];
  },
  define: ([x], geometry) => {
    const image = x as Tensor;
    const shape = poolShape('maxPool', image.shape, geometry);
    const positions = shape.slice(2);
    const padded = padSpatial(image, geometry.padding, sidesAfter(image.shape, positions, geometry), -Infinity);
    const n = elementsOf(geometry.kernel);
    const count = elementsOf(positions);
    const planes = elementsOf(shape.slice(0, 2));
    // (N, C, ...sizes) -> (N, C, ...positions, ...K) -> (N, C, ...K, ...positions) -> (N C, K, P)
    const dims = positions.map((_, d) => d + 2);
    const views = windows(padded, geometry).permute([0, 1, ...dims.map((d) => d + dims.length), ...dims]);
    const { values, indices } = max(views.reshape(planes, n, count), 1);
    // (N C, P): which of the window's elements -> which of the list of all windows' elements -> which of the plane's
    const starts = fromArray(
      Int32Array.from({ length: count }, (_, p) => p * n),
      [count],
    );
    const places = fromArray(placesIn(image.shape.slice(2), positions, geometry), [count * n]);
    const flat = indexSelect(places, 0, indices.add(starts).reshape(planes * count));
    return [values.reshape(shape), flat.reshape(shape)];
  },
  vjp: {
    x: (values) => {
      const { indices } = values as Values<'x' | 'indices'>;
      const { x } = values.shapes;
      return (g) => putBack(g, indices, x);
    },
  },
  sample: sampleMaxPool,
};

/** Throws unless x is a batch; gives the result's shape. */
function batchShape(op: string, x: Shape, result: Shape, rank: number): Shape {
  if (x.length === rank + 2) return result;
  throw new ShapeError(`${op}: x must be a batch; got ${formatShape(x)}; try unsqueeze(0)`);
}

function sampleMaxPool(draw: Draw): Sample<PoolGeometry> {
  const rank = draw.pick([1, 1, 2, 2, 3]);
  const each = (low: number, high: number): number[] => Array.from({ length: rank }, () => draw.integer(low, high));
  const kernel = each(1, rank === 3 ? 2 : 3);
  const dilation = each(1, 2);
  const padding = kernel.map((k) => draw.integer(0, Math.floor(k / 2)));
  const sizes = kernel.map((k, d) => spanOf(k, dilation[d] as number) + draw.integer(0, rank === 3 ? 1 : 3));
  return {
    inputs: [{ shape: [draw.integer(1, 2), draw.integer(1, 2), ...sizes], distinct: true }],
    attributes: { kernel, stride: each(1, 3), padding, dilation, ceilMode: draw.boolean() },
  };
}

export interface MaxPoolOptions<
  Stride extends PerDim | null = PerDim | null,
  Padding extends PerDim = PerDim,
  Dilation extends PerDim = PerDim,
  Ceil extends boolean = boolean,
  Indices extends boolean = boolean,
> extends PoolSettings<Stride, Padding, Dilation, Ceil> {
  /** Whether the result is { values, indices }, with each value's place in its channel's plane. Default false. */
  readonly returnIndices?: Indices;
}

/** What max pooling gives: with indices, or values alone. */
export type Pooled<Indices, S extends Shape> = Indices extends true ? ValuesAndIndices<S> : Tensor<S>;

/**
 * The greatest element of every window of [N, C, L] or [C, L]. Padding counts as -Infinity; NaN comes through; at ties
 * the first gets the gradient. PyTorch: `torch.nn.functional.max_pool1d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * maxPool1d(tensor([[[1, 3, 2, 5]]]), 2); // tensor([[[3., 5.]]])
 */
export function maxPool1d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  const Dilation extends PerDim = 1,
  Ceil extends boolean = false,
  Indices extends boolean = false,
>(
  x: S & Check<PoolShape<'maxPool1d', 1, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>,
  kernelSize: Kernel,
  options?: MaxPoolOptions<Stride, Padding, Dilation, Ceil, Indices>,
): Pooled<Indices, Result<PoolShape<'maxPool1d', 1, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>>;
export function maxPool1d(x: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor | ValuesAndIndices {
  return maxPool('maxPool1d', 1, x, kernelSize, options);
}

/**
 * The greatest element of every window of [N, C, H, W] or [C, H, W], as `maxPool1d`.
 * PyTorch: `torch.nn.functional.max_pool2d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * maxPool2d(randn(8, 16, 28, 28), 3, { stride: 2, padding: 1 }).shape; // [8, 16, 14, 14]
 */
export function maxPool2d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  const Dilation extends PerDim = 1,
  Ceil extends boolean = false,
  Indices extends boolean = false,
>(
  x: S & Check<PoolShape<'maxPool2d', 2, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>,
  kernelSize: Kernel,
  options?: MaxPoolOptions<Stride, Padding, Dilation, Ceil, Indices>,
): Pooled<Indices, Result<PoolShape<'maxPool2d', 2, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>>;
export function maxPool2d(x: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor | ValuesAndIndices {
  return maxPool('maxPool2d', 2, x, kernelSize, options);
}

/**
 * The greatest element of every window of [N, C, D, H, W] or [C, D, H, W], as `maxPool1d`.
 * PyTorch: `torch.nn.functional.max_pool3d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * maxPool3d(randn(1, 2, 4, 8, 8), [1, 2, 2]).shape; // [1, 2, 4, 4, 4]
 */
export function maxPool3d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  const Dilation extends PerDim = 1,
  Ceil extends boolean = false,
  Indices extends boolean = false,
>(
  x: S & Check<PoolShape<'maxPool3d', 3, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>,
  kernelSize: Kernel,
  options?: MaxPoolOptions<Stride, Padding, Dilation, Ceil, Indices>,
): Pooled<Indices, Result<PoolShape<'maxPool3d', 3, S['shape'], Kernel, Stride, Padding, Dilation, Ceil>>>;
export function maxPool3d(x: Tensor, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor | ValuesAndIndices {
  return maxPool('maxPool3d', 3, x, kernelSize, options);
}

/** PyTorch's defaults. */
export const MAX_POOL_DEFAULTS: Required<MaxPoolOptions> = {
  stride: null,
  padding: 0,
  dilation: 1,
  ceilMode: false,
  returnIndices: false,
};

function maxPool(
  op: string,
  rank: number,
  x: Tensor,
  kernelSize: PerDim,
  options: MaxPoolOptions,
): Tensor | ValuesAndIndices {
  const { returnIndices, ...settings } = withDefaults<Required<MaxPoolOptions>>(op, options, MAX_POOL_DEFAULTS);
  checkFlag(op, 'returnIndices', returnIndices);
  const pooled = poolMax(op, x, poolGeometry(op, rank, kernelSize, settings));
  return returnIndices ? pooled : pooled.values;
}

/** Checks x in the name of `op`, then pools. */
export function poolMax(op: string, x: Tensor, geometry: PoolGeometry): ValuesAndIndices {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  poolShape(op, x.shape, geometry);
  return inBatch(
    x,
    geometry.kernel.length,
    (batch) => {
      const [values, indices] = dispatch(maxPoolOp, [batch], geometry) as [Tensor, Tensor];
      return { values, indices };
    },
    ({ values, indices }) => ({ values: values.squeeze(0), indices: indices.squeeze(0) }),
  );
}
