/** Gradient descent with the average of where it has been. */
import type { Tensor } from '@tessera/tensor';
import { checkNumber, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-2. */
export interface ASGDOptions extends CommonOptions {
  /** How fast the parameter and the rate decay. Default 1e-4. */
  lambd: number;
  /** The power by which the rate decays. Default 0.75. */
  alpha: number;
  /** From which step on the average is taken. Default 1e6. */
  t0: number;
}

/**
 * p = (1 - lambd eta) p - eta g with eta = lr / (1 + lambd lr t)^alpha, and the average `ax` of p from step t0 on, which is in the
 * state. Polyak and Juditsky, 1992. PyTorch: `torch.optim.ASGD`.
 *
 * @example
 * const optimizer = new ASGD(model.parameters(), { lr: 0.1, t0: 100 });
 */
export class ASGD extends ElementwiseOptimizer<ASGDOptions> {
  protected override readonly kernel: string = 'asgd';

  constructor(params: Parameters<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    const defaults = { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false };
    super('ASGD', params, withDefaults<ASGDOptions>('ASGD', options, defaults));
  }

  protected override check(settings: ASGDOptions): void {
    checkCommon('ASGD', settings);
    checkSetting('ASGD', 'lambd', settings.lambd);
    checkNumber('ASGD', 'alpha', settings.alpha);
    checkNumber('ASGD', 't0', settings.t0);
  }

  protected override describeState(p: Tensor, { lr }: ASGDOptions): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), eta: numberPart(Math.fround(lr)), mu: numberPart(1), ax: tensorPart(p) };
  }

  protected override plan(state: ParameterState, settings: ASGDOptions): Plan {
    const { lr, lambd, alpha, t0, weightDecay, maximize } = settings;
    const [eta, mu] = [state.eta as number, state.mu as number];
    const step = (state.step as number) + 1;
    state.step = step;
    // In float32, as PyTorch remembers them.
    state.eta = Math.fround(lr / (1 + lambd * lr * step) ** alpha);
    state.mu = Math.fround(1 / Math.max(1, step - t0));
    return {
      tensors: [state.ax as Tensor],
      scalars: [maximize ? -1 : 1, weightDecay, 1 - lambd * eta, eta, mu],
    };
  }
}
