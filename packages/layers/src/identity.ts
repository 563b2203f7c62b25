/** Nothing at all, where a layer is asked for. */
import type { Tensor } from '@tessera/tensor';
import { Module } from './module.ts';
import type { Fits, Output, SameShape } from './shapeMap.ts';

/** Gives its input. PyTorch: `torch.nn.Identity`. */
export class Identity extends Module {
  declare readonly mapsShape: SameShape;

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    return x;
  }
}
