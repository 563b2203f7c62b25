/** Cross-entropy of rows of logits with probabilities: one pass over the logits each way, and no copy of them. */
import { launch } from '@tessera/kernels';
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
import { apply, checkFloat, checkSameDType, DTYPES, evaluate, formatShape, sameShape } from '@tessera/tensor/core';
import { checkClasses, checkColumn, rowsPerChunk } from './crossEntropyRows.ts';

interface SoftAttributes {
  /** How much of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

type SoftOperands = 'logits' | 'target' | 'weight';

/**
 * loss_i = sum_c q_i[c] w[c] (L_i - x_i[c]), with q = (1 - e) target + e / C and L_i = log sum exp x_i. The residual is L_i less
 * the largest logit. logits, target [R, C], weight [C] -> loss [R], logSum [R]
 */
export const crossEntropySoftOp: CompositeOp<SoftOperands, SoftAttributes> = {
  kind: 'composite',
  name: 'crossEntropySoft',
  operands: ['logits', 'target', 'weight'],
  outputs: ['loss', 'logSum'],
  infer: ([logits, target, weight]) => {
    checkSoft('crossEntropySoft', logits as Tensor, target as Tensor, weight as Tensor);
    const spec = { shape: [(logits as Tensor).shape[0] as number], dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  define: ([logits, target, weight], attributes) => {
    const [x, w] = [logits as Tensor, weight as Tensor];
    const logP = logSoftmax(x, -1);
    const share = smoothed(target as Tensor, attributes).mul(w);
    return [mul(share, logP).sum(-1).neg(), logP.amax(-1).neg()];
  },
  kernel: ([loss, logSum], [logits, target, weight], { labelSmoothing }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_soft_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const operands = [loss, logSum, logits, target, weight] as readonly Tensor[];
    launch(name, [...operands, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropySoftBackwardOp, [...inputs, g], { ...attributes, logSum: outputs[1] as Tensor }),
    target:
      ({ logits, weight }, { labelSmoothing }) =>
      (g) =>
        mul(g.unsqueeze(1).mul(weight), logSoftmax(logits, -1)).mul(labelSmoothing - 1),
    weight:
      ({ logits, target }, attributes) =>
      (g) =>
        mul(g.unsqueeze(1).mul(smoothed(target, attributes)), logSoftmax(logits, -1))
          .sum(0)
          .neg(),
  },
  sample: (draw) => sampleSoft(draw),
};

interface BackwardAttributes extends SoftAttributes {
  /** What the forward pass kept of every row; null: it is computed again. */
  readonly logSum: Tensor | null;
}

/** d loss_i / d x_ij = p_ij sum_c q_ic w_c - q_ij w_j, times g_i. */
export const crossEntropySoftBackwardOp: CompositeOp<SoftOperands | 'g', BackwardAttributes> = {
  kind: 'composite',
  name: 'crossEntropySoftBackward',
  operands: ['logits', 'target', 'weight', 'g'],
  infer: ([logits, target, weight, g]) => {
    checkSoft('crossEntropySoftBackward', logits as Tensor, target as Tensor, weight as Tensor);
    checkColumn('crossEntropySoftBackward', 'g', logits as Tensor, g as Tensor);
    return logits as Tensor;
  },
  define: ([logits, target, weight, g], attributes) =>
    softSlopes(logits as Tensor, target as Tensor, weight as Tensor, attributes).mul((g as Tensor).unsqueeze(1)),
  kernel: ([dx], [logits, target, weight, g], { logSum, ...attributes }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_soft_backward_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const inputs = [logits, target, weight] as readonly Tensor[];
    const known = logSum ?? (evaluate(crossEntropySoftOp, inputs, attributes)[1] as Tensor);
    const operands = [dx, logits, known, target, weight, g] as readonly Tensor[];
    launch(name, [...operands, attributes.labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  // s = q w, m = sum s: d(g (m p - s)) = g m p (dx - sum p dx) + g (p sum ds - ds) + (m p - s) dg
  vjp: {
    logits:
      ({ logits, target, weight, g }, attributes) =>
      (h) => {
        const p = softmax(logits, -1);
        const mass = smoothed(target, attributes).mul(weight).sum(-1, { keepdim: true });
        const scaled = h.mul(g.unsqueeze(1)).mul(mass);
        return p.mul(scaled.sub(scaled.mul(p).sum(-1, { keepdim: true })));
      },
    target:
      ({ logits, weight, g }, { labelSmoothing }) =>
      (h) =>
        towardsShare(logits, g, h)
          .mul(weight)
          .mul(1 - labelSmoothing),
    weight:
      ({ logits, target, g }, attributes) =>
      (h) =>
        towardsShare(logits, g, h).mul(smoothed(target, attributes)).sum(0),
    g:
      ({ logits, target, weight }, attributes) =>
      (h) =>
        h.mul(softSlopes(logits, target, weight, attributes)).sum(-1),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleSoft(draw);
    const rows = inputs[0]?.shape[0] as number;
    return { inputs: [...inputs, { shape: [rows] }], attributes: { ...attributes, logSum: null } };
  },
};

/** m p - s, with s = q w and m = sum s */
function softSlopes(logits: Tensor, target: Tensor, weight: Tensor, attributes: SoftAttributes): Tensor {
  const share = smoothed(target, attributes).mul(weight);
  return sub(softmax(logits, -1).mul(share.sum(-1, { keepdim: true })), share);
}

/** g (sum p h - h), the derivative of g (m p - s) by s along h */
function towardsShare(logits: Tensor, g: Tensor, h: Tensor): Tensor {
  const along = h.mul(softmax(logits, -1)).sum(-1, { keepdim: true });
  return along.sub(h).mul(g.unsqueeze(1));
}

function smoothed(target: Tensor, { labelSmoothing }: SoftAttributes): Tensor {
  const classes = target.shape[1] as number;
  return labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
}

/** Logits and target [R, C] and one weight for each class. */
function checkSoft(op: string, logits: Tensor, target: Tensor, weight: Tensor): void {
  checkFloat(op, 'logits', logits);
  if (logits.ndim !== 2)
    throw new ShapeError(`${op}: logits must be [R, C]; got ${formatShape(logits.shape)}; try reshape(-1, C)`);
  checkSameDType(op, logits, target);
  if (!sameShape(target.shape, logits.shape))
    throw new ShapeError(
      `${op}: target must be ${formatShape(logits.shape)}; got ${formatShape(target.shape)}; try a probability for each class`,
    );
  checkClasses(op, logits, weight);
}

function sampleSoft(draw: Draw): Sample<SoftAttributes> & { readonly inputs: readonly SampleInput[] } {
  const shape = [draw.integer(1, 4), draw.integer(1, 5)];
  return {
    inputs: [
      { shape, range: [-2, 2] },
      { shape, range: [0, 1] },
      { shape: shape.slice(1), range: [0.5, 2] },
    ],
    attributes: { labelSmoothing: draw.pick([0, 0.1]) },
  };
}
