/** Cross-entropy of rows of logits with class indices: one pass over the logits each way, and no copy of them. */
import { launch } from '@tessera/kernels';
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
  ShapeError,
  softmax,
  sub,
  type Tensor,
  where,
} from '@tessera/tensor';
import { apply, checkFloat, checkSameDType, DTYPES, evaluate, formatShape, sameShape } from '@tessera/tensor/core';

export interface RowAttributes {
  /** Rows with this target count nothing. */
  readonly ignoreIndex: number;
  /** How much of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

/** About this many logits make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;

export function rowsPerChunk(classes: number): number {
  return Math.max(1, Math.ceil(CHUNK_ELEMENTS / Math.max(1, classes)));
}

type RowOperands = 'logits' | 'target' | 'weight';

/**
 * loss_i = (1 - e) w[t_i] (L_i - x_i[t_i]) + e / C sum_c w[c] (L_i - x_i[c]), with L_i = log sum exp x_i; rows to be ignored
 * give 0. The residual is L_i less the largest logit. logits [R, C], target [R], weight [C] -> loss [R], logSum [R]
 */
export const crossEntropyRowsOp: PrimitiveOp<RowOperands, RowAttributes> = {
  kind: 'primitive',
  name: 'crossEntropyRows',
  operands: ['logits', 'target', 'weight'],
  outputs: ['loss', 'logSum'],
  infer: ([logits, target, weight]) => {
    checkRows('crossEntropyRows', logits as Tensor, target as Tensor, weight as Tensor);
    const spec = { shape: (target as Tensor).shape, dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  reference: ([loss, logSum], [logits, target, weight], { ignoreIndex, labelSmoothing }) => {
    const classes = logits?.shape[1] as number;
    for (let row = 0; row < (loss?.data.length as number); row++) {
      const x = Array.from({ length: classes }, (_, c) => logits?.data[row * classes + c] as number);
      const { top, rest } = logSumOf(x);
      const label = target?.data[row] as number;
      const surprise = (c: number): number => (weight?.data[c] as number) * (top - (x[c] as number) + rest);
      const even = labelSmoothing === 0 ? 0 : x.reduce((sum, _, c) => sum + surprise(c), 0);
      if (logSum) logSum.data[row] = rest;
      if (loss)
        loss.data[row] =
          label === ignoreIndex ? 0 : (1 - labelSmoothing) * surprise(label) + (labelSmoothing / classes) * even;
    }
  },
  kernel: ([loss, logSum], [logits, target, weight], { ignoreIndex, labelSmoothing }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const operands = [loss, logSum, logits, target, weight] as readonly Tensor[];
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropyRowsBackwardOp, [...inputs, g], { ...attributes, logSum: outputs[1] as Tensor }),
    target: 'none',
    weight:
      ({ logits, target }, attributes) =>
      (g) =>
        weightSlopes(logits, target, g, attributes),
  },
  sample: (draw) => sampleRows(draw),
};

interface BackwardAttributes extends RowAttributes {
  /** What the forward pass kept of every row; null: it is computed again. */
  readonly logSum: Tensor | null;
}

/** d loss_i / d x_ij = p_ij sum_c q_ic w_c - q_ij w_j, times g_i, with p = softmax(x_i) and q the smoothed label. */
export const crossEntropyRowsBackwardOp: CompositeOp<RowOperands | 'g', BackwardAttributes> = {
  kind: 'composite',
  name: 'crossEntropyRowsBackward',
  operands: ['logits', 'target', 'weight', 'g'],
  infer: ([logits, target, weight, g]) => {
    checkRows('crossEntropyRowsBackward', logits as Tensor, target as Tensor, weight as Tensor);
    checkColumn('crossEntropyRowsBackward', 'g', logits as Tensor, g as Tensor);
    return logits as Tensor;
  },
  define: ([logits, target, weight, g], attributes) =>
    rowsThatCount(
      target as Tensor,
      attributes,
      mul(slopes(logits as Tensor, target as Tensor, weight as Tensor, attributes), (g as Tensor).unsqueeze(1)),
    ),
  kernel: ([dx], [logits, target, weight, g], { logSum, ...attributes }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_backward_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const inputs = [logits, target, weight] as readonly Tensor[];
    const known = logSum ?? (evaluate(crossEntropyRowsOp, inputs, attributes)[1] as Tensor);
    const operands = [dx, logits, known, target, weight, g] as readonly Tensor[];
    const { ignoreIndex, labelSmoothing } = attributes;
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  vjp: {
    // With m = sum_c q_c w_c: d(g (m p - q w)) = g m p (dx - sum p dx)
    logits:
      ({ logits, target, weight, g }, attributes) =>
      (h) => {
        const p = softmax(logits, -1);
        const mass = smoothedLabels(logits, target, attributes).mul(weight).sum(-1, { keepdim: true });
        const scaled = h.mul(g.unsqueeze(1)).mul(mass);
        return p.mul(scaled.sub(scaled.mul(p).sum(-1, { keepdim: true })));
      },
    target: 'none',
    // d(g (p sum q w - q w)) = g (p sum q dw - q dw)
    weight:
      ({ logits, target, g }, attributes) =>
      (h) => {
        const scaled = h.mul(g.unsqueeze(1));
        const along = scaled.mul(softmax(logits, -1)).sum(-1, { keepdim: true });
        return smoothedLabels(logits, target, attributes).mul(along.sub(scaled)).sum(0);
      },
    g:
      ({ logits, target, weight }, attributes) =>
      (h) =>
        rowsThatCount(target, attributes, h.mul(slopes(logits, target, weight, attributes))).sum(-1),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleRows(draw);
    return { inputs: [...inputs, { shape: inputs[1]?.shape ?? [] }], attributes: { ...attributes, logSum: null } };
  },
};

/** Logits [R, C], one class index for each row and one weight for each class. */
function checkRows(op: string, logits: Tensor, target: Tensor, weight: Tensor): void {
  checkFloat(op, 'logits', logits);
  if (logits.ndim !== 2)
    throw new ShapeError(`${op}: logits must be [R, C]; got ${formatShape(logits.shape)}; try reshape(-1, C)`);
  if (target.dtype !== 'int32')
    throw new DTypeError(`${op}: target must be int32; got ${target.dtype}; try target.to('int32')`);
  if (!sameShape(target.shape, [logits.shape[0] as number])) {
    throw new ShapeError(
      `${op}: target must be [${logits.shape[0]}]; got ${formatShape(target.shape)}; try one label for each row`,
    );
  }
  checkClasses(op, logits, weight);
}

/** One number of the logits' dtype for each class. */
export function checkClasses(op: string, logits: Tensor, weight: Tensor): void {
  checkSameDType(op, logits, weight);
  if (!sameShape(weight.shape, [logits.shape[1] as number])) {
    throw new ShapeError(
      `${op}: weight must be [${logits.shape[1]}]; got ${formatShape(weight.shape)}; try one number for each class`,
    );
  }
}

/** One number of the logits' dtype for each row. */
export function checkColumn(op: string, operand: string, logits: Tensor, column: Tensor): void {
  checkSameDType(op, logits, column);
  if (!sameShape(column.shape, [logits.shape[0] as number])) {
    throw new ShapeError(
      `${op}: ${operand} must be [${logits.shape[0]}]; got ${formatShape(column.shape)}; try one number for each row`,
    );
  }
}

function sampleRows(draw: Draw): Sample<RowAttributes> & { readonly inputs: readonly SampleInput[] } {
  const rows = draw.integer(1, 4);
  const classes = draw.integer(1, 5);
  const attributes = { ignoreIndex: draw.pick([-100, 0]), labelSmoothing: draw.pick([0, 0.1]) };
  return {
    inputs: [
      { shape: [rows, classes], range: [-2, 2] },
      { shape: [rows], dtype: 'int32', range: [0, classes - 1] },
      { shape: [classes], range: [0.5, 2] },
    ],
    attributes,
  };
}

/** (1 - e) at the label and e / C everywhere, of rows that count; 0 in the others. (R) -> (R, C) */
function smoothedLabels(logits: Tensor, target: Tensor, { ignoreIndex, labelSmoothing }: RowAttributes): Tensor {
  const [, classes] = logits.shape as readonly [number, number];
  const oneHot = target.unsqueeze(1).eq(arange(classes)).to(logits.dtype);
  const smooth = oneHot.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  return rowsThatCount(target, { ignoreIndex, labelSmoothing }, smooth);
}

/** sum_i g_i q_i[c] (L_i - x_i[c]), q the smoothed label: the derivative by the weight of class c. [R, C] -> [C] */
export function weightSlopes(logits: Tensor, target: Tensor, g: Tensor, attributes: RowAttributes): Tensor {
  const share = smoothedLabels(logits, target, attributes).mul(g.unsqueeze(1));
  return mul(share, logSoftmax(logits, -1).neg()).sum(0);
}

/** p sum q w - q w; anything in rows that do not count. */
function slopes(logits: Tensor, target: Tensor, weight: Tensor, attributes: RowAttributes): Tensor {
  const share = smoothedLabels(logits, target, attributes);
  // A class without a share has none whatever its weight is.
  const weighted = where(share.eq(0), 0, share.mul(weight));
  return sub(softmax(logits, -1).mul(weighted.sum(-1, { keepdim: true })), weighted);
}

/** `x` [R, C] with zeros in the rows that are to be ignored. */
function rowsThatCount(target: Tensor, { ignoreIndex }: RowAttributes, x: Tensor): Tensor {
  return where(target.eq(ignoreIndex).unsqueeze(1), 0, x);
}

/** The largest of x, and log(sum exp(x - largest)) = log(1 + what the others add). */
export function logSumOf(x: readonly number[]): { readonly top: number; readonly rest: number } {
  const top = Math.max(...x);
  if (!Number.isFinite(top)) return { top, rest: Number.NaN };
  const others = x.toSpliced(x.indexOf(top), 1).reduce((sum, value) => sum + Math.exp(value - top), 0);
  return { top, rest: Math.log1p(others) };
}
