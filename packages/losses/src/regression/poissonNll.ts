/** The likelihood of counts. */
import { log, type Tensor, where } from '@tessera/tensor';
import {
  type Broadcast,
  broadcastShapes,
  type Check,
  checkFlag,
  checkFloat,
  checkNumber,
  checkTensor,
} from '@tessera/tensor/core';
import { type LossOptions, type Lost, type Reducing, type Reduction, reduce, settingsOf } from '../reduction.ts';

export interface PoissonNLLOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Whether `input` is the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Whether log target! is added, by Stirling's formula, where target > 1. Default false. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm is taken. Default 1e-8. */
  readonly eps?: number;
}

function poissonSettings(op: string, options: PoissonNLLOptions): Required<PoissonNLLOptions> {
  const settings = settingsOf<Required<PoissonNLLOptions>>(op, options, { logInput: true, full: false, eps: 1e-8 });
  checkFlag(op, 'logInput', settings.logInput);
  checkFlag(op, 'full', settings.full);
  checkNumber(op, 'eps', settings.eps);
  return settings;
}

/**
 * exp(input) - target input, or with `logInput: false` input - target log(input + eps): the negative log-likelihood of
 * counts whose rate is exp(input), or input. Shapes broadcast. PyTorch: `torch.nn.functional.poisson_nll_loss`.
 *
 * @example
 * poissonNLLLoss(tensor([0, 1]), tensor([2, 3])); // tensor(0.3591)
 */
export function poissonNLLLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Broadcast<'poissonNLLLoss', [A['shape'], B['shape']]>>,
  options?: PoissonNLLOptions<R>,
): Tensor<Lost<R, Broadcast<'poissonNLLLoss', [A['shape'], B['shape']]>>>;
export function poissonNLLLoss(input: Tensor, target: Tensor, options: PoissonNLLOptions = {}): Tensor {
  const { logInput, full, eps, reduction } = poissonSettings('poissonNLLLoss', options);
  checkFloat('poissonNLLLoss', 'input', checkTensor('poissonNLLLoss', 'input', input));
  const counts = checkTensor('poissonNLLLoss', 'target', target).to(input.dtype);
  broadcastShapes('poissonNLLLoss', input.shape, counts.shape);
  const rate = logInput ? input.exp() : input;
  const loss = rate.sub(counts.mul(logInput ? input : log(input.add(eps))));
  return reduce(full ? loss.add(logFactorial(counts)) : loss, reduction);
}

/** Stirling: log t! = t log t - t + log(2 pi t) / 2, and 0 up to 1. */
function logFactorial(target: Tensor): Tensor {
  const large = target.gt(1);
  // Where it does not count, 1 stands in: log 0 would spoil the derivative.
  const t = where(large, target, 1);
  const value = t
    .mul(log(t))
    .sub(t)
    .add(log(t.mul(2 * Math.PI)).div(2));
  return where(large, value, 0);
}

/** `poissonNLLLoss` with its options kept. PyTorch: `torch.nn.PoissonNLLLoss`. */
export class PoissonNLLLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: PoissonNLLOptions<R> = {}) {
    poissonSettings('PoissonNLLLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Broadcast<'poissonNLLLoss', [A['shape'], B['shape']]>>,
  ): Tensor<Lost<R, Broadcast<'poissonNLLLoss', [A['shape'], B['shape']]>>> {
    return poissonNLLLoss<A, B, R>(input, target, this.options);
  }
}
