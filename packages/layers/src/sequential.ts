/** Layers one after the other. */
import { DTypeError, type Shape, type Tensor } from '@tessera/tensor';
import { type Check, describe } from '@tessera/tensor/core';
import { Module } from './module.ts';
import type { Fits, Output, ShapeIn, ShapeMap, ThroughAll } from './shapeMap.ts';

/** A layer from one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

export interface SequentialMap extends ShapeMap {
  readonly output: this['layer'] extends Sequential<infer L> ? ThroughAll<L, ShapeIn<this['input']>> : never;
}

/**
 * Runs layers in order, each on the result of the one before. Keys are `0.weight`, `1.weight`, ...
 * PyTorch: `torch.nn.Sequential`.
 *
 * @example
 * const net = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * net.forward(randn(32, 784)).shape; // [32, 10]
 */
export class Sequential<out L extends readonly Layer[] = readonly Layer[]> extends Module {
  declare readonly mapsShape: SequentialMap;
  readonly layers: L;

  constructor(...layers: L & Check<ThroughAll<L, Shape>>) {
    super();
    layers.forEach((layer, i) => {
      if (!((layer as unknown) instanceof Module))
        throw new DTypeError(
          `Sequential: layers must be modules; got ${describe(layer)} at position ${i}; try new ReLU() instead of relu`,
        );
    });
    this.layers = layers;
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return (this.layers as readonly Layer[]).reduce((value, layer) => layer.forward(value), x);
  }

  /** The layers are named by position alone, as in PyTorch. */
  protected override *namedFields(): Generator<[string, unknown]> {
    for (const [i, layer] of this.layers.entries()) yield [String(i), layer];
  }
}
