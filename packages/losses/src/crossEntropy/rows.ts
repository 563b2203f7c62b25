/** Cross-entropy of rows of logits with class indices: one pass over the logits each way, and no copy of them. */
import { launch } from '@tessera/kernels';
import {
  arange,
  type CompositeOp,
  type Draw,
  DTypeError,
  mul,
  type PrimitiveOp,
  type Sample,
  ShapeError,
  softmax,
  sub,
  type Tensor,
  where,
} from '@tessera/tensor';
import {
  apply,
  checkFloat,
  checkSameDType,
  DTYPES,
  dispatch,
  evaluate,
  formatShape,
  sameShape,
} from '@tessera/tensor/core';

interface RowAttributes {
  /** Rows with this target count nothing. */
  readonly ignoreIndex: number;
  /** How much of the target is spread evenly over all classes. */
  readonly labelSmoothing: number;
}

/** About this many logits make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;

function rowsPerChunk(classes: number): number {
  return Math.max(1, Math.ceil(CHUNK_ELEMENTS / Math.max(1, classes)));
}

/**
 * loss_i = L_i - (1 - e) x_i[t_i] - e mean(x_i), with L_i = log sum exp x_i; rows to be ignored give 0. The residual is
 * L_i less the largest logit. logits [R, C], target [R] -> loss [R], logSum [R]
 */
export const crossEntropyRowsOp: PrimitiveOp<'logits' | 'target', RowAttributes> = {
  kind: 'primitive',
  name: 'crossEntropyRows',
  operands: ['logits', 'target'],
  outputs: ['loss', 'logSum'],
  infer: ([logits, target]) => {
    checkRows('crossEntropyRows', logits as Tensor, target as Tensor);
    const spec = { shape: (target as Tensor).shape, dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  reference: ([loss, logSum], [logits, target], { ignoreIndex, labelSmoothing }) => {
    const classes = logits?.shape[1] as number;
    for (let row = 0; row < (loss?.data.length as number); row++) {
      const x = Array.from({ length: classes }, (_, c) => logits?.data[row * classes + c] as number);
      const { top, rest } = logSumOf(x);
      const label = target?.data[row] as number;
      const surprise = (value: number): number => top - value + rest;
      const even = labelSmoothing === 0 ? 0 : x.reduce((sum, value) => sum + surprise(value), 0);
      const hard = (1 - labelSmoothing) * surprise(x[label] as number);
      if (logSum) logSum.data[row] = rest;
      if (loss) loss.data[row] = label === ignoreIndex ? 0 : hard + (labelSmoothing / classes) * even;
    }
  },
  kernel: ([loss, logSum], [logits, target], { ignoreIndex, labelSmoothing }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const operands = [loss as Tensor, logSum as Tensor, logits as Tensor, target as Tensor, null];
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropyRowsBackwardOp, [...inputs, g], { ...attributes, logSum: outputs[1] as Tensor }),
    target: 'none',
  },
  sample: sampleRows,
};

interface BackwardAttributes extends RowAttributes {
  /** What the forward pass kept of every row; null: it is computed again. */
  readonly logSum: Tensor | null;
}

/** d loss_i / d x_ij = softmax(x_i)_j - (1 - e) [j = t_i] - e / C, times g_i. */
export const crossEntropyRowsBackwardOp: CompositeOp<'logits' | 'target' | 'g', BackwardAttributes> = {
  kind: 'composite',
  name: 'crossEntropyRowsBackward',
  operands: ['logits', 'target', 'g'],
  infer: ([logits, target, g]) => {
    checkRows('crossEntropyRowsBackward', logits as Tensor, target as Tensor);
    checkColumn('crossEntropyRowsBackward', 'g', logits as Tensor, g as Tensor);
    return logits as Tensor;
  },
  define: ([logits, target, g], attributes) =>
    rowsThatCount(
      target as Tensor,
      attributes,
      mul(slopes(logits as Tensor, target as Tensor, attributes), (g as Tensor).unsqueeze(1)),
    ),
  kernel: ([dx], [logits, target, g], { logSum, ...attributes }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_backward_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const known =
      logSum ?? (evaluate(crossEntropyRowsOp, [logits as Tensor, target as Tensor], attributes)[1] as Tensor);
    const operands = [dx as Tensor, logits as Tensor, known, target as Tensor, null, g as Tensor];
    const { ignoreIndex, labelSmoothing } = attributes;
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  // With p = softmax(x) and q the smoothed label: d(g (p - q)) = (p - q) dg + g p (dx - sum p dx)
  vjp: {
    logits:
      ({ inputs }, attributes) =>
      (h) => {
        const [logits, target, g] = inputs as readonly [Tensor, Tensor, Tensor];
        const p = softmax(logits, -1);
        const scaled = h.mul(g.unsqueeze(1));
        return rowsThatCount(target, attributes, p.mul(scaled.sub(scaled.mul(p).sum(-1, { keepdim: true }))));
      },
    target: 'none',
    g:
      ({ logits, target }, attributes) =>
      (h) =>
        rowsThatCount(target, attributes, h.mul(slopes(logits, target, attributes))).sum(-1),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleRows(draw);
    return { inputs: [...inputs, { shape: inputs[1]?.shape ?? [] }], attributes: { ...attributes, logSum: null } };
  },
};

/** Logits [R, C] and one class index for each row. */
function checkRows(op: string, logits: Tensor, target: Tensor): void {
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
}

/** One number of the logits' dtype for each row. */
function checkColumn(op: string, operand: string, logits: Tensor, column: Tensor): void {
  checkSameDType(op, logits, column);
  if (!sameShape(column.shape, [logits.shape[0] as number])) {
    throw new ShapeError(
      `${op}: ${operand} must be [${logits.shape[0]}]; got ${formatShape(column.shape)}; try one number for each row`,
    );
  }
}

function sampleRows(draw: Draw): Sample<RowAttributes> {
  const rows = draw.integer(1, 4);
  const classes = draw.integer(1, 5);
  const attributes = { ignoreIndex: draw.pick([-100, 0]), labelSmoothing: draw.pick([0, 0.1]) };
  return {
    inputs: [
      { shape: [rows, classes], range: [-2, 2] },
      { shape: [rows], dtype: 'int32', range: [0, classes - 1] },
    ],
    attributes,
  };
}

/** softmax(x) - q, q the smoothed label; anything in rows that do not count. */
function slopes(logits: Tensor, target: Tensor, { ignoreIndex, labelSmoothing }: RowAttributes): Tensor {
  const [, classes] = logits.shape as readonly [number, number];
  const label = where(target.eq(ignoreIndex), 0, target);
  // (R) -> (R, C): 1 at the label, 0 elsewhere
  const oneHot = label.unsqueeze(1).eq(arange(classes)).to(logits.dtype);
  return sub(softmax(logits, -1), oneHot.mul(1 - labelSmoothing).add(labelSmoothing / classes));
}

/** `x` [R, C] with zeros in the rows that are to be ignored. */
function rowsThatCount(target: Tensor, { ignoreIndex }: RowAttributes, x: Tensor): Tensor {
  return where(target.eq(ignoreIndex).unsqueeze(1), 0, x);
}

/** The largest of x, and log(sum exp(x - largest)) = log(1 + what the others add). */
function logSumOf(x: readonly number[]): { readonly top: number; readonly rest: number } {
  const top = Math.max(...x);
  if (!Number.isFinite(top)) return { top, rest: Number.NaN };
  const others = x.toSpliced(x.indexOf(top), 1).reduce((sum, value) => sum + Math.exp(value - top), 0);
  return { top, rest: Math.log1p(others) };
}

/** The loss of every row. Checked arguments only. */
export function crossEntropyRows(logits: Tensor, target: Tensor, attributes: RowAttributes): Tensor {
  return dispatch(crossEntropyRowsOp, [logits, target], attributes)[0] as Tensor;
}
