/** Stochastic gradient descent. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { withDefaults } from '@tessera/tensor/core';
import { updateInPlace } from './fused.ts';
import { checkSetting, kept, Optimizer, type ParameterGroup, type ParameterState } from './optimizer.ts';

export interface SGDOptions {
  /** Step size. Default 1e-3. */
  lr: number;
  /** Default 0. */
  momentum: number;
  /** How much of the new gradient momentum leaves out. Default 0. */
  dampening: number;
  /** L2 penalty: this times the parameter is added to its gradient. Default 0. */
  weightDecay: number;
  /** Looks ahead by one momentum step. Default false. */
  nesterov: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

/**
 * g += weightDecay p;  b = momentum b + (1 - dampening) g;  p -= lr b  (with Nesterov: p -= lr (g + momentum b)).
 * The first b is g itself. Sutskever et al., 2013, in PyTorch's form: `torch.optim.SGD`.
 *
 * @example
 * const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: Iterable<Tensor> | Iterable<ParameterGroup<SGDOptions>>, options: Partial<SGDOptions> = {}) {
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

  protected override check({ lr, momentum, dampening, weightDecay, nesterov }: SGDOptions): void {
    checkSetting('SGD', 'lr', lr);
    checkSetting('SGD', 'momentum', momentum);
    checkSetting('SGD', 'weightDecay', weightDecay);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError(
        `SGD: nesterov needs a momentum and no dampening; got momentum ${momentum}, dampening ${dampening}; try { momentum: 0.9, dampening: 0 }`,
      );
    }
  }

  protected override update(p: Tensor, gradient: Tensor, state: ParameterState, settings: SGDOptions): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = settings;
    const first = state.momentum_buffer === undefined;
    if (momentum !== 0 && first) state.momentum_buffer = kept(gradient.clone().detach());
    const buffer = momentum === 0 ? null : (state.momentum_buffer as Tensor);
    const scalars = [lr, momentum, dampening, weightDecay, Number(nesterov), Number(maximize), Number(first)];
    updateInPlace('sgd', p, [gradient, buffer], scalars);
  }
}
