/** The negative log-likelihood of class indices. */
import { gather, mul, type Tensor, where } from '@tessera/tensor';
import { type Check, checkInteger } from '@tessera/tensor/core';
import { type LossOptions, type Lost, type Reducing, type Reduction, settingsOf } from '../reduction.ts';
import { reduceLabelled } from './crossEntropy.ts';
import { type ClassIndices, checkClassWeight, checkLabels, classDimOf } from './labels.ts';

export interface NLLOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** A weight for each class, [C]. */
  readonly weight?: Tensor | undefined;
  /** Samples with this label count nothing. Default -100. */
  readonly ignoreIndex?: number;
}

type Settings = Required<Omit<NLLOptions, 'weight'>> & { readonly weight: Tensor | undefined };

function nllSettings(op: string, options: NLLOptions): Settings {
  const settings = settingsOf<Settings>(op, options, { weight: undefined, ignoreIndex: -100 });
  checkInteger(op, 'ignoreIndex', settings.ignoreIndex);
  return settings;
}

/**
 * -weight[target] input[target], with log-probabilities of shape [C], [N, C] or [N, C, ...] and class indices of one dimension
 * fewer. `mean` divides by the sum of the weights. `crossEntropy` is this of `logSoftmax`, in one pass.
 * PyTorch: `torch.nn.functional.nll_loss`.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * nllLoss(tensor([[0.2, 0.8], [0.5, 0.5]]).log(), tensor([1, 0], { dtype: 'int32' })); // tensor(0.4581)
 */
export function nllLoss<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<ClassIndices<'nllLoss', A['shape'], B['shape']>>,
  options?: NLLOptions<R>,
): Tensor<Lost<R, ClassIndices<'nllLoss', A['shape'], B['shape']>>>;
export function nllLoss(input: Tensor, target: Tensor, options: NLLOptions = {}): Tensor {
  const settings = nllSettings('nllLoss', options);
  const { weight, ignoreIndex } = settings;
  const classDim = classDimOf('nllLoss', input);
  checkClassWeight('nllLoss', weight, input.shape[classDim] as number, input);
  checkLabels('nllLoss', input.shape, target, classDim, ignoreIndex);
  const counts = target.ne(ignoreIndex);
  const labels = where(counts, target.to('int32'), 0);
  const picked = gather(input, classDim, labels.unsqueeze(classDim)).squeeze(classDim).neg();
  const weighted =
    weight === undefined ? picked : mul(picked, gather(weight, 0, labels.reshape(-1)).reshape(labels.shape));
  return reduceLabelled(where(counts, weighted, 0), target, settings);
}

/** `nllLoss` with its options kept. PyTorch: `torch.nn.NLLLoss`. */
export class NLLLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: NLLOptions<R> = {}) {
    nllSettings('NLLLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<ClassIndices<'nllLoss', A['shape'], B['shape']>>,
  ): Tensor<Lost<R, ClassIndices<'nllLoss', A['shape'], B['shape']>>> {
    return nllLoss<A, B, R>(input, target, this.options);
  }
}
