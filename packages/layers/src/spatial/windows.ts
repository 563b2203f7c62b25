/** Windows that slide over the spatial dimensions of (N, C, ...sizes). */
import { asStrided, pad, ShapeError, type Tensor } from '@tessera/tensor';
import { contiguousStrides, formatShape, type Shape } from '@tessera/tensor/core';

/** The form of a window and its steps, one number for every spatial dimension. */
export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  /** Elements between neighbours in a window. */
  readonly dilation: readonly number[];
}

/** How inputs are called in messages, by rank. */
const INPUTS: readonly string[] = [
  '',
  '[N, C, L] or [C, L]',
  '[N, C, H, W] or [C, H, W]',
  '[N, C, D, H, W] or [C, D, H, W]',
];

/** Throws unless x has `rank` spatial dimensions that are not empty, after channels and perhaps a batch; gives their sizes. */
export function spatialSizes(op: string, x: Shape, rank: number): Shape {
  const sizes = x.slice(-rank);
  if (x.length === rank + 1 || x.length === rank + 2) {
    if (!sizes.includes(0)) return sizes;
    throw new ShapeError(
      `${op}: spatial dimensions must not be empty; got ${formatShape(x)} (0 in dim ${sizes.indexOf(0) - rank}); try an input with at least one element there`,
    );
  }
  const hint = x.length === rank ? 'unsqueeze(0)' : 'reshape';
  throw new ShapeError(`${op}: input must be ${INPUTS[rank]}; got ${formatShape(x)}; try ${hint}`);
}

/** How many elements a window reaches over. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** How many windows there are in `size` elements; throws unless one fits. `dim` is for the message. */
export function countWindows(op: string, dim: number, size: number, span: number, stride: number): number {
  if (span <= size) return Math.floor((size - span) / stride) + 1;
  throw misfit(op, span, size, dim);
}

/** What is thrown where no window fits. */
export function misfit(op: string, span: number, size: number, dim: number): ShapeError {
  return new ShapeError(
    `${op}: windows must fit the padded input; got size ${span} for ${size} in dim ${dim}; try padding or a smaller kernel`,
  );
}

/** More elements before and after every spatial dimension, or fewer where numbers are negative; x itself where all are 0. */
export function padSpatial(x: Tensor, before: readonly number[], after: readonly number[], value: number): Tensor {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  // `pad` counts dimensions from the last
  const sides = before.flatMap((n, d) => [after[d] as number, n]).reverse();
  return pad(x, sides, { value });
}

/** A view of all windows: (N, C, ...sizes) -> (N, C, ...positions, ...kernel). */
export function windows(x: Tensor, { kernel, stride, dilation }: WindowGeometry): Tensor {
  const rank = kernel.length;
  const steps = contiguousStrides(x.shape);
  const along = steps.slice(-rank);
  const positions = kernel.map((k, d) => {
    const size = x.shape[x.ndim - rank + d] as number;
    return Math.floor((size - spanOf(k, dilation[d] as number)) / (stride[d] as number)) + 1;
  });
  return asStrided(x, {
    shape: [...x.shape.slice(0, -rank), ...positions, ...kernel],
    strides: [
      ...steps.slice(0, -rank),
      ...along.map((step, d) => step * (stride[d] as number)),
      ...along.map((step, d) => step * (dilation[d] as number)),
    ],
    offset: 0,
  });
}
