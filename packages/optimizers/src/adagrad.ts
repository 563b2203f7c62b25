/** Steps over the root of the sum of squares. */
import type { Tensor } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-2. */
export interface AdagradOptions extends CommonOptions {
  /** The rate is lr / (1 + (t - 1) lrDecay). Default 0. */
  lrDecay: number;
  /** What the sum of squares begins with. Default 0. */
  initialAccumulatorValue: number;
  /** Added to the root in the denominator. Default 1e-10. */
  eps: number;
}

/**
 * g += weightDecay p;  s += g^2;  p -= lr / (1 + (t - 1) lrDecay) g / (sqrt(s) + eps). Duchi, Hazan and Singer, 2011.
 * PyTorch: `torch.optim.Adagrad`.
 *
 * @example
 * const optimizer = new Adagrad(model.parameters(), { lr: 0.1 });
 */
export class Adagrad extends ElementwiseOptimizer<AdagradOptions> {
  protected override readonly kernel: string = 'adagrad';

  constructor(params: Parameters<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(
      'Adagrad',
      params,
      withDefaults<AdagradOptions>('Adagrad', options, {
        lr: 1e-2,
        lrDecay: 0,
        weightDecay: 0,
        initialAccumulatorValue: 0,
        eps: 1e-10,
        maximize: false,
      }),
    );
  }

  protected override check(settings: AdagradOptions): void {
    checkCommon('Adagrad', settings);
    checkSetting('Adagrad', 'lrDecay', settings.lrDecay);
    checkSetting('Adagrad', 'initialAccumulatorValue', settings.initialAccumulatorValue);
    checkSetting('Adagrad', 'eps', settings.eps);
  }

  protected override describeState(
    p: Tensor,
    { initialAccumulatorValue }: AdagradOptions,
  ): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), sum: tensorPart(p, { start: initialAccumulatorValue }) };
  }

  protected override plan(state: ParameterState, settings: AdagradOptions): Plan {
    const { lr, lrDecay, eps, weightDecay, maximize } = settings;
    const step = (state.step as number) + 1;
    state.step = step;
    return {
      tensors: [state.sum as Tensor],
      scalars: [maximize ? -1 : 1, weightDecay, lr / (1 + (step - 1) * lrDecay), eps],
    };
  }
}
