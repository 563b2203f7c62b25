/** Products over dimensions. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { Shape } from '../../core/shape.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { cumprodOp } from '../scans/cumprod.ts';
import { shift } from '../scans/shift.ts';
import { launchFold } from './layout.ts';
import {
  accumulatorType,
  type Dims,
  type DTypeOption,
  inDType,
  keepReduced,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedCount,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from './reduction.ts';

export const prodOp: PrimitiveOp<'x', ReductionAttributes> = {
  kind: 'primitive',
  name: 'prod',
  operands: ['x'],
  formula: 'y = prod_i x_i',
  infer: ([x], attributes) => ({
    shape: reducedShape((x as Tensor).shape, attributes),
    dtype: accumulatorType((x as Tensor).dtype),
  }),
  reference: ([y], [x], attributes) => {
    // Integers wrap like every int32 op.
    const multiply = isFloating(x?.dtype ?? 'float32') ? (a: number, b: number): number => a * b : Math.imul;
    reduceRows(y, x, attributes, (row) => row.reduce(multiply, 1));
  },
  kernel: ([y], [x], attributes) => launchFold('prod', y as Tensor, x as Tensor, attributes.dims),
  // dy/dx_i = prod_{j != i} x_j, a product of what comes before and after: right with zeros in the row.
  vjp: {
    x:
      ({ x }, attributes) =>
      (g) =>
        keepReduced(g, x.shape, attributes).mul(productOfOthers(x, attributes)),
  },
  sample: sampleReduction,
};

function productOfOthers(x: Tensor, { dims }: ReductionAttributes): Tensor {
  const order = [...x.shape.keys()].sort((a, b) => Number(dims.includes(a)) - Number(dims.includes(b)) || a - b);
  const moved = x.permute(order);
  const n = reducedCount(x.shape, { dims });
  // (kept..., reduced...) -> (kept, n)
  const rows = moved.reshape(n === 0 ? 0 : x.count / n, n);
  const before = apply(cumprodOp, [shift(rows, 1, 1, 1)], { dim: 1, reverse: false });
  const after = apply(cumprodOp, [shift(rows, 1, -1, 1)], { dim: 1, reverse: true });
  // (kept, n) -> the shape of x
  return before.mul(after).reshape(moved.shape).permute(inverse(order));
}

function inverse(order: Shape): number[] {
  return order.map((_, d) => order.indexOf(d));
}

/**
 * The product over `dim` (one, several, or all dimensions); 1 where there is nothing to multiply. Booleans and integers
 * give int32. PyTorch: `torch.prod`.
 *
 * @example
 * prod(tensor([[1, 2], [3, 4]]), 1); // tensor([ 2., 12.])
 */
export function prod(x: Tensor): Tensor<readonly []>;
export function prod<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'prod', A['shape'], D, K>>,
  options?: ReductionOptions<K> & DTypeOption,
): Tensor<Result<Reduced<'prod', A['shape'], D, K>>>;
export function prod(x: Tensor, dim?: Dims, options: ReductionOptions & DTypeOption = {}): Tensor {
  const attributes = reductionAttributes('prod', checkTensor('prod', 'x', x), dim, options, ['dtype']);
  const product = apply(prodOp, [inDType('prod', x, options)], attributes);
  return inDType('prod', product, options);
}
