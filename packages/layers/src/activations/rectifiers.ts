/** Activations that are a line above zero. */
import {
  celu,
  type EluOptions,
  elu,
  full,
  type LeakyReluOptions,
  leakyRelu,
  prelu,
  type RReluOptions,
  relu,
  relu6,
  rrelu,
  selu,
  type Tensor,
  threshold,
} from '@tessera/tensor';
import { checkInteger, checkNumber, withDefaults } from '@tessera/tensor/core';
import { Parameter } from '../parameter.ts';
import { Activation, ActivationWithOptions } from './activation.ts';

/** max(x, 0), element by element. PyTorch: `torch.nn.ReLU`. */
export class ReLU extends Activation {
  protected override f(x: Tensor): Tensor {
    return relu(x);
  }
}

/** min(max(x, 0), 6). PyTorch: `torch.nn.ReLU6`. */
export class ReLU6 extends Activation {
  protected override f(x: Tensor): Tensor {
    return relu6(x);
  }
}

/**
 * x above zero and negativeSlope x below. PyTorch: `torch.nn.LeakyReLU`.
 *
 * @example
 * new LeakyReLU({ negativeSlope: 0.2 }).forward(tensor([-1, 1])); // tensor([-0.2000,  1.0000])
 */
export class LeakyReLU extends ActivationWithOptions<LeakyReluOptions> {
  constructor(options: LeakyReluOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return leakyRelu(x, this.options);
  }
}

/**
 * x above zero and a x below, with slopes a drawn for each element in training, their mean in evaluation. Its option
 * `training` is the layer's. PyTorch: `torch.nn.RReLU`.
 */
export class RReLU extends ActivationWithOptions<Omit<RReluOptions, 'training'>> {
  constructor(options: Omit<RReluOptions, 'training'> = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return rrelu(x, { ...this.options, training: this.training });
  }
}

export interface PReLUOptions {
  /** One weight for all channels, or as many as there are. Default 1. */
  readonly numParameters?: number;
  /** What weights begin with. Default 0.25. */
  readonly init?: number;
}

/**
 * x above zero and weight x below; the weight is learned. He et al., 2015. PyTorch: `torch.nn.PReLU`.
 *
 * @example
 * new PReLU().forward(tensor([-4, 1])); // tensor([-1.,  1.])
 */
export class PReLU extends Activation {
  readonly weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    const { numParameters, init } = withDefaults<Required<PReLUOptions>>('PReLU', options, {
      numParameters: 1,
      init: 0.25,
    });
    checkInteger('PReLU', 'numParameters', numParameters, 1);
    this.weight = new Parameter(full([numParameters], checkNumber('PReLU', 'init', init)));
  }

  protected override f(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `numParameters=${this.weight.count}`;
  }
}

/** x above `threshold`, else `value`. PyTorch: `torch.nn.Threshold`. */
export class Threshold extends Activation {
  constructor(
    readonly threshold: number,
    readonly value: number,
  ) {
    super();
    checkNumber('Threshold', 'threshold', threshold);
    checkNumber('Threshold', 'value', value);
  }

  protected override f(x: Tensor): Tensor {
    return threshold(x, this.threshold, this.value);
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`;
  }
}

/** x above zero and alpha (e^x - 1) below. PyTorch: `torch.nn.ELU`. */
export class ELU extends ActivationWithOptions<EluOptions> {
  constructor(options: EluOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return elu(x, this.options);
  }
}

/** x above zero and alpha (e^(x / alpha) - 1) below. PyTorch: `torch.nn.CELU`. */
export class CELU extends ActivationWithOptions<EluOptions> {
  constructor(options: EluOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return celu(x, this.options);
  }
}

/** The exponential linear unit that keeps mean and variance. PyTorch: `torch.nn.SELU`. */
export class SELU extends Activation {
  protected override f(x: Tensor): Tensor {
    return selu(x);
  }
}
