/** Cross-entropy between the logit of one event and whether it came. */
import { type CompositeOp, onesLike, sigmoidBackward, type Tensor, where } from '@tessera/tensor';
import { apply, broadcastShapes, type Check, checkTensor } from '@tessera/tensor/core';
import { type Alike, AlikeLoss, checkAlike } from '../alike.ts';
import { pointwiseOp } from '../pointwise.ts';
import { type Lost, type Reduction, reduce, settingsOf } from '../reduction.ts';
import { type BCEOptions, weightedBy } from './bce.ts';

/**
 * -(y log sigmoid(x) + (1 - y) log(1 - sigmoid(x))) = |x| c + log(1 + exp(-|x|)), where c, the part of the label that x
 * speaks against, is 1 - y for x >= 0 and else y.
 */
export const bceWithLogitsOp: CompositeOp<'x' | 'y'> = pointwiseOp<'x' | 'y'>('bceWithLogits', {
  define: ([x, y]) => {
    const [logit, label] = [x as Tensor, y as Tensor];
    const size = logit.abs();
    return size.mul(where(logit.ge(0), label.neg().add(1), label)).add(size.neg().exp().log1p());
  },
  kernel: 'bce_with_logits',
  formula: 'max(x, 0) - x * y + log(1 + exp(-|x|))',
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        apply(bceWithLogitsBackwardOp, [g, x, y], {}),
    y:
      ({ x }) =>
      (g) =>
        g.mul(x).neg(),
  },
});

/** g (sigmoid(x) - y) */
export const bceWithLogitsBackwardOp: CompositeOp<'g' | 'x' | 'y'> = pointwiseOp<'g' | 'x' | 'y'>(
  'bceWithLogitsBackward',
  {
    define: ([g, x, y]) =>
      (x as Tensor)
        .sigmoid()
        .sub(y as Tensor)
        .mul(g as Tensor),
    kernel: 'bce_with_logits_backward',
    vjp: {
      g:
        ({ x, y }) =>
        (h) =>
          apply(bceWithLogitsBackwardOp, [h, x, y], {}),
      x:
        ({ g, x }) =>
        (h) =>
          sigmoidBackward(h.mul(g), x.sigmoid()),
      y:
        ({ g }) =>
        (h) =>
          h.mul(g).neg(),
    },
  },
);

/** The loss of every element; both have one shape and dtype. */
export function logisticLoss(input: Tensor, target: Tensor): Tensor {
  return apply(bceWithLogitsOp, [input, target], {});
}

export interface BCEWithLogitsOptions<R extends Reduction = Reduction> extends BCEOptions<R> {
  /** What the part of events that came is multiplied by; its shape broadcasts. */
  readonly posWeight?: Tensor | undefined;
}

type Settings = BCEWithLogitsOptions & { readonly reduction: Reduction };

function logitsSettings(op: string, options: BCEWithLogitsOptions): Settings {
  return settingsOf<Settings>(op, options, { weight: undefined, posWeight: undefined });
}

/**
 * -weight (posWeight target log p + (1 - target) log(1 - p)) with p = sigmoid(input), computed from the logits so that nothing
 * overflows. Both have one shape. PyTorch: `torch.nn.functional.binary_cross_entropy_with_logits`.
 *
 * @throws ShapeError when the shapes differ.
 * @example
 * binaryCrossEntropyWithLogits(tensor([0, 2]), tensor([1, 1])); // tensor(0.4100)
 */
export function binaryCrossEntropyWithLogits<A extends Tensor, B extends Tensor, R extends Reduction = 'mean'>(
  input: A,
  target: B & Check<Alike<'binaryCrossEntropyWithLogits', A['shape'], B['shape']>>,
  options?: BCEWithLogitsOptions<R>,
): Tensor<Lost<R, Alike<'binaryCrossEntropyWithLogits', A['shape'], B['shape']>>>;
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BCEWithLogitsOptions = {},
): Tensor {
  const op = 'binaryCrossEntropyWithLogits';
  const { weight, posWeight, reduction } = logitsSettings(op, options);
  const goal = checkAlike(op, input, target);
  if (posWeight !== undefined) broadcastShapes(op, checkTensor(op, 'posWeight', posWeight).shape, input.shape);
  const plain = logisticLoss(input, goal);
  // The loss of an event that came is that of the target 1.
  const loss =
    posWeight === undefined
      ? plain
      : plain.add(
          posWeight
            .sub(1)
            .mul(goal)
            .mul(logisticLoss(input, onesLike(goal))),
        );
  return reduce(weightedBy(op, loss, weight), reduction);
}

/** `binaryCrossEntropyWithLogits` with its options kept. PyTorch: `torch.nn.BCEWithLogitsLoss`. */
export class BCEWithLogitsLoss<out R extends Reduction = 'mean' | 'sum'> extends AlikeLoss<
  'binaryCrossEntropyWithLogits',
  R
> {
  constructor(override readonly options: BCEWithLogitsOptions<R> = {}) {
    logitsSettings('BCEWithLogitsLoss', options);
    super(options);
  }

  protected override loss(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.options);
  }
}
