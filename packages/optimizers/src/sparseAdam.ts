/** Adam for tables of which every step touches a few rows. */
import { nonzero, type Tensor } from '@tessera/tensor';
import { checkFlag, withDefaults } from '@tessera/tensor/core';
import { checkBetas, checkSetting, Optimizer, type Parameters, type Update } from './optimizer.ts';
import { numberPart, type StatePart, tensorPart } from './state.ts';

export interface SparseAdamOptions {
  /** Step size. Default 1e-3. */
  lr: number;
  /** Decay of the means of the gradient and of its square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root in the denominator. Default 1e-8. */
  eps: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

/**
 * Adam that leaves rows without a gradient, and what it remembers of them, as they are: in an embedding, the words that did not
 * occur. A row is a slice along the first dimension; its gradient is none where all its numbers are 0.
 * p -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps). PyTorch: `torch.optim.SparseAdam`, which takes sparse gradients.
 *
 * @example
 * const optimizer = new SparseAdam([embedding.weight], { lr: 1e-3 });
 */
export class SparseAdam extends Optimizer<SparseAdamOptions> {
  constructor(params: Parameters<SparseAdamOptions>, options: Partial<SparseAdamOptions> = {}) {
    const defaults = { lr: 1e-3, betas: [0.9, 0.999] as const, eps: 1e-8, maximize: false };
    super('SparseAdam', params, withDefaults<SparseAdamOptions>('SparseAdam', options, defaults));
  }

  protected override check({ lr, betas, eps, maximize }: SparseAdamOptions): void {
    checkSetting('SparseAdam', 'lr', lr);
    checkBetas('SparseAdam', betas);
    checkSetting('SparseAdam', 'eps', eps);
    checkFlag('SparseAdam', 'maximize', maximize);
  }

  protected override describeState(p: Tensor): Readonly<Record<string, StatePart>> {
    return { step: numberPart(), exp_avg: tensorPart(p), exp_avg_sq: tensorPart(p) };
  }

  protected override updateAll(updates: readonly Update<SparseAdamOptions>[]): void {
    for (const { p, gradient, state, settings } of updates) {
      const { lr, betas, eps, maximize } = settings;
      const [b1, b2] = betas;
      const step = (state.step as number) + 1;
      state.step = step;
      if (p.count === 0) continue;
      // A tensor without dimensions is one row.
      const inRows = (t: Tensor): Tensor => t.detach().reshape(p.shape[0] ?? 1, -1);
      const rows = nonzero(inRows(gradient).ne(0).any(1)).reshape(-1);
      if (rows.count === 0) continue;
      const g = inRows(gradient)
        .indexSelect(0, rows)
        .mul(maximize ? -1 : 1);
      const mean = mixed(inRows(state.exp_avg as Tensor).indexSelect(0, rows), g, b1);
      const square = mixed(inRows(state.exp_avg_sq as Tensor).indexSelect(0, rows), g.square(), b2);
      const rate = (lr * Math.sqrt(1 - b2 ** step)) / (1 - b1 ** step);
      const change = mean.div(square.sqrt().add(eps)).mul(-rate);
      writeRows(state.exp_avg as Tensor, rows, mean);
      writeRows(state.exp_avg_sq as Tensor, rows, square);
      p.detach().copy_(inRows(p).indexAdd(0, rows, change).reshape(p.shape));
    }
  }
}

/** decay old + (1 - decay) x */
function mixed(old: Tensor, x: Tensor, decay: number): Tensor {
  return old.mul(decay).add(x.mul(1 - decay));
}

function writeRows(target: Tensor, rows: Tensor, values: Tensor): void {
  const table = target.reshape(target.shape[0] ?? 1, -1);
  target.copy_(table.indexCopy(0, rows, values).reshape(target.shape));
}
