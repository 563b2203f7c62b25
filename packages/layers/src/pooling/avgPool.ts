/** Average pooling as functions. */
import { type CompositeOp, type Draw, fromArray, type Sample, ShapeError, type Tensor } from '@tessera/tensor';
import {
  apply,
  type Check,
  checkFlag,
  checkFloat,
  checkInteger,
  checkTensor,
  formatShape,
  type Result,
  type Shape,
  withDefaults,
} from '@tessera/tensor/core';
import type { PerDim } from '../spatial/perDim.ts';
import { padSpatial, windows } from '../spatial/windows.ts';
import {
  inBatch,
  type PoolGeometry,
  type PoolSettings,
  type PoolShape,
  poolGeometry,
  poolShape,
  sidesAfter,
} from './poolShape.ts';

export interface AvgPoolGeometry extends PoolGeometry {
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;
}

/** The sum of every window over the number of its elements. */
export const avgPoolOp: CompositeOp<'x', AvgPoolGeometry> = {
  kind: 'composite',
  name: 'avgPool',
  operands: ['x'],
  formula: 'y[n, c, p] = sum_k x[n, c, stride p + k] / divisor[p]',
  infer: ([x], geometry) => {
    const { shape, dtype } = checkFloat('avgPool', 'x', x as Tensor);
    const pooled = poolShape('avgPool', shape, geometry);
    if (shape.length === geometry.kernel.length + 2) return { shape: pooled, dtype };
    throw new ShapeError(`avgPool: x must be a batch; got ${formatShape(shape)}; try unsqueeze(0)`);
  },
  define: ([x], geometry) => {
    const image = x as Tensor;
    const shape = poolShape('avgPool', image.shape, geometry);
    const positions = shape.slice(2);
    const padded = padSpatial(image, geometry.padding, sidesAfter(image.shape, positions, geometry), 0);
    // (N, C, ...sizes) -> (N, C, ...positions, ...kernel) -> (N, C, ...positions)
    const sums = windows(padded, geometry).sum(geometry.kernel.map((_, d) => d - geometry.kernel.length));
    if (geometry.divisorOverride !== null) return sums.div(geometry.divisorOverride);
    const counts = countsIn(image.shape.slice(2), positions, geometry);
    const [first] = counts as [number];
    if (counts.every((count) => count === first)) return sums.div(first);
    return sums.div(fromArray(counts, positions, { dtype: image.dtype }));
  },
  sample: sampleAvgPool,
};

/** How many elements each window is said to have: of the plane, with the padding where it counts. */
function countsIn(sizes: Shape, positions: Shape, geometry: AvgPoolGeometry): number[] {
  const { kernel, stride, padding, countIncludePad } = geometry;
  const along = sizes.map((size, d) => {
    const side = padding[d] as number;
    return Array.from({ length: positions[d] as number }, (_, p) => {
      const start = p * (stride[d] as number) - side;
      // What a last window has beyond the padding never counts.
      const end = Math.min(start + (kernel[d] as number), size + (countIncludePad ? side : 0));
      return end - (countIncludePad ? start : Math.max(0, start));
    });
  });
  return along.reduce<number[]>((all, line) => all.flatMap((a) => line.map((b) => a * b)), [1]);
}

function sampleAvgPool(draw: Draw): Sample<AvgPoolGeometry> {
  const rank = draw.pick([1, 1, 2, 2, 3]);
  const each = (low: number, high: number): number[] => Array.from({ length: rank }, () => draw.integer(low, high));
  const kernel = each(1, rank === 3 ? 2 : 3);
  const sizes = kernel.map((k) => k + draw.integer(0, rank === 3 ? 1 : 3));
  return {
    inputs: [{ shape: [draw.integer(1, 2), draw.integer(1, 2), ...sizes], range: [-2, 2] }],
    attributes: {
      kernel,
      stride: each(1, 3),
      padding: kernel.map((k) => draw.integer(0, Math.floor(k / 2))),
      dilation: kernel.map(() => 1),
      ceilMode: draw.boolean(),
      countIncludePad: draw.boolean(),
      divisorOverride: draw.pick([null, null, 3]),
    },
  };
}

export interface AvgPoolOptions<
  Stride extends PerDim | null = PerDim | null,
  Padding extends PerDim = PerDim,
  Ceil extends boolean = boolean,
> extends Omit<PoolSettings<Stride, Padding, PerDim, Ceil>, 'dilation'> {
  /** Whether padding counts in the number by which sums are divided. Default true. */
  readonly countIncludePad?: boolean;
  /** By what sums are divided, instead of the number of elements. */
  readonly divisorOverride?: number | null;
}

/**
 * The mean of every window of [N, C, L] or [C, L]. Padding counts as zeros. PyTorch: `torch.nn.functional.avg_pool1d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * avgPool1d(tensor([[[1, 3, 2, 6]]]), 2); // tensor([[[2., 4.]]])
 */
export function avgPool1d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  Ceil extends boolean = false,
>(
  x: S & Check<PoolShape<'avgPool1d', 1, S['shape'], Kernel, Stride, Padding, 1, Ceil>>,
  kernelSize: Kernel,
  options?: AvgPoolOptions<Stride, Padding, Ceil>,
): Tensor<Result<PoolShape<'avgPool1d', 1, S['shape'], Kernel, Stride, Padding, 1, Ceil>>>;
export function avgPool1d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return poolAvg('avgPool1d', x, avgPoolGeometry('avgPool1d', 1, kernelSize, options));
}

/**
 * The mean of every window of [N, C, H, W] or [C, H, W]. Padding counts as zeros.
 * PyTorch: `torch.nn.functional.avg_pool2d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * avgPool2d(randn(8, 16, 28, 28), 2).shape; // [8, 16, 14, 14]
 */
export function avgPool2d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  Ceil extends boolean = false,
>(
  x: S & Check<PoolShape<'avgPool2d', 2, S['shape'], Kernel, Stride, Padding, 1, Ceil>>,
  kernelSize: Kernel,
  options?: AvgPoolOptions<Stride, Padding, Ceil>,
): Tensor<Result<PoolShape<'avgPool2d', 2, S['shape'], Kernel, Stride, Padding, 1, Ceil>>>;
export function avgPool2d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return poolAvg('avgPool2d', x, avgPoolGeometry('avgPool2d', 2, kernelSize, options));
}

/**
 * The mean of every window of [N, C, D, H, W] or [C, D, H, W]. Padding counts as zeros.
 * PyTorch: `torch.nn.functional.avg_pool3d`.
 *
 * @throws ShapeError when no window fits; ValueError when padding is more than half a window.
 * @example
 * avgPool3d(randn(1, 2, 4, 8, 8), 2).shape; // [1, 2, 2, 4, 4]
 */
export function avgPool3d<
  S extends Tensor,
  const Kernel extends PerDim,
  const Stride extends PerDim | null = null,
  const Padding extends PerDim = 0,
  Ceil extends boolean = false,
>(
  x: S & Check<PoolShape<'avgPool3d', 3, S['shape'], Kernel, Stride, Padding, 1, Ceil>>,
  kernelSize: Kernel,
  options?: AvgPoolOptions<Stride, Padding, Ceil>,
): Tensor<Result<PoolShape<'avgPool3d', 3, S['shape'], Kernel, Stride, Padding, 1, Ceil>>>;
export function avgPool3d(x: Tensor, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return poolAvg('avgPool3d', x, avgPoolGeometry('avgPool3d', 3, kernelSize, options));
}

/** The numbers behind the options. */
export function avgPoolGeometry(
  op: string,
  rank: number,
  kernelSize: PerDim,
  options: AvgPoolOptions,
): AvgPoolGeometry {
  const { countIncludePad, divisorOverride, ...settings } = withDefaults<Required<AvgPoolOptions>>(op, options, {
    stride: null,
    padding: 0,
    ceilMode: false,
    countIncludePad: true,
    divisorOverride: null,
  });
  if (divisorOverride !== null) checkInteger(op, 'divisorOverride', divisorOverride, 1);
  return {
    ...poolGeometry(op, rank, kernelSize, settings),
    countIncludePad: checkFlag(op, 'countIncludePad', countIncludePad),
    divisorOverride,
  };
}

/** Checks x in the name of `op`, then pools. */
export function poolAvg(op: string, x: Tensor, geometry: AvgPoolGeometry): Tensor {
  checkFloat(op, 'x', checkTensor(op, 'x', x));
  poolShape(op, x.shape, geometry);
  return inBatch(
    x,
    geometry.kernel.length,
    (batch) => apply(avgPoolOp, [batch], geometry),
    (y) => y.squeeze(0),
  );
}
