/** Cross-entropy between logits and labels. */
import {
  gather,
  IndexError,
  logSoftmax,
  mul,
  neg,
  type Shape,
  ShapeError,
  sum,
  type Tensor,
  ValueError,
  where,
} from '@tessera/tensor';
import type { Check, IsRanked, Matches, Show } from '@tessera/tensor/core';
import {
  checkFloat,
  checkInteger,
  checkSameDType,
  checkTensor,
  elementsOf,
  formatShape,
  isFloating,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';
import { checkReduction, type LossOptions, type Lost, type Reducing, type Reduction, reduce } from '../reduction.ts';
import { crossEntropyRows } from './rows.ts';

export interface CrossEntropyOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** A weight for each class, [C]. */
  readonly weight?: Tensor | undefined;
  /** Samples with this label count nothing. Default -100. */
  readonly ignoreIndex?: number;
  /** How much of the target is spread evenly over all classes, in [0, 1]. Default 0. */
  readonly labelSmoothing?: number;
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

/** [C] -> [], [N, C, ...] -> [N, ...] */
type WithoutClasses<A extends Shape> = A extends readonly [infer N extends number, number, ...infer Rest extends Shape]
  ? readonly [N, ...Rest]
  : readonly [];

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
  const { weight, ignoreIndex, labelSmoothing, reduction } = settingsOf('crossEntropy', options);
  checkFloat('crossEntropy', 'input', checkTensor('crossEntropy', 'input', input));
  checkTensor('crossEntropy', 'target', target);
  checkInteger('crossEntropy', 'ignoreIndex', ignoreIndex);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ValueError(`crossEntropy: labelSmoothing must be in [0, 1]; got ${String(labelSmoothing)}; try 0.1`);
  if (input.ndim === 0)
    throw new ShapeError('crossEntropy: input must have a dimension of classes; got []; try [C] or [N, C]');
  const classDim = input.ndim === 1 ? 0 : 1;
  const classes = input.shape[classDim] as number;
  if (weight !== undefined) checkWeight(weight, classes, input);
  if (isFloating(target.dtype) && sameShape(input.shape, target.shape)) {
    return withProbabilities(input, target, classDim, weight, labelSmoothing, reduction);
  }
  checkLabels(input, target, classDim, ignoreIndex);
  return withLabels(input, target, classDim, { weight, ignoreIndex, labelSmoothing }, reduction);
}

function checkWeight(weight: Tensor, classes: number, input: Tensor): void {
  checkSameDType('crossEntropy', checkTensor('crossEntropy', 'weight', weight), input);
  if (!sameShape(weight.shape, [classes]))
    throw new ShapeError(
      `crossEntropy: weight must be [${classes}]; got ${formatShape(weight.shape)}; try one weight for each class`,
    );
}

function checkLabels(input: Tensor, target: Tensor, classDim: number, ignoreIndex: number): void {
  const expected = input.shape.toSpliced(classDim, 1);
  if (!sameShape(target.shape, expected)) {
    throw new ShapeError(
      `crossEntropy: target must be ${formatShape(expected)} class indices or ${formatShape(input.shape)} probabilities; got ${formatShape(target.shape)} for input ${formatShape(input.shape)}; try target.reshape(${formatShape(expected)})`,
    );
  }
  if (target.dtype !== 'int32' && target.dtype !== 'uint8') {
    throw new ValueError(
      `crossEntropy: class indices must be whole numbers (int32 or uint8); got ${target.dtype}; try target.to('int32')`,
    );
  }
  const classes = input.shape[classDim] as number;
  const bad = target.data.findIndex((label) => label !== ignoreIndex && (label < 0 || label >= classes));
  if (bad >= 0)
    throw new IndexError(
      `crossEntropy: target must be in [0, ${classes}); got ${target.data[bad]} at index [${placeOf(bad, target.shape)}]; try ignoreIndex or check the labels`,
    );
}

/** The index, one number for each dimension, of an element in row-major order. */
function placeOf(flat: number, shape: readonly number[]): string {
  return shape.map((size, d) => Math.floor(flat / elementsOf(shape.slice(d + 1))) % size).join(', ');
}

interface LabelSettings {
  readonly weight: Tensor | undefined;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
}

function withLabels(
  input: Tensor,
  target: Tensor,
  classDim: number,
  settings: LabelSettings,
  reduction: Reduction,
): Tensor {
  const { weight, ignoreIndex, labelSmoothing } = settings;
  const classes = input.shape[classDim] as number;
  const labels = target.reshape(-1).to('int32');
  // (N, C, d...) -> (N, d..., C) -> (R, C)
  const rows = input.movedim(classDim, -1).reshape(labels.count, classes);
  const loss =
    weight === undefined
      ? crossEntropyRows(rows, labels, { ignoreIndex, labelSmoothing })
      : weighted(rows, labels, weight, ignoreIndex, labelSmoothing);
  if (reduction === 'none') return loss.reshape(target.shape);
  const total = sum(loss);
  return reduction === 'sum' ? total : total.div(totalWeight(labels, weight, ignoreIndex, input));
}

/** What `mean` divides by: how many samples count, each by the weight of its class. */
function totalWeight(labels: Tensor, weight: Tensor | undefined, ignoreIndex: number, input: Tensor): Tensor {
  const counted = labels.ne(ignoreIndex).to(input.dtype);
  return weight === undefined ? sum(counted) : sum(mul(counted, labelWeights(labels, weight, ignoreIndex)));
}

function labelWeights(labels: Tensor, weight: Tensor, ignoreIndex: number): Tensor {
  return gather(weight, 0, where(labels.eq(ignoreIndex), 0, labels));
}

/** loss_i = -(1 - e) w[t_i] log p_i[t_i] - e / C sum_c w_c log p_ic */
function weighted(rows: Tensor, labels: Tensor, weight: Tensor, ignoreIndex: number, labelSmoothing: number): Tensor {
  const ignored = labels.eq(ignoreIndex);
  const logP = logSoftmax(rows, -1);
  const picked = gather(logP, 1, where(ignored, 0, labels).unsqueeze(1)).squeeze(1);
  const hard = mul(neg(picked), labelWeights(labels, weight, ignoreIndex));
  if (labelSmoothing === 0) return where(ignored, 0, hard);
  const even = sum(mul(neg(logP), weight), 1).div(rows.shape[1] as number);
  return where(ignored, 0, hard.mul(1 - labelSmoothing).add(even.mul(labelSmoothing)));
}

/** loss_i = -sum_c w_c t_ic log p_ic, with t mixed with the even distribution by e. */
function withProbabilities(
  input: Tensor,
  target: Tensor,
  classDim: number,
  weight: Tensor | undefined,
  labelSmoothing: number,
  reduction: Reduction,
): Tensor {
  const classes = input.shape[classDim] as number;
  const smooth = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const scale = weight?.reshape(weight.shape.concat(Array(input.ndim - 1 - classDim).fill(1)));
  const logP = logSoftmax(input, classDim);
  const loss = neg(sum(mul(logP, scale === undefined ? smooth : mul(smooth, scale)), classDim));
  if (reduction !== 'mean') return reduce(loss, reduction);
  return sum(loss).div(input.count / classes);
}

/** Options with PyTorch's defaults. */
function settingsOf(op: string, options: CrossEntropyOptions): Required<CrossEntropyOptions> {
  const settings = withDefaults<Required<CrossEntropyOptions>>(op, options as Required<CrossEntropyOptions>, {
    reduction: 'mean',
    weight: undefined,
    ignoreIndex: -100,
    labelSmoothing: 0,
  });
  checkReduction(op, settings.reduction);
  return settings;
}

/** `crossEntropy` with its options kept. PyTorch: `torch.nn.CrossEntropyLoss`. */
export class CrossEntropyLoss<out R extends Reduction = 'mean' | 'sum'> {
  readonly options: CrossEntropyOptions<R>;

  constructor(options: CrossEntropyOptions<R> = {}) {
    settingsOf('CrossEntropyLoss', options);
    this.options = options;
  }

  forward<A extends Tensor, B extends Tensor, R extends Reduction>(
    this: Reducing<R>,
    input: A,
    target: B & Check<Labelled<A['shape'], B['shape']>>,
  ): Tensor<Lost<R, Labelled<A['shape'], B['shape']>>> {
    return crossEntropy<A, B, R>(input, target, this.options);
  }
}
