/** The tensors that belong to a module: those it learns, and those it merely keeps. */

import { requiresGrad } from '@tessera/autograd';
import { type Shape, Tensor } from '@tessera/tensor';
import { checkTensor, keep, withDefaults } from '@tessera/tensor/core';

export interface ParameterOptions {
  /** Whether it is learned. Default true. */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor that a module learns: a leaf of the tape, found by `parameters()`. It shares the memory of `data`.
 * PyTorch: `torch.nn.Parameter`.
 *
 * @example
 * class Scale extends Module {
 *   readonly weight: Parameter = new Parameter(ones(3));
 *   forward(x: Tensor): Tensor {
 *     return x.mul(this.weight);
 *   }
 * }
 */
export class Parameter<out S extends Shape = Shape> extends Tensor<S> {
  constructor(data: Tensor<S>, options: ParameterOptions = {}) {
    const { storage } = checkTensor('Parameter', 'data', data);
    super(storage, data);
    keep(storage);
    if (withDefaults<Required<ParameterOptions>>('Parameter', options, { requiresGrad: true }).requiresGrad)
      requiresGrad<Parameter<S>>(this);
  }
}

export interface BufferOptions {
  /** Whether `stateDict()` holds it. Default true. */
  readonly persistent?: boolean;
}

/**
 * A tensor that is part of a module's state but is not learned, such as running statistics. PyTorch: `torch.nn.Buffer`.
 */
export class Buffer<out S extends Shape = Shape> extends Tensor<S> {
  readonly persistent: boolean;

  constructor(data: Tensor<S>, options: BufferOptions = {}) {
    const { storage } = checkTensor('Buffer', 'data', data);
    super(storage, data);
    keep(storage);
    this.persistent = withDefaults<Required<BufferOptions>>('Buffer', options, { persistent: true }).persistent;
  }
}
