/** Activations as layers. */
import { relu, softmax, type Tensor } from '@tessera/tensor';
import { Module } from './module.ts';

/** max(x, 0), element by element. PyTorch: `torch.nn.ReLU`. */
export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** exp(x) / sum(exp(x)) along `dim`: every slice sums to 1. PyTorch: `torch.nn.Softmax`. */
export class Softmax extends Module {
  constructor(readonly dim: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
