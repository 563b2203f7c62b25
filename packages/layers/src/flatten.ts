/** Dimensions run together and taken apart again, as layers. */
import { flatten, type Shape, type Tensor, unflatten } from '@tessera/tensor';
import { checkInteger, checkShape, formatShape } from '@tessera/tensor/core';
import { Module } from './module.ts';

/**
 * Joins the dimensions from `startDim` to `endDim`, both included: between convolutions and linear layers.
 * PyTorch: `torch.nn.Flatten`.
 *
 * @throws IndexError or ShapeError when an input has no such dimensions.
 * @example
 * new Flatten().forward(randn(8, 16, 7, 7)).shape; // [8, 784]
 */
export class Flatten extends Module {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
    checkInteger('Flatten', 'startDim', startDim);
    checkInteger('Flatten', 'endDim', endDim);
  }

  forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `startDim=${this.startDim}, endDim=${this.endDim}`;
  }
}

/**
 * Takes the dimension `dim` apart into `sizes`, one of which may be -1. PyTorch: `torch.nn.Unflatten`.
 *
 * @throws ShapeError when sizes do not multiply to the dimension's.
 * @example
 * new Unflatten(1, [16, 7, 7]).forward(randn(8, 784)).shape; // [8, 16, 7, 7]
 */
export class Unflatten extends Module {
  readonly sizes: Shape;

  constructor(
    readonly dim: number,
    sizes: Shape,
  ) {
    super();
    checkInteger('Unflatten', 'dim', dim);
    const unknown = Array.isArray(sizes) ? sizes.indexOf(-1) : -1;
    checkShape('Unflatten', unknown < 0 ? sizes : sizes.toSpliced(unknown, 1));
    this.sizes = [...sizes];
  }

  forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.sizes);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, sizes=${formatShape(this.sizes)}`;
  }
}
