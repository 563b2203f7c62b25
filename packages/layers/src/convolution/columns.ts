/** The windows of a convolution as the columns of matrices. */
import type { Tensor } from '@tessera/tensor';
import { elementsOf, runScope, type Shape } from '@tessera/tensor/core';
import { padSpatial, windows } from '../spatial/windows.ts';

/** Numbers for every spatial dimension, and the number of groups. */
export interface ConvGeometry {
  readonly stride: readonly number[];
  /** Zeros before and after the input; negative numbers crop. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** About this many elements of windows are laid out at once (16 MB of float32): they are K times as many as those of x. */
const MOST_COLUMNS = 2 ** 22;

/** Runs of images, each of which has windows enough for a large product; `y` is the shape of all results. */
export function batches(x: Tensor, kernel: Shape, y: Shape): Tensor[] {
  const [batch, channels] = x.shape as readonly [number, number];
  const columns = channels * elementsOf(kernel) * elementsOf(y.slice(2));
  const step = Math.max(1, Math.floor(MOST_COLUMNS / Math.max(1, columns)));
  if (step >= batch) return [x];
  return Array.from({ length: Math.ceil(batch / step) }, (_, i) => x.slice(0, i * step, (i + 1) * step));
}

/** Frees at once what was made on the way to a result. */
export function onlyResult(body: () => Tensor): Tensor {
  return runScope(body, ({ storage }) => [storage]);
}

/** All windows as columns: (N, C, ...sizes) -> (N, G, C/G K, P). */
export function columnsOf(x: Tensor, kernel: Shape, { stride, before, after, dilation, groups }: ConvGeometry): Tensor {
  const [batch, channels] = x.shape as readonly [number, number];
  const rank = kernel.length;
  // (N, C, ...positions, ...K)
  const views = windows(padSpatial(x, before, after, 0), { kernel, stride, dilation });
  const positions = views.shape.slice(2, 2 + rank);
  const dims = Array.from({ length: rank }, (_, d) => d + 2);
  // (N, C, ...positions, ...K) -> (N, C, ...K, ...positions) -> (N, G, C/G K, P)
  return views
    .permute([0, 1, ...dims.map((d) => d + rank), ...dims])
    .reshape([batch, groups, (channels / groups) * elementsOf(kernel), elementsOf(positions)]);
}
