/** Adam with decoupled weight decay. */
import { type Tensor, zerosLike } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { updateInPlace } from './fused.ts';
import { checkSetting, kept, Optimizer, type ParameterGroup, type ParameterState } from './optimizer.ts';

export interface AdamWOptions {
  /** Step size. Default 1e-3. */
  lr: number;
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** Every step shrinks the parameter by the factor 1 - lr * weightDecay. Default 1e-2. */
  weightDecay: number;
  /** Divides by the greatest second moment so far. Default false. */
  amsgrad: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

/**
 * p -= lr weightDecay p;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;
 * p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
 * Loshchilov and Hutter, 2019; PyTorch: `torch.optim.AdamW`.
 *
 * @example
 * const optimizer = new AdamW(model.parameters(), { lr: 3e-4 });
 */
export class AdamW extends Optimizer<AdamWOptions> {
  constructor(params: Iterable<Tensor> | Iterable<ParameterGroup<AdamWOptions>>, options: Partial<AdamWOptions> = {}) {
    super(
      'AdamW',
      params,
      withDefaults<AdamWOptions>('AdamW', options, {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 1e-2,
        amsgrad: false,
        maximize: false,
      }),
    );
  }

  protected override check({ lr, betas, eps, weightDecay }: AdamWOptions): void {
    checkSetting('AdamW', 'lr', lr);
    checkSetting('AdamW', 'betas[0]', betas?.[0], 1);
    checkSetting('AdamW', 'betas[1]', betas?.[1], 1);
    checkSetting('AdamW', 'eps', eps);
    checkSetting('AdamW', 'weightDecay', weightDecay);
  }

  protected override update(p: Tensor, gradient: Tensor, state: ParameterState, settings: AdamWOptions): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = settings;
    const step = ((state.step as number | undefined) ?? 0) + 1;
    state.step = step;
    state.exp_avg ??= kept(zerosLike(p));
    state.exp_avg_sq ??= kept(zerosLike(p));
    if (amsgrad) state.max_exp_avg_sq ??= kept(zerosLike(p));
    const moments = [
      state.exp_avg as Tensor,
      state.exp_avg_sq as Tensor,
      amsgrad ? (state.max_exp_avg_sq as Tensor) : null,
    ];
    const decoupled = 1;
    const scalars = [
      lr,
      ...betas,
      eps,
      weightDecay,
      decoupled,
      1 - betas[0] ** step,
      1 - betas[1] ** step,
      Number(maximize),
    ];
    updateInPlace('adam', p, [gradient, ...moments], scalars);
  }
}
