/** Cross-entropy of a linear head whose logits are made a few rows at a time, and never stored. */
import { add, type CompositeOp, cat, linearOp, matmul, ShapeError, type Tensor } from '@tessera/tensor';
import { apply, checkSameDType, evaluate, formatShape, runScope, writeInto } from '@tessera/tensor/core';
import {
  crossEntropyLabelsBackwardOp,
  crossEntropyLabelsOp,
  type LabelAttributes,
  weightSlopes,
} from './crossEntropyLabels.ts';

/** So many logits are there at a time: 16 MB of float32. */
const MOST_LOGITS = 2 ** 22;

export interface HeadAttributes extends LabelAttributes {
  /** How many logits may be there at a time, at least those of one row. */
  readonly mostLogits: number;
}

export const HEAD_DEFAULTS: Pick<HeadAttributes, 'mostLogits'> = { mostLogits: MOST_LOGITS };

type HeadOperands = 'x' | 'head' | 'bias' | 'target' | 'weight';

/** The operands with some of their rows, and those of a cotangent beside them. */
interface Rows {
  readonly start: number;
  readonly x: Tensor;
  readonly target: Tensor;
  readonly cut: (column: Tensor) => Tensor;
}

function* rowsOf(x: Tensor, head: Tensor, target: Tensor, { mostLogits }: HeadAttributes): Generator<Rows> {
  const rows = x.shape[0] as number;
  const step = Math.max(1, Math.floor(mostLogits / Math.max(1, head.shape[0] as number)));
  for (let start = 0; start < rows; start += step) {
    const cut = (t: Tensor): Tensor => t.narrow(0, start, Math.min(step, rows - start));
    yield { start, x: cut(x), target: cut(target), cut };
  }
}

/** `crossEntropyLabels` of x head^T + bias. x [R, D], head [C, D], bias [C], target [R], weight [C] -> [R] */
export const linearCrossEntropyOp: CompositeOp<HeadOperands, HeadAttributes> = {
  kind: 'composite',
  name: 'linearCrossEntropy',
  operands: ['x', 'head', 'bias', 'target', 'weight'],
  infer: ([x, head, bias]) => {
    checkHead(x as Tensor, head as Tensor, bias as Tensor);
    return { shape: [(x as Tensor).shape[0] as number], dtype: (x as Tensor).dtype };
  },
  define: ([x, head, bias, target, weight], attributes) =>
    apply(
      crossEntropyLabelsOp,
      [apply(linearOp, [x as Tensor, head as Tensor, bias as Tensor], {}), target as Tensor, weight as Tensor],
      attributes,
    ),
  kernel: ([loss], inputs, attributes) => {
    const [x, head, bias, target, weight] = inputs as readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
    for (const rows of rowsOf(x, head, target, attributes)) {
      runScope(
        () => {
          const logits = evaluate(linearOp, [rows.x, head, bias], {})[0] as Tensor;
          const part = evaluate(crossEntropyLabelsOp, [logits, rows.target, weight], attributes)[0] as Tensor;
          writeInto(rows.cut(loss as Tensor), part);
        },
        () => [],
      );
    }
  },
  // With s the slopes of the losses by the logits: dx = s head, dhead = s^T x, dbias = the sum of s over rows.
  vjp: {
    x:
      ({ x, head, bias, target, weight }, attributes) =>
      (g) =>
        cat(
          overRows({ x, head, bias, target }, attributes, (logits, rows) =>
            matmul(slopesOf(logits, rows, weight, g, attributes), head),
          ),
        ),
    head:
      ({ x, head, bias, target, weight }, attributes) =>
      (g) =>
        overRows({ x, head, bias, target }, attributes, (logits, rows) =>
          matmul(slopesOf(logits, rows, weight, g, attributes).transpose(0, 1), rows.x),
        ).reduce(plus),
    bias:
      ({ x, head, bias, target, weight }, attributes) =>
      (g) =>
        overRows({ x, head, bias, target }, attributes, (logits, rows) =>
          slopesOf(logits, rows, weight, g, attributes).sum(0),
        ).reduce(plus),
    target: 'none',
    weight:
      ({ x, head, bias, target }, attributes) =>
      (g) =>
        overRows({ x, head, bias, target }, attributes, (logits, rows) =>
          weightSlopes(logits, rows.target, rows.cut(g), attributes),
        ).reduce(plus),
  },
  sample: (draw) => {
    const [rows, inputs, classes] = [draw.integer(1, 5), draw.integer(1, 4), draw.integer(1, 5)];
    return {
      inputs: [
        { shape: [rows, inputs] },
        { shape: [classes, inputs] },
        { shape: [classes] },
        { shape: [rows], dtype: 'int32', range: [0, classes - 1] },
        { shape: [classes], range: [0.5, 2] },
      ],
      attributes: {
        ignoreIndex: draw.pick([-100, 0]),
        labelSmoothing: draw.pick([0, 0.1]),
        mostLogits: draw.integer(1, 20),
      },
    };
  },
};

function plus(a: Tensor, b: Tensor): Tensor {
  return add(a, b);
}

/** What `use` makes of the logits of some rows, for all rows in turn. */
function overRows(
  { x, head, bias, target }: Readonly<Record<'x' | 'head' | 'bias' | 'target', Tensor>>,
  attributes: HeadAttributes,
  use: (logits: Tensor, rows: Rows) => Tensor,
): Tensor[] {
  return [...rowsOf(x, head, target, attributes)].map((rows) =>
    runScope(
      () => use(apply(linearOp, [rows.x, head, bias], {}), rows),
      (part) => [part.storage],
    ),
  );
}

/** The derivatives of the losses by the logits of some rows, times g. */
function slopesOf(logits: Tensor, rows: Rows, weight: Tensor, g: Tensor, attributes: LabelAttributes): Tensor {
  const operands = [logits, rows.target, weight, rows.cut(g)];
  return apply(crossEntropyLabelsBackwardOp, operands, { ...attributes, logSum: null });
}

function checkHead(x: Tensor, head: Tensor, bias: Tensor): void {
  const op = 'linearCrossEntropy';
  checkSameDType(op, x, head);
  checkSameDType(op, x, bias);
  const fits = x.ndim === 2 && head.ndim === 2 && x.shape[1] === head.shape[1];
  if (!fits || bias.ndim !== 1 || bias.shape[0] !== head.shape[0])
    throw new ShapeError(
      `${op}: input must be [..., D] with a weight [C, D] and a bias [C]; got ${formatShape(x.shape)}, ${formatShape(head.shape)} and ${formatShape(bias.shape)}; try the weight of a Linear(D, C)`,
    );
}
