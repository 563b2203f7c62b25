/** Cross-entropy of rows of logits with class indices: one pass over the logits each way, and no copy of them. */
import { launch } from '@tessera/kernels';
import { arange, type CompositeOp, mul, type PrimitiveOp, softmax, sub, type Tensor, where } from '@tessera/tensor';
import { apply, DTYPES, dispatch } from '@tessera/tensor/core';

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
 * loss_i = lse_i - (1 - e) x_i[t_i] - e mean(x_i), with lse_i = log sum exp x_i; rows to be ignored give 0.
 * logits [R, C], target [R] -> loss [R], lse [R]
 */
export const crossEntropyRowsOp: PrimitiveOp<'logits' | 'target', RowAttributes> = {
  kind: 'primitive',
  name: 'crossEntropyRows',
  operands: ['logits', 'target'],
  outputs: ['loss', 'lse'],
  infer: ([logits, target]) => {
    const spec = { shape: (target as Tensor).shape, dtype: (logits as Tensor).dtype };
    return [spec, spec];
  },
  reference: ([loss, lse], [logits, target], { ignoreIndex, labelSmoothing }) => {
    const classes = logits?.shape[1] as number;
    for (let row = 0; row < (loss?.data.length as number); row++) {
      const x = Array.from({ length: classes }, (_, c) => logits?.data[row * classes + c] as number);
      const max = Math.max(...x);
      const shift = Number.isFinite(max) ? max : 0;
      const total = shift + Math.log(x.reduce((sum, value) => sum + Math.exp(value - shift), 0));
      const label = target?.data[row] as number;
      const even =
        labelSmoothing === 0 ? 0 : (labelSmoothing / classes) * x.reduce((sum, value) => sum + total - value, 0);
      if (lse) lse.data[row] = total;
      if (loss)
        loss.data[row] = label === ignoreIndex ? 0 : (1 - labelSmoothing) * (total - (x[label] as number)) + even;
    }
  },
  kernel: ([loss, lse], [logits, target], { ignoreIndex, labelSmoothing }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const operands = [loss as Tensor, lse as Tensor, logits as Tensor, target as Tensor, null];
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
  vjp: {
    logits:
      ({ inputs, outputs }, attributes) =>
      (g) =>
        apply(crossEntropyRowsBackwardOp, [...inputs, outputs[1] as Tensor, g], attributes),
    target: 'none',
  },
  sample: (draw) => {
    const rows = draw.integer(1, 4);
    const classes = draw.integer(1, 5);
    const attributes = { ignoreIndex: draw.pick([-100, 0]), labelSmoothing: draw.pick([0, 0.1]) };
    return {
      inputs: [{ shape: [rows, classes] }, { shape: [rows], dtype: 'int32', range: [0, classes - 1] }],
      attributes,
    };
  },
};

/** d loss_i / d x_ij = softmax(x_i)_j - (1 - e) [j = t_i] - e / C, times g_i. */
export const crossEntropyRowsBackwardOp: CompositeOp<'logits' | 'target' | 'lse' | 'g', RowAttributes> = {
  kind: 'composite',
  name: 'crossEntropyRowsBackward',
  operands: ['logits', 'target', 'lse', 'g'],
  infer: ([logits]) => logits as Tensor,
  define: ([logits, target, , g], { ignoreIndex, labelSmoothing }) => {
    const [, classes] = (logits as Tensor).shape as readonly [number, number];
    const ignored = (target as Tensor).eq(ignoreIndex);
    const label = where(ignored, 0, target as Tensor);
    const smooth = oneHotRows(label, classes, logits as Tensor)
      .mul(1 - labelSmoothing)
      .add(labelSmoothing / classes);
    const scale = where(ignored, 0, g as Tensor);
    return mul(sub(softmax(logits as Tensor, -1), smooth), scale.unsqueeze(1));
  },
  kernel: ([dx], [logits, target, lse, g], { ignoreIndex, labelSmoothing }) => {
    const [rows, classes] = (logits as Tensor).shape as readonly [number, number];
    const name = `cross_entropy_backward_${DTYPES[(logits as Tensor).dtype].suffix}`;
    const operands = [dx as Tensor, logits as Tensor, lse as Tensor, target as Tensor, null, g as Tensor];
    launch(name, [...operands, ignoreIndex, labelSmoothing, classes], rows, rowsPerChunk(classes));
  },
};

/** (R) -> (R, C): 1 at the label, 0 elsewhere. */
function oneHotRows(label: Tensor, classes: number, like: Tensor): Tensor {
  return label.unsqueeze(1).eq(arange(classes)).to(like.dtype);
}

/** The loss of every row. Checked arguments only. */
export function crossEntropyRows(logits: Tensor, target: Tensor, attributes: RowAttributes): Tensor {
  return dispatch(crossEntropyRowsOp, [logits, target], attributes)[0] as Tensor;
}
