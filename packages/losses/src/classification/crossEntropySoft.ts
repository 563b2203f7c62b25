/** Cross-entropy of logits with probabilities: one pass over the logits each way, and no copy of them. */
import {
  type CompositeOp,
  type Draw,
  logSoftmax,
  mul,
  type Sample,
  type SampleInput,
  ShapeError,
  softmax,
  sub,
  type Tensor,
} from '@tessera/tensor';
import { apply, checkSameDType, evaluate, formatShape, sameShape } from '@tessera/tensor/core';
import { besideLogits, checkLogits, checkSamples, launchOverSamples, samplesOf, sumOfSamples } from './classLayout.ts';
import { towardsLogits, towardsShare } from './throughSoftmax.ts';

interface SoftAttributes {
  /** How much of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

type SoftOperands = 'logits' | 'target' | 'weight';

/**
 * loss_i = sum_c q_i[c] w[c] (L_i - x_i[c]), with q = (1 - e) target + e / C and L_i = log sum exp x_i. The residual is L_i less
 * the largest logit. logits, target [R, C] or [N, C, L], weight [C] -> loss and logSum, [R] or [N, L]
 */
export const crossEntropySoftOp: CompositeOp<SoftOperands, SoftAttributes> = {
  kind: 'composite',
  name: 'crossEntropySoft',
  operands: ['logits', 'target', 'weight'],
  outputs: ['loss', 'logSum'],
  infer: ([logits, target, weight]) => {
    checkSoft('crossEntropySoft', logits as Tensor, target as Tensor, weight as Tensor);
    const spec = { shape: samplesOf(logits as Tensor), dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  define: ([logits, target, weight], attributes) => {
    const logP = logSoftmax(logits as Tensor, 1);
    const share = shareOf(target as Tensor, weight as Tensor, attributes);
    return [mul(share, logP).sum(1).neg(), logP.amax(1).neg()];
  },
  kernel: ([loss, logSum], [logits, target, weight], { labelSmoothing }) => {
    const operands = [loss, logSum, logits, target, weight] as readonly Tensor[];
    launchOverSamples('cross_entropy_soft', logits as Tensor, [...operands, labelSmoothing]);
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropySoftBackwardOp, [...inputs, g], { ...attributes, logSum: outputs[1] as Tensor }),
    target:
      ({ logits, weight }, { labelSmoothing }) =>
      (g) =>
        mul(g.unsqueeze(1).mul(besideLogits(weight, logits)), logSoftmax(logits, 1)).mul(labelSmoothing - 1),
    weight:
      ({ logits, target }, attributes) =>
      (g) =>
        sumOfSamples(mul(g.unsqueeze(1).mul(smoothed(target, attributes)), logSoftmax(logits, 1))).neg(),
  },
  sample: (draw) => sampleSoft(draw),
};

interface BackwardAttributes extends SoftAttributes {
  /** What the forward pass kept of every sample; null: it is computed again. */
  readonly logSum: Tensor | null;
}

/** d loss_i / d x_ij = p_ij sum_c q_ic w_c - q_ij w_j, times g_i. */
export const crossEntropySoftBackwardOp: CompositeOp<SoftOperands | 'g', BackwardAttributes> = {
  kind: 'composite',
  name: 'crossEntropySoftBackward',
  operands: ['logits', 'target', 'weight', 'g'],
  infer: ([logits, target, weight, g]) => {
    checkSoft('crossEntropySoftBackward', logits as Tensor, target as Tensor, weight as Tensor);
    checkSameDType('crossEntropySoftBackward', logits as Tensor, g as Tensor);
    checkSamples('crossEntropySoftBackward', 'g', logits as Tensor, g as Tensor);
    return logits as Tensor;
  },
  define: ([logits, target, weight, g], attributes) =>
    softSlopes(logits as Tensor, target as Tensor, weight as Tensor, attributes).mul((g as Tensor).unsqueeze(1)),
  kernel: ([dx], [logits, target, weight, g], { logSum, ...attributes }) => {
    const inputs = [logits, target, weight] as readonly Tensor[];
    const known = logSum ?? (evaluate(crossEntropySoftOp, inputs, attributes)[1] as Tensor);
    const operands = [dx, logits, known, target, weight, g] as readonly Tensor[];
    launchOverSamples('cross_entropy_soft_backward', logits as Tensor, [...operands, attributes.labelSmoothing]);
  },
  // s = q w, m = sum s: d(g (m p - s)) = g m p (dx - sum p dx) + g (p sum ds - ds) + (m p - s) dg
  vjp: {
    logits:
      ({ logits, target, weight, g }, attributes) =>
      (h) =>
        towardsLogits(logits, shareOf(target, weight, attributes).sum(1, { keepdim: true }), g, h),
    target:
      ({ logits, weight, g }, { labelSmoothing }) =>
      (h) =>
        towardsShare(logits, g, h)
          .mul(besideLogits(weight, logits))
          .mul(1 - labelSmoothing),
    weight:
      ({ logits, target, g }, attributes) =>
      (h) =>
        sumOfSamples(towardsShare(logits, g, h).mul(smoothed(target, attributes))),
    g:
      ({ logits, target, weight }, attributes) =>
      (h) =>
        h.mul(softSlopes(logits, target, weight, attributes)).sum(1),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleSoft(draw);
    const shape = (inputs[0] as SampleInput).shape.toSpliced(1, 1);
    return { inputs: [...inputs, { shape }], attributes: { ...attributes, logSum: null } };
  },
};

/** m p - s, with s = q w and m = sum s */
function softSlopes(logits: Tensor, target: Tensor, weight: Tensor, attributes: SoftAttributes): Tensor {
  const share = shareOf(target, weight, attributes);
  return sub(softmax(logits, 1).mul(share.sum(1, { keepdim: true })), share);
}

function smoothed(target: Tensor, { labelSmoothing }: SoftAttributes): Tensor {
  const classes = target.shape[1] as number;
  return labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
}

/** s = q w */
function shareOf(target: Tensor, weight: Tensor, attributes: SoftAttributes): Tensor {
  return smoothed(target, attributes).mul(besideLogits(weight, target));
}

/** Logits, a target of their shape and dtype, and a weight for each class. */
function checkSoft(op: string, logits: Tensor, target: Tensor, weight: Tensor): void {
  checkLogits(op, logits, weight);
  checkSameDType(op, logits, target);
  if (!sameShape(target.shape, logits.shape))
    throw new ShapeError(
      `${op}: target must be ${formatShape(logits.shape)}; got ${formatShape(target.shape)}; try a probability for each class`,
    );
}

function sampleSoft(draw: Draw): Sample<SoftAttributes> & { readonly inputs: readonly SampleInput[] } {
  const shape = [draw.integer(1, 4), draw.integer(1, 5), ...draw.pick([[], [draw.integer(1, 6)]])];
  return {
    inputs: [
      { shape, range: [-2, 2] },
      { shape, range: [0, 1] },
      { shape: shape.slice(1, 2), range: [0.5, 2] },
    ],
    attributes: { labelSmoothing: draw.pick([0, 0.1]) },
  };
}
