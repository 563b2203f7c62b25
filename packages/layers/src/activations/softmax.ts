/** Activations that turn the numbers along a dimension into probabilities. */
import { logSoftmax, ShapeError, softmax, type Tensor } from '@tessera/tensor';
import { checkInteger, checkTensor, formatShape, type NamedDim, type RankOf } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import type { Fits, Output, SameShape, ShapeIn, ShapeMap } from '../shapeMap.ts';

/** Any shape that has the dimension. */
export interface SoftmaxMap extends ShapeMap {
  readonly output: this['layer'] extends Softmax<infer D>
    ? NamedDim<'softmax', D, RankOf<ShapeIn<this['input']>>> extends infer I extends string
      ? I
      : ShapeIn<this['input']>
    : never;
}

/** exp(x) / sum(exp(x)) along `dim`: every slice sums to 1. PyTorch: `torch.nn.Softmax`. */
export class Softmax<out D extends number = number> extends Module {
  declare readonly mapsShape: SoftmaxMap;

  constructor(readonly dim: D) {
    super();
    checkInteger('Softmax', 'dim', dim);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return this.f(x);
  }

  protected f(x: Tensor): Tensor {
    return softmax(x, this.dim as number);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** `Softmax` of -x. PyTorch: `torch.nn.Softmin`. */
export class Softmin<out D extends number = number> extends Softmax<D> {
  protected override f(x: Tensor): Tensor {
    return softmax(x.neg(), this.dim as number);
  }
}

/** The logarithm of `Softmax`, exact where that would be 0. PyTorch: `torch.nn.LogSoftmax`. */
export class LogSoftmax<out D extends number = number> extends Softmax<D> {
  protected override f(x: Tensor): Tensor {
    return logSoftmax(x, this.dim as number);
  }
}

/** `Softmax` over the channels of every pixel, [N, C, H, W] or [C, H, W]. PyTorch: `torch.nn.Softmax2d`. */
export class Softmax2d extends Module {
  declare readonly mapsShape: SameShape;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkTensor('Softmax2d', 'x', x);
    if (x.ndim !== 3 && x.ndim !== 4)
      throw new ShapeError(
        `Softmax2d: x must be [N, C, H, W] or [C, H, W]; got ${formatShape(x.shape)}; try Softmax(dim)`,
      );
    return softmax(x, -3);
  }
}
