/** The greatest and the least element of every line, with its place; without a dimension, of all. */

import { checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import type { Broadcast } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result, ShapeOf } from '../../core/rule.ts';
import type { Shape } from '../../core/shape.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { amaxOp, aminOp } from './extrema.ts';
import { launchFold, launchPlaces } from './layout.ts';
import { type Reduced, type ReductionAttributes, type ReductionOptions, reductionAttributes } from './reduction.ts';
import {
  choose,
  greater,
  less,
  placeOfBest,
  type SelectionAttributes,
  selectionAttributes,
  selectionOp,
  type ValuesAndIndices,
} from './selection.ts';

function extremeOp(
  name: 'max' | 'min',
  better: (a: number, b: number) => boolean,
): PrimitiveOp<'x', SelectionAttributes> {
  return {
    ...selectionOp(
      name,
      (line) => placeOfBest(line, better),
      (_, dim, keepdim) => ({ dim, keepdim }),
    ),
    kernel: ([values, indices], [x], { dim }) => {
      const dims = (x as Tensor).ndim === 0 ? [] : [dim];
      launchFold(`a${name}`, values as Tensor, x as Tensor, dims);
      launchPlaces(`arg${name}`, indices as Tensor, x as Tensor, dims);
    },
  };
}

/** The greatest element along a dimension: the first at ties, and NaN counts as the greatest. */
export const maxOp: PrimitiveOp<'x', SelectionAttributes> = extremeOp('max', greater);

/** The least element along a dimension: the first at ties, and NaN counts as the least. */
export const minOp: PrimitiveOp<'x', SelectionAttributes> = extremeOp('min', less);

/** The shape rule of `max` and `min`: of a line along D, or of each pair where D is another tensor. */
export type Extremal<Op extends 'max' | 'min', A extends Shape, D, K extends boolean> = D extends Tensor
  ? Broadcast<`${Op}imum`, [A, ShapeOf<D>]>
  : Reduced<Op, A, D, K>;

/** What they give. */
export type Extreme<Op extends 'max' | 'min', A extends Shape, D, K extends boolean> = D extends Tensor
  ? Tensor<Result<Extremal<Op, A, D, K>>>
  : ValuesAndIndices<Result<Extremal<Op, A, D, K>>>;

/**
 * Without `dim` the greatest element of all (its gradient is shared evenly among equals); with `dim` the greatest of
 * every line, and its index: the first at ties, and the only one that gets a gradient. With another tensor, the greater
 * of each pair. PyTorch: `torch.max`.
 *
 * @throws IndexError when there is no element to choose.
 * @example
 * max(tensor([[1, 5], [3, 2]]), 1); // { values: tensor([5., 3.]), indices: tensor([1, 0], dtype=int32) }
 */
export function max(x: Tensor): Tensor<readonly []>;
export function max<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
  x: A,
  dim: D & Check<Extremal<'max', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Extreme<'max', A['shape'], D, K>;
export function max(x: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
  if (isTensor(dim)) return checkTensor('max', 'x', x).maximum(dim);
  if (dim !== undefined)
    return choose(maxOp, x, selectionAttributes('max', x, dim, options === undefined ? {} : options));
  return apply(amaxOp, [checkTensor('max', 'x', x)], overAll('max', x, options));
}

/** The least element of all, of every line along `dim`, or of each pair, as `max`. PyTorch: `torch.min`. */
export function min(x: Tensor): Tensor<readonly []>;
export function min<A extends Tensor, D extends number | Tensor, K extends boolean = false>(
  x: A,
  dim: D & Check<Extremal<'min', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Extreme<'min', A['shape'], D, K>;
export function min(x: Tensor, dim?: number | Tensor, options?: ReductionOptions): Tensor | ValuesAndIndices {
  if (isTensor(dim)) return checkTensor('min', 'x', x).minimum(dim);
  if (dim !== undefined)
    return choose(minOp, x, selectionAttributes('min', x, dim, options === undefined ? {} : options));
  return apply(aminOp, [checkTensor('min', 'x', x)], overAll('min', x, options));
}

function overAll(op: string, x: Tensor, options: ReductionOptions | undefined): ReductionAttributes {
  if (options !== undefined)
    throw new ValueError(
      `${op}: options need a dim; got none; try ${op}(x, -1, options) or a${op}(x, undefined, options)`,
    );
  return reductionAttributes(op, x, undefined, {});
}
