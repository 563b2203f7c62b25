/** The tensors that belong to a module: those it learns, and those it merely keeps. */

import { requiresGrad } from '@tessera/autograd';
import { Tensor } from '@tessera/tensor';
import { checkOptions, checkTensor, keep } from '@tessera/tensor/core';

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
export class Parameter extends Tensor {
  constructor(data: Tensor, options: ParameterOptions = {}) {
    const { storage } = checkTensor('Parameter', 'data', data);
    super(storage, data);
    keep(storage);
    if (checkOptions('Parameter', options, '{ requiresGrad: false }').requiresGrad ?? true)
      requiresGrad<Parameter>(this);
  }
}

export interface BufferOptions {
  /** Whether `stateDict()` holds it. Default true. */
  readonly persistent?: boolean;
}

/**
 * A tensor that is part of a module's state but is not learned, such as running statistics. PyTorch: `torch.nn.Buffer`.
 */
export class Buffer extends Tensor {
  readonly persistent: boolean;

  constructor(data: Tensor, options: BufferOptions = {}) {
    const { storage } = checkTensor('Buffer', 'data', data);
    super(storage, data);
    keep(storage);
    this.persistent = checkOptions('Buffer', options, '{ persistent: false }').persistent ?? true;
  }
}
