/** Activations without a bend. */
import {
  type GeluOptions,
  gelu,
  logsigmoid,
  mish,
  type SoftplusOptions,
  sigmoid,
  silu,
  softplus,
  softsign,
  type Tensor,
  tanh,
  tanhshrink,
} from '@tessera/tensor';
import { Activation, ActivationWithOptions } from './activation.ts';

/** 1 / (1 + e^-x). PyTorch: `torch.nn.Sigmoid`. */
export class Sigmoid extends Activation {
  protected override f(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** log(1 / (1 + e^-x)). PyTorch: `torch.nn.LogSigmoid`. */
export class LogSigmoid extends Activation {
  protected override f(x: Tensor): Tensor {
    return logsigmoid(x);
  }
}

/** The hyperbolic tangent. PyTorch: `torch.nn.Tanh`. */
export class Tanh extends Activation {
  protected override f(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** x - tanh(x). PyTorch: `torch.nn.Tanhshrink`. */
export class Tanhshrink extends Activation {
  protected override f(x: Tensor): Tensor {
    return tanhshrink(x);
  }
}

/** x times the chance that a normal variable is below x. Hendrycks and Gimpel, 2016. PyTorch: `torch.nn.GELU`. */
export class GELU extends ActivationWithOptions<GeluOptions> {
  constructor(options: GeluOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

/** x sigmoid(x). PyTorch: `torch.nn.SiLU`. */
export class SiLU extends Activation {
  protected override f(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x tanh(log(1 + e^x)). PyTorch: `torch.nn.Mish`. */
export class Mish extends Activation {
  protected override f(x: Tensor): Tensor {
    return mish(x);
  }
}

/** log(1 + e^(beta x)) / beta. PyTorch: `torch.nn.Softplus`. */
export class Softplus extends ActivationWithOptions<SoftplusOptions> {
  constructor(options: SoftplusOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return softplus(x, this.options);
  }
}

/** x / (1 + |x|). PyTorch: `torch.nn.Softsign`. */
export class Softsign extends Activation {
  protected override f(x: Tensor): Tensor {
    return softsign(x);
  }
}
