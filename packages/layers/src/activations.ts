/** Activations as layers. */
import { relu, type Shape, softmax, type Tensor } from '@tessera/tensor';
import type { Check, NamedDim } from '@tessera/tensor/core';
import { Module } from './module.ts';
import type { SameShape, ShapeIn, ShapeMap } from './shapeMap.ts';

/** max(x, 0), element by element. PyTorch: `torch.nn.ReLU`. */
export class ReLU extends Module {
  declare readonly mapsShape: SameShape;

  forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return relu(x);
  }
}

/** Any shape that has the dimension. */
export interface SoftmaxMap extends ShapeMap {
  readonly output: this['layer'] extends Softmax<infer D>
    ? NamedDim<'softmax', D, ShapeIn<this['input']>['length']> extends infer I extends string
      ? I
      : ShapeIn<this['input']>
    : never;
}

/** exp(x) / sum(exp(x)) along `dim`: every slice sums to 1. PyTorch: `torch.nn.Softmax`. */
export class Softmax<out D extends number = number> extends Module {
  declare readonly mapsShape: SoftmaxMap;

  constructor(readonly dim: D) {
    super();
  }

  forward<S extends Shape, D extends number>(
    this: Softmax<D>,
    x: Tensor<S> & Check<NamedDim<'softmax', D, S['length']>>,
  ): Tensor<S>;
  forward(x: Tensor): Tensor {
    return softmax(x, this.dim as number);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
