/** Adam that waits until it knows how much gradients vary. */
import type { Tensor } from '@tessera/tensor';
import { checkFlag, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkBetas, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-3. */
export interface RAdamOptions extends CommonOptions {
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** Shrinks the parameter by the factor 1 - lr * weightDecay in place of a penalty. Default false. */
  decoupledWeightDecay: boolean;
}

/** From this length of the mean of squares on, its variance is known. */
const KNOWN = 5;

/**
 * As Adam, with the step rectified by r(t) for the variance of the mean of squares, and p -= lr m / (1 - b1^t) while that is not
 * yet known. Liu et al., 2020. PyTorch: `torch.optim.RAdam`.
 *
 * @example
 * const optimizer = new RAdam(model.parameters(), { lr: 1e-3 });
 */
export class RAdam extends ElementwiseOptimizer<RAdamOptions> {
  protected override readonly kernel: string = 'radam';

  constructor(params: Parameters<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(
      'RAdam',
      params,
      withDefaults<RAdamOptions>('RAdam', options, {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0,
        decoupledWeightDecay: false,
        maximize: false,
      }),
    );
  }

  protected override check(settings: RAdamOptions): void {
    checkCommon('RAdam', settings);
    checkBetas('RAdam', settings.betas);
    checkSetting('RAdam', 'eps', settings.eps);
    checkFlag('RAdam', 'decoupledWeightDecay', settings.decoupledWeightDecay);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), exp_avg: tensorPart(p), exp_avg_sq: tensorPart(p) };
  }

  protected override plan(state: ParameterState, settings: RAdamOptions): Plan {
    const { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize } = settings;
    const [b1, b2] = betas;
    const step = (state.step as number) + 1;
    state.step = step;
    const c2 = 1 - b2 ** step;
    // How many gradients the mean of squares is worth: in the end, and now.
    const most = 2 / (1 - b2) - 1;
    const length = most - (2 * step * b2 ** step) / c2;
    const known = length > KNOWN;
    const rectified = known ? Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length)) : 1;
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
        (lr * rectified) / (1 - b1 ** step),
        Math.sqrt(c2),
        eps,
        Number(known),
      ],
    };
  }
}
