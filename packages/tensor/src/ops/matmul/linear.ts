/** The fully connected layer as one kernel: a product with the weight as it is stored, and the bias on top. */

import { checkTensor } from '../../core/arguments.ts';
import { makeTensor } from '../../core/base.ts';
import { freeTemporaries, toContiguous } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Agreed, Check, Result, Show, ShowSize } from '../../core/rule.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { CompositeOp, Spec } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { add } from '../elementwise/arithmetic.ts';
import { transpose } from '../views/permute.ts';
import { checkNumbers } from './checkProduct.ts';
import { launchProduct } from './launchProduct.ts';
import { matmul, multiplyRows } from './matmul.ts';

/** y = x W^T + b: [..., k], [n, k], [n] -> [..., n]. */
export const linearOp: CompositeOp<'x' | 'weight' | 'bias'> = {
  kind: 'composite',
  name: 'linear',
  operands: ['x', 'weight', 'bias'],
  formula: 'y = x W^T + b',
  define: ([x, weight, bias]) => add(matmul(x as Tensor, transpose(weight as Tensor, 0, 1)), bias as Tensor),
  infer: ([x, weight, bias]) => linearSpec(x as Tensor, weight as Tensor, bias as Tensor),
  kernel: ([y], [x, weight, bias]) => launchLinear(y as Tensor, x as Tensor, weight as Tensor, bias as Tensor),
  strided: true,
  // Y = X W^T + b: dX = G W, dW = G^T X over all rows, db = the sum of G's rows
  vjp: {
    x:
      ({ weight }) =>
      (g) =>
        matmul(g, weight),
    weight:
      ({ x }) =>
      (g) =>
        multiplyRows(g, x),
    bias: () => (g) => g,
  },
  sample: (draw) => {
    const [k, n] = [draw.integer(1, 5), draw.integer(1, 4)];
    return { inputs: [{ shape: [...draw.shape([0, 2]), k] }, { shape: [n, k] }, { shape: [n] }], attributes: {} };
  },
};

/** The shape rule of `linear`: [..., k], [n, k] -> [..., n]. */
export type LinearShape<S extends Shape, W extends Shape> = W extends readonly [
  infer N extends number,
  infer K extends number,
]
  ? S extends readonly [...infer Rows extends Shape, infer L extends number]
    ? [Agreed<K, L>] extends [never]
      ? `linear: the last dimension of x must be the layer's input size; got ${Show<S>} with a weight ${Show<W>} (${ShowSize<L>} and ${ShowSize<K>})`
      : readonly [...Rows, N]
    : S extends readonly []
      ? `linear: the last dimension of x must be the layer's input size; got [] with a weight ${Show<W>} (none and ${ShowSize<K>})`
      : Shape
  : Shape;

function linearSpec(x: Tensor, weight: Tensor, bias?: Tensor): Spec {
  checkNumbers('linear', x, weight);
  const [n, k] = weight.shape as [number, number];
  const inputs = x.shape.at(-1);
  if (inputs !== k) {
    throw new ShapeError(
      `linear: the last dimension of x must be the layer's input size; got ${formatShape(x.shape)} with a weight ${formatShape(weight.shape)} (${inputs ?? 'none'} and ${k}); try a layer of ${inputs ?? 1} inputs or reshape x to [..., ${k}]`,
    );
  }
  if (bias !== undefined) {
    checkNumbers('linear', x, bias);
    if (bias.ndim !== 1 || bias.shape[0] !== n) {
      throw new ShapeError(
        `linear: bias must have one number for each of the weight's rows; got ${formatShape(bias.shape)} with a weight ${formatShape(weight.shape)}; try a bias of shape [${n}]`,
      );
    }
  }
  return { shape: [...x.shape.slice(0, -1), n], dtype: x.dtype };
}

function launchLinear(y: Tensor, x: Tensor, weight: Tensor, bias: Tensor): void {
  const plain = toContiguous(bias);
  launchProduct(asMatrix(y), asMatrix(x), flipped(weight), { bias: plain });
  freeTemporaries([plain], [bias]);
}

/** (k) -> (1, k); more dimensions as they are. */
function asMatrix(x: Tensor): Tensor {
  if (x.ndim > 1) return x;
  return makeTensor(x.storage, { shape: [1, x.count], strides: [0, x.strides[0] as number], offset: x.offset });
}

/** (n, k) -> (k, n) */
function flipped({ storage, shape, strides, offset }: Tensor): Tensor {
  return makeTensor(storage, { shape: [...shape].reverse(), strides: [...strides].reverse(), offset });
}

/**
 * x W^T + b for every row of x: [..., k], [n, k], [n] -> [..., n]. A weight of one dimension [k] gives one number for
 * every row. PyTorch: `torch.nn.functional.linear`.
 *
 * @throws ShapeError when sizes do not fit; DTypeError when dtypes differ.
 * @example
 * linear(ones(64, 576), zeros(10, 576), ones(10)).shape; // [64, 10]
 */
export function linear<A extends Tensor, W extends Tensor>(
  x: A & Check<LinearShape<A['shape'], W['shape']>>,
  weight: W,
  bias?: Tensor | null,
): Tensor<Result<LinearShape<A['shape'], W['shape']>>>;
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  checkTensor('linear', 'x', x);
  checkTensor('linear', 'weight', weight);
  if (bias !== null) checkTensor('linear', 'bias', bias);
  if (weight.ndim === 1) {
    const y = matmul(x, weight);
    return bias === null ? y : add(y, bias);
  }
  if (weight.ndim !== 2) {
    throw new ShapeError(
      `linear: weight must be a matrix [outputs, inputs]; got ${formatShape(weight.shape)}; try matmul, which takes batches of matrices`,
    );
  }
  if (bias !== null) return apply(linearOp, [x, weight, bias], {});
  linearSpec(x, weight);
  return matmul(x, transpose(weight, 0, 1));
}
