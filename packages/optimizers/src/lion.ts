/** Steps by the sign of momentum. */
import type { Tensor } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkBetas, checkCommon, type Parameters } from './optimizer.ts';
import type { ParameterState, StatePart } from './state.ts';
import { tensorPart } from './state.ts';

/** Defaults: `lr` 1e-4. `weightDecay` shrinks the parameter by the factor 1 - lr * weightDecay. */
export interface LionOptions extends CommonOptions {
  /** Shares of the momentum in the step, and in the momentum that is kept. Default [0.9, 0.99]. */
  betas: readonly [number, number];
}

/**
 * p = (1 - lr weightDecay) p - lr sign(b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g. Its rate is three to ten times smaller than
 * AdamW's, its weight decay as much larger. Chen et al., 2023.
 *
 * @example
 * const optimizer = new Lion(model.parameters(), { lr: 1e-4, weightDecay: 0.1 });
 */
export class Lion extends ElementwiseOptimizer<LionOptions> {
  protected override readonly kernel: string = 'lion';

  constructor(params: Parameters<LionOptions>, options: Partial<LionOptions> = {}) {
    const defaults = { lr: 1e-4, betas: [0.9, 0.99] as const, weightDecay: 0, maximize: false };
    super('Lion', params, withDefaults<LionOptions>('Lion', options, defaults));
  }

  protected override check(settings: LionOptions): void {
    checkCommon('Lion', settings);
    checkBetas('Lion', settings.betas);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { exp_avg: tensorPart(p) };
  }

  protected override plan(state: ParameterState, { lr, betas, weightDecay, maximize }: LionOptions): Plan {
    const [b1, b2] = betas;
    return {
      tensors: [state.exp_avg as Tensor],
      scalars: [maximize ? -1 : 1, 1 - lr * weightDecay, b1, 1 - b1, b2, 1 - b2, lr],
    };
  }
}
