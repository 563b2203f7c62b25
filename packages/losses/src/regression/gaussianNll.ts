/** The likelihood of values with a variance each. */
import { clampMin, log, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  type Check,
  checkFlag,
  checkNumber,
  checkTensor,
  formatShape,
  sameShape,
  scalarTensor,
} from '@tessera/tensor/core';
import { type Alike, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reducing, type Reduction, reduce, settingsOf } from '../reduction.ts';

export interface GaussianNLLOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** Whether the constant log(2 pi) / 2 is added. Default false. */
  readonly full?: boolean;
  /** What a variance is at least taken to be, above 0. Default 1e-6. */
  readonly eps?: number;
}

function gaussianSettings(op: string, options: GaussianNLLOptions): Required<GaussianNLLOptions> {
  const settings = settingsOf<Required<GaussianNLLOptions>>(op, options, { full: false, eps: 1e-6 });
  checkFlag(op, 'full', settings.full);
  if (!(checkNumber(op, 'eps', settings.eps) > 0))
    throw new ValueError(`${op}: eps must be above 0; got ${settings.eps}; try 1e-6`);
  return settings;
}

/**
 * (log v + (input - target)^2 / v) / 2 with v = max(var, eps): the negative log-likelihood of targets that are normal around
 * `input`. `var` is a number, or has the input's shape, the last size 1 or left out where one variance stands for a row. Its
 * gradient is that at v. Nix and Weigend, 1994. PyTorch: `torch.nn.functional.gaussian_nll_loss`.
 *
 * @throws ShapeError when the shapes do not match; ValueError for a negative variance.
 * @example
 * gaussianNLLLoss(tensor([1, 2]), tensor([1, 4]), tensor([1, 4])); // tensor(0.5966)
 */
export function gaussianNLLLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'gaussianNLLLoss', A['shape'], B['shape']>>,
  variance: Tensor | number,
  options?: GaussianNLLOptions<R>,
): Tensor<Lost<R, Alike<'gaussianNLLLoss', A['shape'], B['shape']>>>;
export function gaussianNLLLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: GaussianNLLOptions = {},
): Tensor {
  const { full, eps, reduction } = gaussianSettings('gaussianNLLLoss', options);
  const goal = checkAlike('gaussianNLLLoss', input, target);
  const given = checkVariance(input, variance);
  // The floor changes the value alone, not the derivative.
  const v = given.add(clampMin(given, eps).sub(given).detach());
  const loss = log(v).add(input.sub(goal).square().div(v)).div(2);
  return reduce(full ? loss.add(Math.log(2 * Math.PI) / 2) : loss, reduction);
}

function checkVariance(input: Tensor, variance: Tensor | number): Tensor {
  const given =
    typeof variance === 'number'
      ? scalarTensor(checkNumber('gaussianNLLLoss', 'variance', variance), input.dtype)
      : checkTensor('gaussianNLLLoss', 'variance', variance).to(input.dtype);
  const perRow = input.shape.slice(0, -1);
  const fits = [[], input.shape, [...perRow, 1], perRow].some((shape) => sameShape(shape, given.shape));
  if (!fits)
    throw new ShapeError(
      `gaussianNLLLoss: variance must be of the input's shape, or with a last size of 1; got ${formatShape(given.shape)} for input ${formatShape(input.shape)}; try variance.expand(${formatShape(input.shape)})`,
    );
  if (given.data.some((value) => value < 0))
    throw new ValueError(
      `gaussianNLLLoss: variance must be at least 0; got ${Math.min(...given.data)}; try softplus or exp of what is learned`,
    );
  return given.ndim === input.ndim - 1 ? given.unsqueeze(-1) : given;
}

/** `gaussianNLLLoss` with its options kept. PyTorch: `torch.nn.GaussianNLLLoss`. */
export class GaussianNLLLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: GaussianNLLOptions<R> = {}) {
    gaussianSettings('GaussianNLLLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Alike<'gaussianNLLLoss', A['shape'], B['shape']>>,
    variance: Tensor | number,
  ): Tensor<Lost<R, Alike<'gaussianNLLLoss', A['shape'], B['shape']>>> {
    return gaussianNLLLoss<A, B, R>(input, target, variance, this.options);
  }
}
