/** Cross-entropy of logits with class indices: one pass over the logits each way, and no copy of them. */
import {
  arange,
  type CompositeOp,
  type Draw,
  DTypeError,
  logSoftmax,
  mul,
  type PrimitiveOp,
  type Sample,
  type SampleInput,
  softmax,
  sub,
  type Tensor,
  where,
} from '@tessera/tensor';
import { apply, checkSameDType, evaluate } from '@tessera/tensor/core';
import { besideLogits, checkLogits, checkSamples, launchOverSamples, samplesOf, sumOfSamples } from './classLayout.ts';
import { towardsLogits, towardsShare } from './throughSoftmax.ts';

export interface LabelAttributes {
  /** Samples with this target count nothing. */
  readonly ignoreIndex: number;
  /** How much of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

type LabelOperands = 'logits' | 'target' | 'weight';

/**
 * loss_i = (1 - e) w[t_i] (L_i - x_i[t_i]) + e / C sum_c w[c] (L_i - x_i[c]), with L_i = log sum exp x_i; samples to be ignored
 * give 0. The residual is L_i less the largest logit. logits [R, C] or [N, C, L], target [R] or [N, L], weight [C] -> loss and
 * logSum, as the target
 */
export const crossEntropyLabelsOp: PrimitiveOp<LabelOperands, LabelAttributes> = {
  kind: 'primitive',
  name: 'crossEntropyLabels',
  operands: ['logits', 'target', 'weight'],
  outputs: ['loss', 'logSum'],
  infer: ([logits, target, weight]) => {
    checkOperands('crossEntropyLabels', logits as Tensor, target as Tensor, weight as Tensor);
    const spec = { shape: samplesOf(logits as Tensor), dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  reference: ([loss, logSum], [logits, target, weight], { ignoreIndex, labelSmoothing }) => {
    const [, classes, inner = 1] = (logits as Tensor).shape as readonly [number, number, number?];
    for (let i = 0; i < (loss?.data.length as number); i++) {
      const first = Math.floor(i / inner) * classes * inner + (i % inner);
      const x = Array.from({ length: classes }, (_, c) => logits?.data[first + c * inner] as number);
      const { top, rest } = logSumOf(x);
      const label = target?.data[i] as number;
      const surprise = (c: number): number => (weight?.data[c] as number) * (top - (x[c] as number) + rest);
      const even = labelSmoothing === 0 ? 0 : x.reduce((sum, _, c) => sum + surprise(c), 0);
      if (logSum) logSum.data[i] = rest;
      if (loss)
        loss.data[i] =
          label === ignoreIndex ? 0 : (1 - labelSmoothing) * surprise(label) + (labelSmoothing / classes) * even;
    }
  },
  kernel: ([loss, logSum], [logits, target, weight], { ignoreIndex, labelSmoothing }) => {
    const operands = [loss, logSum, logits, target, weight] as readonly Tensor[];
    launchOverSamples('cross_entropy', logits as Tensor, [...operands, ignoreIndex, labelSmoothing]);
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropyLabelsBackwardOp, [...inputs, g], { ...attributes, logSum: outputs[1] as Tensor }),
    target: 'none',
    weight:
      ({ logits, target }, attributes) =>
      (g) =>
        weightSlopes(logits, target, g, attributes),
  },
  sample: (draw) => sampleLabels(draw),
};

interface BackwardAttributes extends LabelAttributes {
  /** What the forward pass kept of every sample; null: it is computed again. */
  readonly logSum: Tensor | null;
}

/** d loss_i / d x_ij = p_ij sum_c q_ic w_c - q_ij w_j, times g_i, with p = softmax(x_i) and q the smoothed label. */
export const crossEntropyLabelsBackwardOp: CompositeOp<LabelOperands | 'g', BackwardAttributes> = {
  kind: 'composite',
  name: 'crossEntropyLabelsBackward',
  operands: ['logits', 'target', 'weight', 'g'],
  infer: ([logits, target, weight, g]) => {
    checkOperands('crossEntropyLabelsBackward', logits as Tensor, target as Tensor, weight as Tensor);
    checkSameDType('crossEntropyLabelsBackward', logits as Tensor, g as Tensor);
    checkSamples('crossEntropyLabelsBackward', 'g', logits as Tensor, g as Tensor);
    return logits as Tensor;
  },
  define: ([logits, target, weight, g], attributes) =>
    samplesThatCount(
      target as Tensor,
      attributes,
      mul(slopes(logits as Tensor, target as Tensor, weight as Tensor, attributes), (g as Tensor).unsqueeze(1)),
    ),
  kernel: ([dx], [logits, target, weight, g], { logSum, ...attributes }) => {
    const inputs = [logits, target, weight] as readonly Tensor[];
    const known = logSum ?? (evaluate(crossEntropyLabelsOp, inputs, attributes)[1] as Tensor);
    const operands = [dx, logits, known, target, weight, g] as readonly Tensor[];
    const { ignoreIndex, labelSmoothing } = attributes;
    launchOverSamples('cross_entropy_backward', logits as Tensor, [...operands, ignoreIndex, labelSmoothing]);
  },
  vjp: {
    // With m = sum_c q_c w_c: d(g (m p - q w)) = g m p (dx - sum p dx)
    logits:
      ({ logits, target, weight, g }, attributes) =>
      (h) => {
        const share = smoothedLabels(logits, target, attributes).mul(besideLogits(weight, logits));
        return towardsLogits(logits, share.sum(1, { keepdim: true }), g, h);
      },
    target: 'none',
    // d(g (p sum q w - q w)) = g (p sum q dw - q dw)
    weight:
      ({ logits, target, g }, attributes) =>
      (h) =>
        sumOfSamples(smoothedLabels(logits, target, attributes).mul(towardsShare(logits, g, h))),
    g:
      ({ logits, target, weight }, attributes) =>
      (h) =>
        samplesThatCount(target, attributes, h.mul(slopes(logits, target, weight, attributes))).sum(1),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleLabels(draw);
    return { inputs: [...inputs, { shape: inputs[1]?.shape ?? [] }], attributes: { ...attributes, logSum: null } };
  },
};

/** Logits, an int32 class index for each sample and a weight for each class. */
function checkOperands(op: string, logits: Tensor, target: Tensor, weight: Tensor): void {
  checkLogits(op, logits, weight);
  if (target.dtype !== 'int32')
    throw new DTypeError(`${op}: target must be int32; got ${target.dtype}; try target.to('int32')`);
  checkSamples(op, 'target', logits, target);
}

function sampleLabels(draw: Draw): Sample<LabelAttributes> & { readonly inputs: readonly SampleInput[] } {
  const classes = draw.integer(1, 5);
  const shape = [draw.integer(1, 4), classes, ...draw.pick([[], [draw.integer(1, 6)]])];
  const attributes = { ignoreIndex: draw.pick([-100, 0]), labelSmoothing: draw.pick([0, 0.1]) };
  return {
    inputs: [
      { shape, range: [-2, 2] },
      { shape: shape.toSpliced(1, 1), dtype: 'int32', range: [0, classes - 1] },
      { shape: [classes], range: [0.5, 2] },
    ],
    attributes,
  };
}

/** (1 - e) at the label and e / C everywhere, of samples that count; 0 in the others. [R] -> [R, C], [N, L] -> [N, C, L] */
function smoothedLabels(logits: Tensor, target: Tensor, { ignoreIndex, labelSmoothing }: LabelAttributes): Tensor {
  const classes = logits.shape[1] as number;
  const oneHot = target
    .unsqueeze(1)
    .eq(besideLogits(arange(classes), logits))
    .to(logits.dtype);
  const smooth = oneHot.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  return samplesThatCount(target, { ignoreIndex, labelSmoothing }, smooth);
}

/** sum_i g_i q_i[c] (L_i - x_i[c]), q the smoothed label: the derivative by the weight of class c, [C]. */
export function weightSlopes(logits: Tensor, target: Tensor, g: Tensor, attributes: LabelAttributes): Tensor {
  const share = smoothedLabels(logits, target, attributes).mul(g.unsqueeze(1));
  return sumOfSamples(mul(share, logSoftmax(logits, 1).neg()));
}

/** p sum q w - q w; anything in samples that do not count. */
function slopes(logits: Tensor, target: Tensor, weight: Tensor, attributes: LabelAttributes): Tensor {
  const share = smoothedLabels(logits, target, attributes);
  // A class without a share has none whatever its weight is.
  const weighted = where(share.eq(0), 0, share.mul(besideLogits(weight, logits)));
  return sub(softmax(logits, 1).mul(weighted.sum(1, { keepdim: true })), weighted);
}

/** `x`, as logits, with zeros in the samples that are to be ignored. */
function samplesThatCount(target: Tensor, { ignoreIndex }: LabelAttributes, x: Tensor): Tensor {
  return where(target.eq(ignoreIndex).unsqueeze(1), 0, x);
}

/** The largest of x, and log(sum exp(x - largest)) = log(1 + what the others add). */
export function logSumOf(x: readonly number[]): { readonly top: number; readonly rest: number } {
  const top = Math.max(...x);
  if (!Number.isFinite(top)) return { top, rest: Number.NaN };
  const others = x.toSpliced(x.indexOf(top), 1).reduce((sum, value) => sum + Math.exp(value - top), 0);
  return { top, rest: Math.log1p(others) };
}
