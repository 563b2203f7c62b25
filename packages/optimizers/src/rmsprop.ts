/** Steps over the root of the mean of squares. */
import type { Tensor } from '@tessera/tensor';
import { checkFlag, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-2. */
export interface RMSpropOptions extends CommonOptions {
  /** Decay of the mean of squares. Default 0.99. */
  alpha: number;
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** Default 0. */
  momentum: number;
  /** Divides by the root of the variance: the mean of squares less the square of the mean. Default false. */
  centered: boolean;
}

/**
 * g += weightDecay p;  v = alpha v + (1 - alpha) g^2;  p -= lr g / (sqrt(v) + eps), or lr times a momentum of that.
 * Tieleman and Hinton, 2012; centered: Graves, 2013. PyTorch: `torch.optim.RMSprop`.
 *
 * @example
 * const optimizer = new RMSprop(model.parameters(), { lr: 1e-3, momentum: 0.9 });
 */
export class RMSprop extends ElementwiseOptimizer<RMSpropOptions> {
  protected override readonly kernel: string = 'rmsprop';

  constructor(params: Parameters<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(
      'RMSprop',
      params,
      withDefaults<RMSpropOptions>('RMSprop', options, {
        lr: 1e-2,
        alpha: 0.99,
        eps: 1e-8,
        weightDecay: 0,
        momentum: 0,
        centered: false,
        maximize: false,
      }),
    );
  }

  protected override check(settings: RMSpropOptions): void {
    checkCommon('RMSprop', settings);
    checkSetting('RMSprop', 'alpha', settings.alpha);
    checkSetting('RMSprop', 'eps', settings.eps);
    checkSetting('RMSprop', 'momentum', settings.momentum);
    checkFlag('RMSprop', 'centered', settings.centered);
  }

  protected override describeState(
    p: Tensor,
    { momentum, centered }: RMSpropOptions,
  ): Readonly<Record<string, StatePart>> {
    return {
      step: numberPart(),
      square_avg: tensorPart(p),
      momentum_buffer: tensorPart(p, { needed: momentum > 0 }),
      grad_avg: tensorPart(p, { needed: centered }),
    };
  }

  protected override plan(state: ParameterState, settings: RMSpropOptions): Plan {
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = settings;
    state.step = (state.step as number) + 1;
    return {
      tensors: [
        state.square_avg as Tensor,
        momentum > 0 ? (state.momentum_buffer as Tensor) : null,
        centered ? (state.grad_avg as Tensor) : null,
      ],
      scalars: [maximize ? -1 : 1, weightDecay, alpha, 1 - alpha, eps, momentum, lr],
    };
  }
}
