/** The element in the middle: the lower one of two. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { sortedOrder } from '../sorting/order.ts';
import type { Reduced, ReductionOptions } from './reduction.ts';
import {
  choose,
  type SelectionAttributes,
  selectionAttributes,
  selectionOp,
  shareAmongEqual,
  type ValuesAndIndices,
} from './selection.ts';

interface MedianOptions {
  /** Passes NaN over, unless there is nothing else; otherwise one NaN makes the median NaN. */
  readonly ignoreNaN: boolean;
}

/** The lower median of every line, with its place. */
export const medianOp: PrimitiveOp<'x', SelectionAttributes & MedianOptions> = selectionOp(
  'median',
  (line, { ignoreNaN }) => placeOfMedian(line, ignoreNaN),
  (_, dim, keepdim) => ({ dim, keepdim, ignoreNaN: false }),
);

/** The lower median of all elements; NaN where there are none. Elements equal to it share the gradient. */
export const medianAllOp: PrimitiveOp<'x', MedianOptions> = {
  kind: 'primitive',
  name: 'medianAll',
  operands: ['x'],
  infer: ([x]) => ({ shape: [], dtype: (x as Tensor).dtype }),
  reference: ([y], [x], { ignoreNaN }) => {
    const row = Float64Array.from((x as Operand).data as Float64Array);
    (y as Operand).data[0] = row[placeOfMedian(row, ignoreNaN)] ?? Number.NaN;
  },
  vjp: {
    x:
      ({ x, out }) =>
      (g) =>
        shareAmongEqual(g, x, out, { dims: [...x.shape.keys()], keepdim: false }),
  },
  sample: (draw) => ({
    inputs: [{ shape: draw.shape([1, 3]), distinct: true }],
    attributes: { ignoreNaN: draw.boolean() },
  }),
};

function placeOfMedian(line: Float64Array, ignoreNaN: boolean): number {
  const numbers = line.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
  if (!ignoreNaN && numbers < line.length) return line.findIndex(Number.isNaN);
  // NaN sorts last, so that the numbers come first.
  return sortedOrder(line, false)[Math.max(0, (numbers - 1) >> 1)] as number;
}

/**
 * The lower median: of all elements without `dim`, else of every line along it, with its index. NaN where a NaN is among
 * them. PyTorch: `torch.median`.
 *
 * @throws IndexError when a line has no element.
 * @example
 * median(tensor([3, 1, 2, 4])); // tensor(2.)
 */
export function median(x: Tensor): Tensor<readonly []>;
export function median<A extends Tensor, D extends number, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'median', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): ValuesAndIndices<Result<Reduced<'median', A['shape'], D, K>>>;
export function median(x: Tensor, dim?: number, options: ReductionOptions = {}): Tensor | ValuesAndIndices {
  return medianOf('median', false, x, dim, options);
}

/** The lower median of the elements that are not NaN, as `median`. PyTorch: `torch.nanmedian`. */
export function nanmedian(x: Tensor): Tensor<readonly []>;
export function nanmedian<A extends Tensor, D extends number, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'nanmedian', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): ValuesAndIndices<Result<Reduced<'nanmedian', A['shape'], D, K>>>;
export function nanmedian(x: Tensor, dim?: number, options: ReductionOptions = {}): Tensor | ValuesAndIndices {
  return medianOf('nanmedian', true, x, dim, options);
}

function medianOf(
  op: string,
  ignoreNaN: boolean,
  x: Tensor,
  dim: number | undefined,
  options: ReductionOptions,
): Tensor | ValuesAndIndices {
  if (dim === undefined) return apply(medianAllOp, [checkTensor(op, 'x', x)], { ignoreNaN });
  return choose(medianOp, x, { ...selectionAttributes(op, x, dim, options), ignoreNaN });
}
