/** Adam, and Adam with decoupled weight decay. */
import type { Tensor } from '@tessera/tensor';
import { checkFlag, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkBetas, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-3. */
export interface AdamOptions extends CommonOptions {
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** Divides by the greatest second moment so far. Default false. */
  amsgrad: boolean;
}

export interface AdamWOptions extends AdamOptions {
  /** Every step shrinks the parameter by the factor 1 - lr * weightDecay. Default 1e-2. */
  weightDecay: number;
}

/** What the two share; they differ in how weights decay. */
abstract class AdamBase extends ElementwiseOptimizer<AdamOptions> {
  protected override readonly kernel: string = 'adam';
  readonly #decoupled: boolean;

  constructor(name: string, decoupled: boolean, params: Parameters<AdamOptions>, options: Partial<AdamOptions>) {
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

  protected override check(settings: AdamOptions): void {
    checkCommon(this.name, settings);
    checkBetas(this.name, settings.betas);
    checkSetting(this.name, 'eps', settings.eps);
    checkFlag(this.name, 'amsgrad', settings.amsgrad);
  }

  protected override describeState(p: Tensor, { amsgrad }: AdamOptions): Readonly<Record<string, StatePart>> {
    return {
      step: numberPart(),
      exp_avg: tensorPart(p),
      exp_avg_sq: tensorPart(p),
      max_exp_avg_sq: tensorPart(p, { needed: amsgrad }),
    };
  }

  protected override plan(state: ParameterState, settings: AdamOptions): Plan {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = settings;
    const [b1, b2] = betas;
    const step = (state.step as number) + 1;
    state.step = step;
    return {
      tensors: [state.exp_avg as Tensor, state.exp_avg_sq as Tensor, amsgrad ? (state.max_exp_avg_sq as Tensor) : null],
      scalars: [
        maximize ? -1 : 1,
        this.#decoupled ? 0 : weightDecay,
        this.#decoupled ? 1 - lr * weightDecay : 1,
        b1,
        1 - b1,
        b2,
        1 - b2,
        lr / (1 - b1 ** step),
        Math.sqrt(1 - b2 ** step),
        eps,
      ],
    };
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
  constructor(params: Parameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
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
  constructor(params: Parameters<AdamWOptions>, options: Partial<AdamWOptions> = {}) {
    super('AdamW', true, params, options);
  }
}
