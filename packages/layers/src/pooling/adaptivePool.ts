/** Adaptive pooling as functions. */

import type { Tensor, ValuesAndIndices } from '@tessera/tensor';
import {
  apply,
  type Check,
  checkFlag,
  checkFloat,
  checkTensor,
  dispatch,
  type Result,
  withDefaults,
} from '@tessera/tensor/core';
import {
  type AdaptiveGeometry,
  type AdaptivePoolShape,
  adaptiveAvgPoolOp,
  adaptiveGeometry,
  adaptiveMaxPoolOp,
  adaptivePoolShape,
  type OutputSize,
} from './adaptivePoolOp.ts';
import type { Pooled } from './maxPool.ts';
import { inBatch } from './poolShape.ts';

/**
 * The means of as many windows as are asked for, of [N, C, L] or [C, L]; windows overlap where sizes do not divide.
 * PyTorch: `torch.nn.functional.adaptive_avg_pool1d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveAvgPool1d(tensor([[[1, 3, 2, 6]]]), 2); // tensor([[[2., 4.]]])
 */
export function adaptiveAvgPool1d<S extends Tensor, const Size extends OutputSize>(
  x: S & Check<AdaptivePoolShape<'adaptiveAvgPool1d', 1, S['shape'], Size>>,
  outputSize: Size,
): Tensor<Result<AdaptivePoolShape<'adaptiveAvgPool1d', 1, S['shape'], Size>>>;
export function adaptiveAvgPool1d(x: Tensor, outputSize: OutputSize): Tensor {
  return poolAdaptiveAvg('adaptiveAvgPool1d', x, adaptiveGeometry('adaptiveAvgPool1d', 1, outputSize));
}

/**
 * The means of as many windows as are asked for, of [N, C, H, W] or [C, H, W].
 * PyTorch: `torch.nn.functional.adaptive_avg_pool2d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveAvgPool2d(randn(8, 16, 28, 20), [1, null]).shape; // [8, 16, 1, 20]
 */
export function adaptiveAvgPool2d<S extends Tensor, const Size extends OutputSize>(
  x: S & Check<AdaptivePoolShape<'adaptiveAvgPool2d', 2, S['shape'], Size>>,
  outputSize: Size,
): Tensor<Result<AdaptivePoolShape<'adaptiveAvgPool2d', 2, S['shape'], Size>>>;
export function adaptiveAvgPool2d(x: Tensor, outputSize: OutputSize): Tensor {
  return poolAdaptiveAvg('adaptiveAvgPool2d', x, adaptiveGeometry('adaptiveAvgPool2d', 2, outputSize));
}

/**
 * The means of as many windows as are asked for, of [N, C, D, H, W] or [C, D, H, W].
 * PyTorch: `torch.nn.functional.adaptive_avg_pool3d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveAvgPool3d(randn(1, 2, 4, 8, 8), 2).shape; // [1, 2, 2, 2, 2]
 */
export function adaptiveAvgPool3d<S extends Tensor, const Size extends OutputSize>(
  x: S & Check<AdaptivePoolShape<'adaptiveAvgPool3d', 3, S['shape'], Size>>,
  outputSize: Size,
): Tensor<Result<AdaptivePoolShape<'adaptiveAvgPool3d', 3, S['shape'], Size>>>;
export function adaptiveAvgPool3d(x: Tensor, outputSize: OutputSize): Tensor {
  return poolAdaptiveAvg('adaptiveAvgPool3d', x, adaptiveGeometry('adaptiveAvgPool3d', 3, outputSize));
}

export interface AdaptiveMaxPoolOptions<Indices extends boolean = boolean> {
  /** Whether the result is { values, indices }, with each value's place in its channel's plane. Default false. */
  readonly returnIndices?: Indices;
}

/**
 * The greatest elements of as many windows as are asked for, of [N, C, L] or [C, L]; NaN comes through.
 * PyTorch: `torch.nn.functional.adaptive_max_pool1d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveMaxPool1d(tensor([[[1, 3, 2, 6]]]), 2); // tensor([[[3., 6.]]])
 */
export function adaptiveMaxPool1d<S extends Tensor, const Size extends OutputSize, Indices extends boolean = false>(
  x: S & Check<AdaptivePoolShape<'adaptiveMaxPool1d', 1, S['shape'], Size>>,
  outputSize: Size,
  options?: AdaptiveMaxPoolOptions<Indices>,
): Pooled<Indices, Result<AdaptivePoolShape<'adaptiveMaxPool1d', 1, S['shape'], Size>>>;
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | ValuesAndIndices {
  return maxPooled('adaptiveMaxPool1d', 1, x, outputSize, options);
}

/**
 * The greatest elements of as many windows as are asked for, of [N, C, H, W] or [C, H, W].
 * PyTorch: `torch.nn.functional.adaptive_max_pool2d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveMaxPool2d(randn(8, 16, 28, 20), 7).shape; // [8, 16, 7, 7]
 */
export function adaptiveMaxPool2d<S extends Tensor, const Size extends OutputSize, Indices extends boolean = false>(
  x: S & Check<AdaptivePoolShape<'adaptiveMaxPool2d', 2, S['shape'], Size>>,
  outputSize: Size,
  options?: AdaptiveMaxPoolOptions<Indices>,
): Pooled<Indices, Result<AdaptivePoolShape<'adaptiveMaxPool2d', 2, S['shape'], Size>>>;
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | ValuesAndIndices {
  return maxPooled('adaptiveMaxPool2d', 2, x, outputSize, options);
}

/**
 * The greatest elements of as many windows as are asked for, of [N, C, D, H, W] or [C, D, H, W].
 * PyTorch: `torch.nn.functional.adaptive_max_pool3d`.
 *
 * @throws ShapeError when x has another rank or no elements; ValueError for a size that is none.
 * @example
 * adaptiveMaxPool3d(randn(1, 2, 4, 8, 8), [null, 2, 2]).shape; // [1, 2, 4, 2, 2]
 */
export function adaptiveMaxPool3d<S extends Tensor, const Size extends OutputSize, Indices extends boolean = false>(
  x: S & Check<AdaptivePoolShape<'adaptiveMaxPool3d', 3, S['shape'], Size>>,
  outputSize: Size,
  options?: AdaptiveMaxPoolOptions<Indices>,
): Pooled<Indices, Result<AdaptivePoolShape<'adaptiveMaxPool3d', 3, S['shape'], Size>>>;
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions = {},
): Tensor | ValuesAndIndices {
  return maxPooled('adaptiveMaxPool3d', 3, x, outputSize, options);
}

function maxPooled(
  op: string,
  rank: number,
  x: Tensor,
  outputSize: OutputSize,
  options: AdaptiveMaxPoolOptions,
): Tensor | ValuesAndIndices {
  const { returnIndices } = withDefaults<Required<AdaptiveMaxPoolOptions>>(op, options, { returnIndices: false });
  checkFlag(op, 'returnIndices', returnIndices);
  const pooled = poolAdaptiveMax(op, x, adaptiveGeometry(op, rank, outputSize));
  return returnIndices ? pooled : pooled.values;
}

/** Checks x in the name of `op`, then pools. */
export function poolAdaptiveAvg(op: string, x: Tensor, geometry: AdaptiveGeometry): Tensor {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  adaptivePoolShape(op, x.shape, geometry);
  return inBatch(
    x,
    geometry.sizes.length,
    (batch) => apply(adaptiveAvgPoolOp, [batch], geometry),
    (y) => y.squeeze(0),
  );
}

/** Checks x in the name of `op`, then pools. */
export function poolAdaptiveMax(op: string, x: Tensor, geometry: AdaptiveGeometry): ValuesAndIndices {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  adaptivePoolShape(op, x.shape, geometry);
  return inBatch(
    x,
    geometry.sizes.length,
    (batch) => {
      const [values, indices] = dispatch(adaptiveMaxPoolOp, [batch], geometry) as [Tensor, Tensor];
      return { values, indices };
    },
    ({ values, indices }) => ({ values: values.squeeze(0), indices: indices.squeeze(0) }),
  );
}
