/** Labels as rows with a single one, and how often every label occurs. */

import { checkIndices, checkInteger, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import type { Result } from '../../core/rule.ts';
import { formatShape } from '../../core/shape.ts';
import { ones, zeros } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { checkBounds } from './bounds.ts';
import { indexAdd } from './indexAdd.ts';

export const oneHotOp: PrimitiveOp<'x', { readonly numClasses: number }> = {
  kind: 'primitive',
  name: 'oneHot',
  operands: ['x'],
  formula: 'y[i, j] = 1 where j = x[i], else 0',
  infer: ([x], { numClasses }) => {
    checkBounds('oneHot', 'x', x as Tensor, 0, numClasses);
    return { shape: [...(x as Tensor).shape, numClasses], dtype: 'int32' };
  },
  reference: ([y], [x], { numClasses }) => {
    const [to, labels] = [(y as Operand).data, (x as Operand).data];
    for (let i = 0; i < to.length; i++) to[i] = 0;
    for (let i = 0; i < labels.length; i++) to[i * numClasses + (labels[i] as number)] = 1;
  },
  vjp: { x: 'none' },
  sample: (draw) => {
    const numClasses = draw.integer(1, 5);
    const x = { shape: draw.shape([0, 2], { empty: true }), dtype: 'int32', range: [0, numClasses - 1] } as const;
    return { inputs: [x], attributes: { numClasses } };
  },
};

/**
 * Labels as rows of zeros with a one at the label: [...] -> [..., numClasses], int32. Without `numClasses` there are
 * as many as the largest label needs. PyTorch: `torch.nn.functional.one_hot`.
 *
 * @throws IndexError when a label is outside [0, numClasses).
 * @example
 * oneHot(tensor([0, 2], { dtype: 'int32' }), 3); // tensor([[1, 0, 0], [0, 0, 1]], dtype=int32)
 */
export function oneHot<A extends Tensor, N extends number = -1>(
  x: A,
  numClasses?: N,
): Tensor<Result<readonly [...A['shape'], N extends -1 ? number : N]>>;
export function oneHot(x: Tensor, numClasses = -1): Tensor {
  checkIndices('oneHot', 'x', checkTensor('oneHot', 'x', x));
  checkInteger('oneHot', 'numClasses', numClasses, -1);
  if (numClasses !== -1) return apply(oneHotOp, [x], { numClasses });
  if (x.count === 0) {
    throw new ValueError(
      `oneHot: without labels numClasses must be given; got ${formatShape(x.shape)}; try oneHot(x, 10)`,
    );
  }
  return apply(oneHotOp, [x], { numClasses: largest(x) + 1 });
}

export interface BincountOptions {
  /** What every element counts for, instead of 1. */
  readonly weights?: Tensor;
  /** The least number of bins. Default 0. */
  readonly minlength?: number;
}

/**
 * How often every whole number from 0 on occurs in a list: int32, or the sum of the weights in their dtype.
 * PyTorch: `bincount`.
 *
 * @throws IndexError when a number is negative.
 * @example
 * bincount(tensor([0, 2, 2], { dtype: 'int32' })); // tensor([1, 0, 2], dtype=int32)
 */
export function bincount(x: Tensor, options: BincountOptions = {}): Tensor {
  const { weights, minlength = 0 } = checkOptions('bincount', options, '{ minlength: 10 }', ['weights', 'minlength']);
  checkIndices('bincount', 'x', checkTensor('bincount', 'x', x));
  checkInteger('bincount', 'minlength', minlength, 0);
  if (weights !== undefined) checkTensor('bincount', 'weights', weights);
  if (x.ndim !== 1 || (weights !== undefined && (weights.ndim !== 1 || weights.count !== x.count))) {
    const shapes = [x, ...(weights === undefined ? [] : [weights])].map((t) => formatShape(t.shape)).join(' and ');
    throw new ShapeError(`bincount: takes a list, and as many weights; got ${shapes}; try ravel()`);
  }
  checkBounds('bincount', 'x', x, 0, 2 ** 31);
  const bins = Math.max(minlength, x.count === 0 ? 0 : largest(x) + 1);
  const source = weights ?? ones(x.count, { dtype: 'int32' });
  return indexAdd(zeros(bins, { dtype: source.dtype }), 0, x, source);
}

function largest(labels: Tensor): number {
  let most = -1;
  for (const label of labels.data) most = Math.max(most, label);
  return most;
}
