/** Steps in the units of the parameter. */
import type { Tensor } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1. */
export interface AdadeltaOptions extends CommonOptions {
  /** Decay of the means of squares, in [0, 1]. Default 0.9. */
  rho: number;
  /** Added under both roots. Default 1e-6. */
  eps: number;
}

/**
 * g += weightDecay p;  v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u = rho u + (1 - rho) d^2;  p -= lr d.
 * Zeiler, 2012. PyTorch: `torch.optim.Adadelta`.
 *
 * @example
 * const optimizer = new Adadelta(model.parameters());
 */
export class Adadelta extends ElementwiseOptimizer<AdadeltaOptions> {
  protected override readonly kernel: string = 'adadelta';

  constructor(params: Parameters<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    const defaults = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };
    super('Adadelta', params, withDefaults<AdadeltaOptions>('Adadelta', options, defaults));
  }

  protected override check(settings: AdadeltaOptions): void {
    checkCommon('Adadelta', settings);
    checkSetting('Adadelta', 'rho', settings.rho, 1 + Number.EPSILON);
    checkSetting('Adadelta', 'eps', settings.eps);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), square_avg: tensorPart(p), acc_delta: tensorPart(p) };
  }

  protected override plan(state: ParameterState, settings: AdadeltaOptions): Plan {
    const { lr, rho, eps, weightDecay, maximize } = settings;
    state.step = (state.step as number) + 1;
    return {
      tensors: [state.square_avg as Tensor, state.acc_delta as Tensor],
      scalars: [maximize ? -1 : 1, weightDecay, rho, 1 - rho, eps, lr],
    };
  }
}
