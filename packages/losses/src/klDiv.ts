/** Kullback-Leibler divergence. */
import { exp, mul, sub, sum, type Tensor, xlogy } from '@tessera/tensor';
import { broadcastShapes, checkFloat, checkOptions, checkTensor } from '@tessera/tensor/core';
import { checkReduction, reduce } from './reduction.ts';

export interface KLDivOptions {
  /** `batchmean` divides the sum by the first size, which is the divergence per sample. Default 'mean'. */
  readonly reduction?: 'none' | 'mean' | 'sum' | 'batchmean';
  /** Whether `target` holds logarithms. Default false. */
  readonly logTarget?: boolean;
}

const REDUCTIONS = ['none', 'mean', 'sum', 'batchmean'] as const;

/**
 * D_KL(target || input) = sum target (log target - input), where `input` holds log-probabilities. A target of 0 counts
 * 0. Kullback and Leibler, 1951. PyTorch: `torch.nn.functional.kl_div`.
 *
 * @example
 * klDiv(tensor([0.3, 0.5, 0.2]).log(), tensor([0.4, 0.4, 0.2]), { reduction: 'sum' }); // tensor(0.0258)
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor {
  checkOptions('klDiv', options, "{ reduction: 'sum' }");
  const reduction = checkReduction('klDiv', options.reduction, REDUCTIONS);
  checkFloat('klDiv', 'input', checkTensor('klDiv', 'input', input));
  checkFloat('klDiv', 'target', checkTensor('klDiv', 'target', target));
  broadcastShapes('klDiv', input.shape, target.shape);
  const loss = options.logTarget
    ? mul(exp(target), sub(target, input))
    : sub(xlogy(target, target), mul(target, input));
  if (reduction !== 'batchmean') return reduce(loss, reduction);
  return sum(loss).div(input.ndim === 0 ? 1 : (input.shape[0] as number));
}

/** `klDiv` with its options kept. PyTorch: `torch.nn.KLDivLoss`. */
export class KLDivLoss {
  readonly options: KLDivOptions;

  constructor(options: KLDivOptions = {}) {
    checkOptions('KLDivLoss', options, "{ reduction: 'sum' }");
    checkReduction('KLDivLoss', options.reduction, REDUCTIONS);
    this.options = options;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.options);
  }
}
