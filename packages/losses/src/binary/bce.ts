/** Cross-entropy between the chance of one event and whether it came. */
import { clampMin, type ElementwiseOp, elementwiseOp, type Tensor, ValueError } from '@tessera/tensor';
import { apply, broadcastShapes, type Check, checkTensor } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { type LossOptions, type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';

/** Logarithms of chances go no lower, so that a wrong answer given as certain has a finite loss. */
const LEAST_LOG = -100;

/** -(y max(log x, -100) + (1 - y) max(log(1 - x), -100)) */
export const binaryCrossEntropyOp: ElementwiseOp<'x' | 'y'> = elementwiseOp<'x' | 'y'>('binaryCrossEntropy', {
  f: (x: number, y: number) => -(y * Math.max(Math.log(x), LEAST_LOG) + (1 - y) * Math.max(Math.log1p(-x), LEAST_LOG)),
  result: 'float',
  formula: '-(y * log(x) + (1 - y) * log(1 - x)), logarithms at least -100',
  domain: { x: [0.125, 0.875], y: [0, 1] },
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        g.mul(x.sub(y)).div(clampMin(x.mul(x.neg().add(1)), 1e-12)),
    y:
      ({ x }) =>
      (g) =>
        g.mul(x.neg().log1p().clampMin(LEAST_LOG).sub(x.log().clampMin(LEAST_LOG))),
  },
});

export interface BCEOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** What each loss is multiplied by; its shape broadcasts. */
  readonly weight?: Tensor | undefined;
}

function bceSettings(op: string, options: BCEOptions): BCEOptions & { readonly reduction: Reduction } {
  return settingsOf<BCEOptions & { readonly reduction: Reduction }>(op, options, { weight: undefined });
}

/** `loss` times a weight whose shape broadcasts to it. */
export function weightedBy(op: string, loss: Tensor, weight: Tensor | undefined): Tensor {
  if (weight === undefined) return loss;
  broadcastShapes(op, checkTensor(op, 'weight', weight).shape, loss.shape);
  return loss.mul(weight);
}

/**
 * -weight (target log input + (1 - target) log(1 - input)), where `input` and `target` are probabilities of one shape.
 * Logarithms are taken to be at least -100. `binaryCrossEntropyWithLogits` is more exact where `input` is a sigmoid.
 * PyTorch: `torch.nn.functional.binary_cross_entropy`.
 *
 * @throws ShapeError when the shapes differ; ValueError when a probability is not in [0, 1].
 * @example
 * binaryCrossEntropy(tensor([0.5, 0.9]), tensor([1, 1])); // tensor(0.3993)
 */
export function binaryCrossEntropy<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'binaryCrossEntropy', A['shape'], B['shape']>>,
  options?: BCEOptions<R>,
): Tensor<Lost<R, Alike<'binaryCrossEntropy', A['shape'], B['shape']>>>;
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BCEOptions = {}): Tensor {
  const { weight, reduction } = bceSettings('binaryCrossEntropy', options);
  const goal = checkAlike('binaryCrossEntropy', input, target);
  checkProbabilities('input', input);
  checkProbabilities('target', goal);
  return reduce(weightedBy('binaryCrossEntropy', apply(binaryCrossEntropyOp, [input, goal], {}), weight), reduction);
}

function checkProbabilities(operand: string, t: Tensor): void {
  const outside = t.data.find((value) => value < 0 || value > 1);
  if (outside === undefined) return;
  const remedy = operand === 'input' ? 'sigmoid(input), or binaryCrossEntropyWithLogits' : 'labels of 0 and 1';
  throw new ValueError(`binaryCrossEntropy: ${operand} must be in [0, 1]; got ${outside}; try ${remedy}`);
}

/** `binaryCrossEntropy` with its options kept. PyTorch: `torch.nn.BCELoss`. */
export class BCELoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<'binaryCrossEntropy', R> {
  constructor(override readonly options: BCEOptions<R> = {}) {
    bceSettings('BCELoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.options);
  }
}
