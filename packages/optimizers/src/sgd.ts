/** Stochastic gradient descent. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { checkFlag, checkNumber, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { type CommonOptions, checkCommon, checkSetting, type Parameters } from './optimizer.ts';
import { type ParameterState, type StatePart, startOf, tensorPart } from './state.ts';

/** Defaults: `lr` 1e-3. */
export interface SGDOptions extends CommonOptions {
  /** Default 0. */
  momentum: number;
  /** How much of the new gradient momentum leaves out. Default 0. */
  dampening: number;
  /** Looks ahead by one momentum step. Default false. */
  nesterov: boolean;
}

/**
 * g += weightDecay p;  b = momentum b + (1 - dampening) g;  p -= lr b  (with Nesterov: p -= lr (g + momentum b)).
 * The first b is g itself. Sutskever et al., 2013, in PyTorch's form: `torch.optim.SGD`.
 *
 * @example
 * const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends ElementwiseOptimizer<SGDOptions> {
  protected override readonly kernel: string = 'sgd';

  constructor(params: Parameters<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(
      'SGD',
      params,
      withDefaults<SGDOptions>('SGD', options, {
        lr: 1e-3,
        momentum: 0,
        dampening: 0,
        weightDecay: 0,
        nesterov: false,
        maximize: false,
      }),
    );
  }

  protected override check(settings: SGDOptions): void {
    const { momentum, dampening, nesterov } = settings;
    checkCommon('SGD', settings);
    checkSetting('SGD', 'momentum', momentum);
    checkNumber('SGD', 'dampening', dampening);
    if (checkFlag('SGD', 'nesterov', nesterov) && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError(
        `SGD: nesterov needs a momentum and no dampening; got momentum ${momentum}, dampening ${dampening}; try { momentum: 0.9, dampening: 0 }`,
      );
    }
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    // It is there from the first step with momentum on, as `plan` says.
    return { momentum_buffer: tensorPart(p, { needed: false }) };
  }

  protected override plan(state: ParameterState, settings: SGDOptions, p: Tensor): Plan {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = settings;
    const first = (state.momentum_buffer ?? null) === null;
    if (momentum !== 0 && first) state.momentum_buffer = startOf(tensorPart(p), p);
    return {
      tensors: [momentum === 0 ? null : (state.momentum_buffer as Tensor)],
      scalars: [maximize ? -1 : 1, weightDecay, momentum, 1 - dampening, lr, Number(nesterov), Number(first)],
    };
  }
}
