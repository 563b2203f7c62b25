/** Adam, and Adam with decoupled weight decay. */
import { type Tensor, zerosLike } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { updateInPlace } from './fused.ts';
import { checkSetting, kept, Optimizer, type ParameterGroup, type ParameterState } from './optimizer.ts';

export interface AdamOptions {
  /** Step size. Default 1e-3. */
  lr: number;
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** L2 penalty: this times the parameter is added to its gradient. Default 0. */
  weightDecay: number;
  /** Divides by the greatest second moment so far. Default false. */
  amsgrad: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

export interface AdamWOptions extends AdamOptions {
  /** Every step shrinks the parameter by the factor 1 - lr * weightDecay. Default 1e-2. */
  weightDecay: number;
}

/** What the two share; they differ in how weights decay. */
abstract class AdamBase extends Optimizer<AdamOptions> {
  readonly #decoupled: boolean;

  constructor(
    name: string,
    decoupled: boolean,
    params: Iterable<Tensor> | Iterable<ParameterGroup<AdamOptions>>,
    options: Partial<AdamOptions>,
  ) {
    const settings = withDefaults<AdamOptions>(name, options, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: decoupled ? 1e-2 : 0,
      amsgrad: false,
      maximize: false,
    });
    super(name, params, settings);
    this.#decoupled = decoupled;
  }

  protected override check({ lr, betas, eps, weightDecay }: AdamOptions): void {
    checkSetting(this.name, 'lr', lr);
    checkSetting(this.name, 'betas[0]', betas?.[0], 1);
    checkSetting(this.name, 'betas[1]', betas?.[1], 1);
    checkSetting(this.name, 'eps', eps);
    checkSetting(this.name, 'weightDecay', weightDecay);
  }

  protected override update(p: Tensor, gradient: Tensor, state: ParameterState, settings: AdamOptions): void {
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
    const scalars = [
      lr,
      ...betas,
      eps,
      weightDecay,
      Number(this.#decoupled),
      1 - betas[0] ** step,
      1 - betas[1] ** step,
      Number(maximize),
    ];
    updateInPlace('adam', p, [gradient, ...moments], scalars);
  }
}

/**
 * g += weightDecay p;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
 * Kingma and Ba, 2015. PyTorch: `torch.optim.Adam`.
 *
 * @example
 * const optimizer = new Adam(model.parameters(), { lr: 3e-4 });
 */
export class Adam extends AdamBase {
  constructor(params: Iterable<Tensor> | Iterable<ParameterGroup<AdamOptions>>, options: Partial<AdamOptions> = {}) {
    super('Adam', false, params, options);
  }
}

/**
 * p -= lr weightDecay p, and then as Adam without a penalty. Loshchilov and Hutter, 2019. PyTorch: `torch.optim.AdamW`.
 *
 * @example
 * const optimizer = new AdamW(model.parameters(), { lr: 3e-4 });
 */
export class AdamW extends AdamBase {
  constructor(params: Iterable<Tensor> | Iterable<ParameterGroup<AdamWOptions>>, options: Partial<AdamWOptions> = {}) {
    super('AdamW', true, params, options);
  }
}
