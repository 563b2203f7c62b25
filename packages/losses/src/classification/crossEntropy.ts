/** Cross-entropy between logits and labels. */
import { gather, mul, ones, type Shape, sum, type Tensor, ValueError, where } from '@tessera/tensor';
import type { Check, IsRanked, Matches, Show } from '@tessera/tensor/core';
import {
  apply,
  checkInteger,
  checkNumber,
  checkTensor,
  describe,
  elementsOf,
  isFloating,
  sameShape,
} from '@tessera/tensor/core';
import { type LossOptions, type Lost, type Reducing, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { crossEntropyLabelsOp } from './crossEntropyLabels.ts';
import { crossEntropySoftOp } from './crossEntropySoft.ts';
import { checkClassWeight, checkLabels, classDimOf, type WithoutClasses } from './labels.ts';

export interface CrossEntropyOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** A weight for each class, [C]. */
  readonly weight?: Tensor | undefined;
  /** Samples with this label count nothing. Default -100. */
  readonly ignoreIndex?: number;
  /** How much of the target is spread evenly over all classes, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
}

/** The options with PyTorch's defaults. */
export type CrossEntropySettings = Required<Omit<CrossEntropyOptions, 'weight'>> & {
  readonly weight: Tensor | undefined;
};

/** Throws for an option that is out of range. `more` has the defaults of options beside those of `crossEntropy`. */
export function crossEntropySettings<More extends object = object>(
  op: string,
  options: CrossEntropyOptions & Partial<More>,
  more: More = {} as More,
): CrossEntropySettings & More {
  const defaults = { weight: undefined, ignoreIndex: -100, labelSmoothing: 0, ...more };
  const settings = settingsOf<CrossEntropySettings & More>(
    op,
    options as Partial<CrossEntropySettings & More>,
    defaults as unknown as Omit<CrossEntropySettings & More, 'reduction'>,
  );
  checkInteger(op, 'ignoreIndex', settings.ignoreIndex);
  const { labelSmoothing } = settings;
  if (!(checkNumber(op, 'labelSmoothing', labelSmoothing) >= 0 && labelSmoothing <= 1))
    throw new ValueError(`${op}: labelSmoothing must be in [0, 1]; got ${describe(labelSmoothing)}; try 0.1`);
  return settings;
}

/** The shape rule of `crossEntropy`: the shape of the class indices for logits of shape A, or a sentence. */
export type Labelled<A extends Shape, B extends Shape> =
  IsRanked<A> extends true
    ? A extends readonly []
      ? 'crossEntropy: input must have a dimension of classes; got []'
      : WithoutClasses<A> extends infer Labels extends Shape
        ? IsRanked<B> extends true
          ? true extends Matches<B, Labels> | Matches<B, A>
            ? Labels
            : `crossEntropy: target must be ${Show<Labels>} class indices or ${Show<A>} probabilities; got ${Show<B>} for input ${Show<A>}`
          : Labels
        : never
    : Shape;

/**
 * -log softmax(input)[target], with logits of shape [C], [N, C] or [N, C, ...]. The target holds class indices (one
 * dimension fewer) or probabilities (the same shape). `mean` divides by the number of samples, or by the sum of their
 * weights. PyTorch: `torch.nn.functional.cross_entropy`.
 *
 * @throws IndexError when a label is not a class; ShapeError when the shapes do not match.
 * @example
 * crossEntropy(tensor([[0.5, 2, -1], [3, 0.1, 0.1], [-2, 0.5, 1.5]]), tensor([1, 0, 2], { dtype: 'int32' })); // 0.2269
 */
export function crossEntropy<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Labelled<A['shape'], B['shape']>>,
  options?: CrossEntropyOptions<R>,
): Tensor<Lost<R, Labelled<A['shape'], B['shape']>>>;
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const op = 'crossEntropy';
  const settings = crossEntropySettings(op, options);
  const classDim = classDimOf(op, input);
  checkTensor(op, 'target', target);
  const classes = input.shape[classDim] as number;
  checkClassWeight(op, settings.weight, classes, input);
  const soft = isFloating(target.dtype) && sameShape(input.shape, target.shape);
  if (!soft) {
    const or = ` or ${describe(input.shape)} probabilities`;
    checkLabels(op, input.shape, target, classDim, settings.ignoreIndex, or);
  }
  const arrange = layoutOf(input, classDim);
  const logits = arrange(input);
  const weight = settings.weight ?? ones(classes, { dtype: input.dtype });
  const samples = logits.shape.toSpliced(1, 1);
  const loss = soft
    ? apply(crossEntropySoftOp, [logits, arrange(target.to(input.dtype)), weight], settings)
    : apply(crossEntropyLabelsOp, [logits, target.reshape(samples).to('int32'), weight], settings);
  const { reduction } = settings;
  if (reduction === 'none') return loss.reshape(input.shape.toSpliced(classDim, 1));
  if (soft) return reduction === 'sum' ? sum(loss) : sum(loss).div(loss.count);
  return reduceLabelled(loss, target, settings);
}

/** How logits are laid out without a copy, where there is a way: with classes side by side, or apart. */
function layoutOf(input: Tensor, classDim: number): (t: Tensor) => Tensor {
  const classes = input.shape[classDim] as number;
  // (N, C, d...) -> (N, d..., C) -> (R, C)
  const inRows = (t: Tensor): Tensor => t.movedim(classDim, -1).reshape(input.count / Math.max(1, classes), classes);
  if (input.ndim < 3 || input.movedim(classDim, -1).isContiguous()) return inRows;
  const [batch, ...rest] = input.shape.toSpliced(classDim, 1);
  // (N, C, d...) -> (N, C, L)
  return (t) => t.reshape(batch as number, classes, elementsOf(rest));
}

/** `mean` divides by how many samples count, each by the weight of its class. */
export function reduceLabelled(
  loss: Tensor,
  labels: Tensor,
  settings: Omit<CrossEntropySettings, 'labelSmoothing'>,
): Tensor {
  const { reduction, weight, ignoreIndex } = settings;
  if (reduction !== 'mean') return reduce(loss, reduction);
  const counts = labels.ne(ignoreIndex);
  const each = counts.to(loss.dtype);
  if (weight === undefined) return sum(loss).div(sum(each));
  const ofLabels = gather(weight, 0, where(counts, labels.to('int32'), 0).reshape(-1));
  return sum(loss).div(sum(mul(each.reshape(-1), ofLabels)));
}

/** `crossEntropy` with its options kept. PyTorch: `torch.nn.CrossEntropyLoss`. */
export class CrossEntropyLoss<out R extends Reduction = 'mean' | 'sum'> {
  constructor(readonly options: CrossEntropyOptions<R> = {}) {
    crossEntropySettings('CrossEntropyLoss', options);
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Labelled<A['shape'], B['shape']>>,
  ): Tensor<Lost<R, Labelled<A['shape'], B['shape']>>> {
    return crossEntropy<A, B, R>(input, target, this.options);
  }
}
