/** Means over dimensions. */

import { checkFloat, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { divideInPlace, isLongRow, launchFold, sumInChunks, writeElement } from './layout.ts';
import {
  type Dims,
  type DTypeOption,
  expandReduced,
  inDType,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedCount,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from './reduction.ts';
import { nansum } from './sum.ts';

export const meanOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'mean',
  operands: ['x'],
  formula: 'y = (sum_i x_i) / n',
  infer: ([x], attributes) => {
    const { shape, dtype } = checkFloat('mean', 'x', x as Tensor);
    return { shape: reducedShape(shape, attributes), dtype };
  },
  reference: ([y], [x], attributes) =>
    reduceRows(y, x, attributes, (row) => {
      let total = 0;
      for (const value of row) total += value;
      return total / row.length;
    }),
  kernel: ([y], [x], attributes) => {
    const n = reducedCount((x as Tensor).shape, attributes);
    if (isLongRow(y as Tensor, x as Tensor)) {
      writeElement(y as Tensor, sumInChunks(x as Tensor) / n);
      return;
    }
    launchFold('sum', y as Tensor, x as Tensor, attributes.dims);
    divideInPlace(y as Tensor, n);
  },
  vjp: {
    x:
      ({ shapes }, attributes) =>
      (g) =>
        expandReduced(g.div(reducedCount(shapes.x, attributes)), shapes.x, attributes),
  },
  sample: sampleReduction,
};

/**
 * The mean over `dim` (one, several, or all dimensions); NaN where there is nothing to take it of. PyTorch: `torch.mean`.
 *
 * @throws DTypeError for integers and booleans, unless `dtype` says what float to compute in.
 * @example
 * mean(tensor([[1, 2], [3, 4]]), 0); // tensor([2., 3.])
 */
export function mean(x: Tensor): Tensor<readonly []>;
export function mean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'mean', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'mean', A['shape'], D, K>>>;
export function mean(x: Tensor, dim?: Dims, options: ReductionOptions & DTypeOption = {}): Tensor {
  const attributes = reductionAttributes('mean', checkTensor('mean', 'x', x), dim, options, ['dtype']);
  return apply(meanOp, [inDType('mean', x, options, true)], attributes);
}

/** The mean over `dim` of the elements that are not NaN. PyTorch: `torch.nanmean`. */
export function nanmean(x: Tensor): Tensor<readonly []>;
export function nanmean<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'nanmean', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'nanmean', A['shape'], D, K>>>;
export function nanmean(x: Tensor, dim?: Dims, options: ReductionOptions & DTypeOption = {}): Tensor {
  reductionAttributes('nanmean', checkTensor('nanmean', 'x', x), dim, options, ['dtype']);
  const typed = inDType('nanmean', x, options, true);
  return nansum(typed, dim, options).div(typed.eq(typed).sum(dim, options));
}
