/** Activations of straight pieces. */
import {
  type HardtanhOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type ShrinkOptions,
  softshrink,
  type Tensor,
} from '@tessera/tensor';
import { Activation, ActivationWithOptions } from './activation.ts';

/** min(max(x, minVal), maxVal). PyTorch: `torch.nn.Hardtanh`. */
export class Hardtanh extends ActivationWithOptions<HardtanhOptions> {
  constructor(options: HardtanhOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return hardtanh(x, this.options);
  }
}

/** min(max(x / 6 + 1 / 2, 0), 1). PyTorch: `torch.nn.Hardsigmoid`. */
export class Hardsigmoid extends Activation {
  protected override f(x: Tensor): Tensor {
    return hardsigmoid(x);
  }
}

/** x min(max(x + 3, 0), 6) / 6. PyTorch: `torch.nn.Hardswish`. */
export class Hardswish extends Activation {
  protected override f(x: Tensor): Tensor {
    return hardswish(x);
  }
}

/** x less lambd in size, or 0. PyTorch: `torch.nn.Softshrink`. */
export class Softshrink extends ActivationWithOptions<ShrinkOptions> {
  constructor(options: ShrinkOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return softshrink(x, this.options);
  }
}

/** x where its size is above lambd, else 0. PyTorch: `torch.nn.Hardshrink`. */
export class Hardshrink extends ActivationWithOptions<ShrinkOptions> {
  constructor(options: ShrinkOptions = {}) {
    super(options);
  }

  protected override f(x: Tensor): Tensor {
    return hardshrink(x, this.options);
  }
}
