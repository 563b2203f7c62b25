/** Adam by the greatest size of the gradient. */
import type { Tensor } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkBetas, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 2e-3. */
export interface AdamaxOptions extends CommonOptions {
  /** Decay of the mean of the gradient and of its greatest size. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the size of the gradient. Default 1e-8. */
  eps: number;
}

/**
 * g += weightDecay p;  m = b1 m + (1 - b1) g;  u = max(b2 u, |g| + eps);  p -= lr m / ((1 - b1^t) u).
 * Kingma and Ba, 2015. PyTorch: `torch.optim.Adamax`.
 *
 * @example
 * const optimizer = new Adamax(model.parameters(), { lr: 1e-3 });
 */
export class Adamax extends ElementwiseOptimizer<AdamaxOptions> {
  protected override readonly kernel: string = 'adamax';

  constructor(params: Parameters<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    const defaults = { lr: 2e-3, betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0, maximize: false };
    super('Adamax', params, withDefaults<AdamaxOptions>('Adamax', options, defaults));
  }

  protected override check(settings: AdamaxOptions): void {
    checkCommon('Adamax', settings);
    checkBetas('Adamax', settings.betas);
    checkSetting('Adamax', 'eps', settings.eps);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), exp_avg: tensorPart(p), exp_inf: tensorPart(p) };
  }

  protected override plan(state: ParameterState, settings: AdamaxOptions): Plan {
    const { lr, betas, eps, weightDecay, maximize } = settings;
    const [b1, b2] = betas;
    const step = (state.step as number) + 1;
    state.step = step;
    return {
      tensors: [state.exp_avg as Tensor, state.exp_inf as Tensor],
      scalars: [maximize ? -1 : 1, weightDecay, b1, 1 - b1, b2, eps, lr / (1 - b1 ** step)],
    };
  }
}
