/** The windows of images as columns, and columns summed up to images. */
import { pad, ShapeError, scatterStrided, type Tensor } from '@tessera/tensor';
import {
  checkFloat,
  checkTensor,
  contiguousStrides,
  elementsOf,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { type PerDim, perDim } from '../spatial/perDim.ts';
import { spatialSizes } from '../spatial/spatialSizes.ts';
import { countWindows, spanOf } from '../spatial/windows.ts';
import { columnsOf } from './columns.ts';

export interface UnfoldOptions {
  /** Elements between neighbours in a window. Default 1. */
  readonly dilation?: PerDim;
  /** Zeros on all sides. Default 0. */
  readonly padding?: PerDim;
  /** Elements from one window to the next. Default 1. */
  readonly stride?: PerDim;
}

interface Blocks {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly sides: readonly number[];
}

function blocksOf(op: string, kernelSize: PerDim, options: UnfoldOptions): Blocks {
  const { dilation, padding, stride } = withDefaults<Required<UnfoldOptions>>(op, options, {
    dilation: 1,
    padding: 0,
    stride: 1,
  });
  return {
    kernel: perDim(op, 'kernelSize', kernelSize, 2, 1),
    stride: perDim(op, 'stride', stride, 2, 1),
    dilation: perDim(op, 'dilation', dilation, 2, 1),
    sides: perDim(op, 'padding', padding, 2, 0),
  };
}

/** How many windows there are along each dimension. */
function positionsIn(op: string, sizes: readonly number[], { kernel, stride, dilation, sides }: Blocks): number[] {
  return kernel.map((k, d) => {
    const padded = (sizes[d] as number) + 2 * (sides[d] as number);
    return countWindows(op, d - 2, padded, spanOf(k, dilation[d] as number), stride[d] as number);
  });
}

/**
 * All windows of images as columns: [N, C, H, W] -> [N, C kh kw, L], or without N. PyTorch: `torch.nn.functional.unfold`.
 *
 * @throws ShapeError when no window fits.
 * @example
 * unfold(tensor([[[1, 2, 3]]]), [1, 2]); // tensor([[1., 2.], [2., 3.]])
 */
export function unfold(x: Tensor, kernelSize: PerDim, options: UnfoldOptions = {}): Tensor {
  const blocks = blocksOf('unfold', kernelSize, options);
  checkFloat('unfold', 'x', checkTensor('unfold', 'x', x));
  positionsIn('unfold', spatialSizes('unfold', x.shape, 2), blocks);
  const { kernel, stride, dilation, sides } = blocks;
  const geometry = { stride, before: sides, after: sides, dilation, groups: 1 };
  // (N, C, H, W) -> (N, 1, C K, L) -> (N, C K, L)
  const columns = columnsOf(x.ndim === 4 ? x : x.unsqueeze(0), kernel, geometry).squeeze(1);
  return x.ndim === 4 ? columns : columns.squeeze(0);
}

/**
 * Columns summed up where their windows lie: [N, C kh kw, L] -> [N, C, ...outputSize], or without N. Where windows overlap, their
 * numbers add up, so that it is the derivative of `unfold`. PyTorch: `torch.nn.functional.fold`.
 *
 * @throws ShapeError when the columns are not those of images of that size.
 * @example
 * fold(tensor([[1, 2], [2, 3]]), [1, 3], [1, 2]); // tensor([[[1., 4., 3.]]])
 */
export function fold(x: Tensor, outputSize: PerDim, kernelSize: PerDim, options: UnfoldOptions = {}): Tensor {
  const blocks = blocksOf('fold', kernelSize, options);
  const { kernel, stride, dilation, sides } = blocks;
  const sizes = perDim('fold', 'outputSize', outputSize, 2, 1);
  checkFloat('fold', 'x', checkTensor('fold', 'x', x));
  const positions = positionsIn('fold', sizes, blocks);
  const [window, count] = [elementsOf(kernel), elementsOf(positions)];
  const rows = x.shape.at(-2) ?? 0;
  if ((x.ndim !== 2 && x.ndim !== 3) || rows % window !== 0 || x.shape.at(-1) !== count)
    throw new ShapeError(
      `fold: x must be [N, C * ${window}, ${count}] or [C * ${window}, ${count}] for a result of ${formatShape(sizes)}; got ${formatShape(x.shape)}; try the outputSize of what was unfolded`,
    );
  const batch = x.ndim === 3 ? (x.shape[0] as number) : 1;
  const channels = rows / window;
  const padded = [batch, channels, ...sizes.map((size, d) => size + 2 * (sides[d] as number))];
  // (N, C K, L) -> (N, C, kh, kw, ph, pw)
  const columns = x.reshape([batch, channels, ...kernel, ...positions]);
  const [n, c, h, w] = contiguousStrides(padded) as [number, number, number, number];
  const along = [h, w];
  const image = scatterStrided(columns, padded, {
    shape: columns.shape,
    strides: [
      n,
      c,
      ...along.map((step, d) => step * (dilation[d] as number)),
      ...along.map((step, d) => step * (stride[d] as number)),
    ],
    offset: 0,
  });
  const cropped = pad(image, [
    -(sides[1] as number),
    -(sides[1] as number),
    -(sides[0] as number),
    -(sides[0] as number),
  ]);
  return x.ndim === 3 ? cropped : cropped.squeeze(0);
}

/** `unfold` with its settings kept. PyTorch: `torch.nn.Unfold`. */
export class Unfold extends Module {
  constructor(
    readonly kernelSize: PerDim,
    readonly options: UnfoldOptions = {},
  ) {
    super();
    blocksOf('Unfold', kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return `kernelSize=${formatShape(blocksOf('Unfold', this.kernelSize, this.options).kernel)}`;
  }
}

/** `fold` with its settings kept. PyTorch: `torch.nn.Fold`. */
export class Fold extends Module {
  constructor(
    readonly outputSize: PerDim,
    readonly kernelSize: PerDim,
    readonly options: UnfoldOptions = {},
  ) {
    super();
    blocksOf('Fold', kernelSize, options);
    perDim('Fold', 'outputSize', outputSize, 2, 1);
  }

  forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    const sizes = perDim('Fold', 'outputSize', this.outputSize, 2, 1);
    return `outputSize=${formatShape(sizes)}, kernelSize=${formatShape(blocksOf('Fold', this.kernelSize, this.options).kernel)}`;
  }
}
