/** Adam with Nesterov's momentum. */
import type { Tensor } from '@tessera/tensor';
import { checkFlag, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkBetas, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 2e-3. */
export interface NAdamOptions extends CommonOptions {
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** How fast momentum grows to its full strength. Default 4e-3. */
  momentumDecay: number;
  /** Shrinks the parameter by the factor 1 - lr * weightDecay in place of a penalty. Default false. */
  decoupledWeightDecay: boolean;
}

/** By this, to the power of momentumDecay t, momentum falls short of its full strength. */
const WARM_UP = 0.96;

/**
 * As Adam, with the momentum u_t = b1 (1 - 0.96^(t momentumDecay) / 2) and its product U_t so far:
 * p -= lr ((1 - u_t) / (1 - U_t) g + u_{t+1} / (1 - U_t u_t u_{t+1}) m) / (sqrt(v / (1 - b2^t)) + eps). Dozat, 2016, where the last
 * product is U_{t+1}. PyTorch: `torch.optim.NAdam`, whose numbers (of 1.13) these are.
 *
 * @example
 * const optimizer = new NAdam(model.parameters(), { lr: 1e-3 });
 */
export class NAdam extends ElementwiseOptimizer<NAdamOptions> {
  protected override readonly kernel: string = 'nadam';

  constructor(params: Parameters<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(
      'NAdam',
      params,
      withDefaults<NAdamOptions>('NAdam', options, {
        lr: 2e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0,
        momentumDecay: 4e-3,
        decoupledWeightDecay: false,
        maximize: false,
      }),
    );
  }

  protected override check(settings: NAdamOptions): void {
    checkCommon('NAdam', settings);
    checkBetas('NAdam', settings.betas);
    checkSetting('NAdam', 'eps', settings.eps);
    checkSetting('NAdam', 'momentumDecay', settings.momentumDecay);
    checkFlag('NAdam', 'decoupledWeightDecay', settings.decoupledWeightDecay);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), mu_product: numberPart(1), exp_avg: tensorPart(p), exp_avg_sq: tensorPart(p) };
  }

  protected override plan(state: ParameterState, settings: NAdamOptions): Plan {
    const { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize } = settings;
    const [b1, b2] = betas;
    const step = (state.step as number) + 1;
    const momentum = (t: number): number => b1 * (1 - 0.5 * WARM_UP ** (t * momentumDecay));
    const [now, next] = [momentum(step), momentum(step + 1)].map(Math.fround) as [number, number];
    // In float32, as PyTorch remembers it. Ahead, the momentum of this step counts twice, as in PyTorch up to 1.13.
    const product = Math.fround((state.mu_product as number) * now);
    const ahead = Math.fround(Math.fround(product * now) * next);
    state.step = step;
    state.mu_product = product;
    return {
      tensors: [state.exp_avg as Tensor, state.exp_avg_sq as Tensor],
      scalars: [
        maximize ? -1 : 1,
        decoupledWeightDecay ? 0 : weightDecay,
        decoupledWeightDecay ? 1 - lr * weightDecay : 1,
        b1,
        1 - b1,
        b2,
        1 - b2,
        (lr * (1 - momentum(step))) / (1 - product),
        (lr * momentum(step + 1)) / (1 - ahead),
        Math.sqrt(1 - b2 ** step),
        eps,
      ],
    };
  }
}
