/** Layers one after the other. */
import type { Tensor } from '@tessera/tensor';
import { DTypeError } from '@tessera/tensor';
import { describe } from '@tessera/tensor/core';
import { Module } from './module.ts';

/** A layer from one tensor to one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/**
 * Runs layers in order, each on the result of the one before. Keys are `0.weight`, `1.weight`, ...
 * PyTorch: `torch.nn.Sequential`.
 *
 * @example
 * const net = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * net.forward(randn(32, 784)).shape; // [32, 10]
 */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  constructor(...layers: readonly Layer[]) {
    super();
    layers.forEach((layer, i) => {
      if (!((layer as unknown) instanceof Module))
        throw new DTypeError(
          `Sequential: layers must be modules; got ${describe(layer)} at position ${i}; try new ReLU() instead of relu`,
        );
    });
    this.layers = layers;
  }

  forward(x: Tensor): Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }

  /** The layers are named by position alone, as in PyTorch. */
  override *namedChildren(): Generator<[string, Module]> {
    for (const [i, layer] of this.layers.entries()) yield [String(i), layer];
  }
}
