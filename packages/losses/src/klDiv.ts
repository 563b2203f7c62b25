/** Kullback-Leibler divergence. */
import { exp, mul, sub, sum, type Tensor, xlogy } from '@tessera/tensor';
import type { Broadcast, Check } from '@tessera/tensor/core';
import { broadcastShapes, checkFloat, checkTensor, withDefaults } from '@tessera/tensor/core';
import { checkReduction, type Lost, type Reducing, type Reduction, reduce } from './reduction.ts';

export interface KLDivOptions<R extends Reduction | 'batchmean' = Reduction | 'batchmean'> {
  /** `batchmean` divides the sum by the first size, which is the divergence per sample. Default 'mean'. */
  readonly reduction?: R;
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
export function klDiv<A extends Tensor, B extends Tensor, R extends Reduction | 'batchmean' = 'mean'>(
  input: A,
  target: B & Check<Broadcast<'klDiv', [A['shape'], B['shape']]>>,
  options?: KLDivOptions<R>,
): Tensor<Lost<R, Broadcast<'klDiv', [A['shape'], B['shape']]>>>;
export function klDiv(input: Tensor, target: Tensor, options: KLDivOptions = {}): Tensor {
  const { reduction, logTarget } = klSettings('klDiv', options);
  checkFloat('klDiv', 'input', checkTensor('klDiv', 'input', input));
  checkFloat('klDiv', 'target', checkTensor('klDiv', 'target', target));
  broadcastShapes('klDiv', input.shape, target.shape);
  const loss = logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
  if (reduction !== 'batchmean') return reduce(loss, reduction);
  return sum(loss).div(input.ndim === 0 ? 1 : (input.shape[0] as number));
}

/** Options with PyTorch's defaults. */
function klSettings(op: string, options: KLDivOptions): Required<KLDivOptions> {
  const settings = withDefaults<Required<KLDivOptions>>(op, options, { reduction: 'mean', logTarget: false });
  checkReduction(op, settings.reduction, REDUCTIONS);
  return settings;
}

/** `klDiv` with its options kept. PyTorch: `torch.nn.KLDivLoss`. */
export class KLDivLoss<out R extends Reduction | 'batchmean' = 'mean' | 'sum' | 'batchmean'> {
  readonly options: KLDivOptions<R>;

  constructor(options: KLDivOptions<R> = {}) {
    klSettings('KLDivLoss', options);
    this.options = options;
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction | 'batchmean'>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Broadcast<'klDiv', [A['shape'], B['shape']]>>,
  ): Tensor<Lost<R, Broadcast<'klDiv', [A['shape'], B['shape']]>>> {
    return klDiv<A, B, R>(input, target, this.options);
  }
}
