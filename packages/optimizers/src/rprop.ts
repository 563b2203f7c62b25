/** Steps by the sign of the gradient, of a size for each number. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { checkFlag, describe, withDefaults } from '@tessera/tensor/core';
import { ElementwiseOptimizer, type Plan } from './elementwise.ts';
import { checkSetting, type Parameters } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart, tensorPart } from './state.ts';

export interface RpropOptions {
  /** The first step of every number. Default 1e-2. */
  lr: number;
  /** By which factors a step shrinks where the gradient turns, and grows where it does not. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The least and the greatest step. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Every number has a step of its own, which grows while its gradient keeps its sign and shrinks where it turns; there the
 * gradient then counts as 0. p -= sign(g) step. For whole batches only. Riedmiller and Braun, 1993.
 * PyTorch: `torch.optim.Rprop`.
 *
 * @example
 * const optimizer = new Rprop(model.parameters());
 */
export class Rprop extends ElementwiseOptimizer<RpropOptions> {
  protected override readonly kernel: string = 'rprop';

  constructor(params: Parameters<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super(
      'Rprop',
      params,
      withDefaults<RpropOptions>('Rprop', options, {
        lr: 1e-2,
        etas: [0.5, 1.2],
        stepSizes: [1e-6, 50],
        maximize: false,
      }),
    );
  }

  protected override check({ lr, etas, stepSizes, maximize }: RpropOptions): void {
    checkSetting('Rprop', 'lr', lr);
    checkFlag('Rprop', 'maximize', maximize);
    const [minus, plus] = Array.isArray(etas) ? (etas as readonly number[]) : [];
    if (!((minus as number) > 0 && (minus as number) < 1 && (plus as number) > 1))
      throw new ValueError(
        `Rprop: etas must be a factor in (0, 1) and one above 1; got ${describe(etas)}; try [0.5, 1.2]`,
      );
    const [least, greatest] = Array.isArray(stepSizes) ? (stepSizes as readonly number[]) : [];
    if (!((least as number) >= 0 && (greatest as number) >= (least as number)))
      throw new ValueError(
        `Rprop: stepSizes must be the least and the greatest step; got ${describe(stepSizes)}; try [1e-6, 50]`,
      );
  }

  protected override describeState(p: Tensor, { lr }: RpropOptions): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), prev: tensorPart(p), step_size: tensorPart(p, { start: lr }) };
  }

  protected override plan(state: ParameterState, { etas, stepSizes, maximize }: RpropOptions): Plan {
    state.step = (state.step as number) + 1;
    return {
      tensors: [state.prev as Tensor, state.step_size as Tensor],
      scalars: [maximize ? -1 : 1, ...etas, ...stepSizes],
    };
  }
}
