/** The greatest or least few of every line, and the one at a given place. */

import { checkOptions, checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { IndexError, ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import { describe, formatShape } from '../../core/shape.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import type { Reduced, ReductionOptions } from '../reductions/reduction.ts';
import {
  choose,
  type SelectionAttributes,
  selectionAttributes,
  selectionOp,
  type ValuesAndIndices,
} from '../reductions/selection.ts';
import { sortedOrder } from './order.ts';
import { sortLines } from './sort.ts';

export interface TopkOptions {
  /** The greatest, or the least. Default true. */
  readonly largest?: boolean;
  /** Whether they must come in order. They always do. */
  readonly sorted?: boolean;
}

interface KthAttributes extends SelectionAttributes {
  /** Counted from 1. */
  readonly k: number;
}

/** The k-th least element of every line, with its place. */
export const kthvalueOp: PrimitiveOp<'x', KthAttributes> = selectionOp(
  'kthvalue',
  (line, { k }) => sortedOrder(line, false)[k - 1] as number,
  (shape, dim, keepdim) => ({ dim, keepdim, k: ((shape[dim] as number) + 1) >> 1 }),
);

/**
 * The `k` greatest (or least) elements of every line along `dim` in order, and where each stood: the first at ties; NaN
 * counts as the greatest. PyTorch: `torch.topk`.
 *
 * @throws IndexError when a line has fewer than k elements.
 * @example
 * topk(tensor([3, 1, 4, 1, 5]), 2).indices; // tensor([4, 2], dtype=int32)
 */
export function topk(x: Tensor, k: number, dim = -1, options: TopkOptions = {}): ValuesAndIndices {
  const axis = normalizeDim('topk', dim, checkTensor('topk', 'x', x).ndim);
  const { largest = true, sorted = true } = checkOptions('topk', options, '{ largest: false }', ['largest', 'sorted']);
  for (const [name, value] of Object.entries({ largest, sorted })) {
    if (typeof value !== 'boolean')
      throw new ValueError(`topk: ${name} must be true or false; got ${describe(value)}; try { ${name}: true }`);
  }
  return sortLines(x, { dim: axis, descending: largest, length: checkPlace('topk', x, axis, k, x.ndim === 0 ? 1 : 0) });
}

/**
 * The k-th least element of every line along `dim` (k counts from 1), and its index. PyTorch: `torch.kthvalue`.
 *
 * @throws IndexError when k is not in [1, n].
 * @example
 * kthvalue(tensor([30, 10, 20]), 2).values; // tensor(20.)
 */
export function kthvalue<A extends Tensor, D extends number = -1, K extends boolean = false>(
  x: A,
  k: number,
  dim?: D & Check<Reduced<'kthvalue', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): ValuesAndIndices<Result<Reduced<'kthvalue', A['shape'], D, K>>>;
export function kthvalue(x: Tensor, k: number, dim = -1, options: ReductionOptions = {}): ValuesAndIndices {
  const attributes = selectionAttributes('kthvalue', x, dim, options);
  return choose(kthvalueOp, x, { ...attributes, k: checkPlace('kthvalue', x, attributes.dim, k, 1) });
}

function checkPlace(op: string, x: Tensor, dim: number, k: number, low: number): number {
  const size = x.shape[dim] ?? 1;
  if (Number.isInteger(k) && k >= low && k <= size) return k;
  throw new IndexError(
    `${op}: k must be in [${low}, ${size}], the size of dim ${dim} of ${formatShape(x.shape)}; got ${describe(k)}; try k = 1`,
  );
}
