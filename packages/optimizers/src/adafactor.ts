/** Adam with the memory of rows and columns alone. */
import { matmul, norm, type Tensor, ValueError } from '@tessera/tensor';
import { checkNumber, describe, withDefaults } from '@tessera/tensor/core';
import { type CommonOptions, checkCommon, Optimizer, type Parameters, type Update } from './optimizer.ts';
import { numberPart, type ParameterState, type StatePart } from './state.ts';

/** Defaults: `lr` 1e-2. `weightDecay` shrinks the parameter by the factor 1 - lr * weightDecay. */
export interface AdafactorOptions extends CommonOptions {
  /** The mean of squares forgets by the share t^beta2Decay. Default -0.8. */
  beta2Decay: number;
  /** The least root of a mean of squares (null: the dtype's epsilon), and the least size of a parameter. Default [null, 1e-3]. */
  eps: readonly [number | null, number];
  /** The greatest root mean square of a step, before its size. Default 1. */
  d: number;
}

/** The distance from 1 to the next number. */
const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 } as const;

/**
 * For matrices, the mean of squares is that of rows times that of columns over their mean, so that memory is that of one row and
 * one column. The step is relative to the size of the parameter: p -= max(eps2, rms(p)) min(lr, 1 / sqrt(t)) u / max(1, rms(u) / d)
 * with u = g / sqrt(v). Shazeer and Stern, 2018. PyTorch: `torch.optim.Adafactor`.
 *
 * @example
 * const optimizer = new Adafactor(model.parameters(), { lr: 1e-2 });
 */
export class Adafactor extends Optimizer<AdafactorOptions> {
  constructor(params: Parameters<AdafactorOptions>, options: Partial<AdafactorOptions> = {}) {
    super(
      'Adafactor',
      params,
      withDefaults<AdafactorOptions>('Adafactor', options, {
        lr: 1e-2,
        beta2Decay: -0.8,
        eps: [null, 1e-3],
        d: 1,
        weightDecay: 0,
        maximize: false,
      }),
    );
  }

  protected override check(settings: AdafactorOptions): void {
    const { beta2Decay, d } = settings;
    checkCommon('Adafactor', settings);
    if (!(checkNumber('Adafactor', 'beta2Decay', beta2Decay) <= 0))
      throw new ValueError(`Adafactor: beta2Decay must be at most 0; got ${describe(beta2Decay)}; try -0.8`);
    if (!(checkNumber('Adafactor', 'd', d) >= 1))
      throw new ValueError(`Adafactor: d must be at least 1; got ${describe(d)}; try 1`);
    const eps = Array.isArray(settings.eps) ? (settings.eps as readonly unknown[]) : [];
    const isSmall = (value: unknown): boolean => typeof value === 'number' && value >= 0;
    if (!(eps.length === 2 && (eps[0] === null || isSmall(eps[0])) && isSmall(eps[1])))
      throw new ValueError(
        `Adafactor: eps must be two numbers of at least 0, the first of which may be null; got ${describe(settings.eps)}; try [null, 1e-3]`,
      );
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    const part = (shape: readonly number[]): StatePart => ({ shape, start: 0, needed: true });
    if (p.ndim < 2) return { step: numberPart(), variance: part(p.shape) };
    return {
      step: numberPart(),
      row_var: part([...p.shape.slice(0, -1), 1]),
      col_var: part([...p.shape.slice(0, -2), 1, p.shape.at(-1) as number]),
    };
  }

  protected override updateAll(updates: readonly Update<AdafactorOptions>[]): void {
    for (const { p, gradient, state, settings } of updates) {
      if (p.count === 0) continue;
      const { lr, beta2Decay, eps, d, weightDecay, maximize } = settings;
      const least = eps[0] ?? EPSILON[p.dtype as keyof typeof EPSILON];
      const step = (state.step as number) + 1;
      state.step = step;
      const g = gradient.detach().mul(maximize ? -1 : 1);
      const value = p.detach();
      const rate = Math.max(eps[1], rootMeanSquare(value)) * Math.min(lr, 1 / Math.sqrt(step));
      if (weightDecay !== 0) value.mul_(1 - lr * weightDecay);
      const variance = varianceOf(g, state, step ** beta2Decay, least);
      const update = g.mul(variance.clampMin(least * least).rsqrt());
      value.add_(update.mul(-rate / Math.max(1, rootMeanSquare(update) / d)));
    }
  }
}

function rootMeanSquare(t: Tensor): number {
  return norm(t).item() / Math.sqrt(t.count);
}

/** Takes the squares of a gradient into the state, and gives what they are expected to be. */
function varianceOf(g: Tensor, state: ParameterState, share: number, least: number): Tensor {
  /** old + share (x - old), in place */
  const take = (name: string, x: Tensor): Tensor => {
    const old = state[name] as Tensor;
    return old.copy_(old.add(x.sub(old).mul(share)));
  };
  const squares = g.square();
  if (g.ndim < 2) return take('variance', squares);
  const rows = take('row_var', squares.mean(-1, { keepdim: true }));
  const columns = take('col_var', squares.mean(-2, { keepdim: true }));
  return matmul(rows, columns).div(rows.mean(-2, { keepdim: true }).clampMin(least));
}
