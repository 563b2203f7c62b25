/** Truth over dimensions, and how much of it. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { DType } from '../../core/dtype.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import {
  type Dims,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  sampleReduction,
} from './reduction.ts';

function truthOp(
  name: string,
  result: (x: DType) => DType,
  reduce: (row: Float64Array) => number,
): PrimitiveOp<'x', ReductionAttributes> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    differentiable: 0,
    infer: ([x], attributes) => ({
      shape: reducedShape((x as Tensor).shape, attributes),
      dtype: result((x as Tensor).dtype),
    }),
    reference: ([y], [x], attributes) => reduceRows(y, x, attributes, reduce),
    vjp: { x: 'none' },
    sample: (draw) => {
      const { inputs, attributes } = sampleReduction(draw);
      return {
        inputs: inputs.map((input) => ({
          ...input,
          dtype: draw.pick<DType>(['bool', 'int32', 'float32']),
          range: [-1, 1],
        })),
        attributes,
      };
    },
  };
}

/** uint8 stands for bool in old code, and stays what it is. */
const truthType = (dtype: DType): DType => (dtype === 'uint8' ? 'uint8' : 'bool');

const isTrue = (value: number): boolean => value !== 0;

export const allOp: PrimitiveOp<'x', ReductionAttributes> = truthOp('all', truthType, (row) =>
  Number(row.every(isTrue)),
);
export const anyOp: PrimitiveOp<'x', ReductionAttributes> = truthOp('any', truthType, (row) =>
  Number(row.some(isTrue)),
);
export const countNonzeroOp: PrimitiveOp<'x', ReductionAttributes> = truthOp(
  'countNonzero',
  () => 'int32',
  (row) => row.reduce((count, value) => count + Number(isTrue(value)), 0),
);

/** Whether all elements along `dim` are true (not 0); true where there are none. PyTorch: `torch.all`. */
export function all(x: Tensor): Tensor<readonly []>;
export function all<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'all', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'all', A['shape'], D, K>>>;
export function all(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  return apply(allOp, [checkTensor('all', 'x', x)], reductionAttributes('all', x, dim, options));
}

/** Whether any element along `dim` is true (not 0); false where there are none. PyTorch: `torch.any`. */
export function any(x: Tensor): Tensor<readonly []>;
export function any<A extends Tensor, const D extends Dims | undefined, K extends boolean = false>(
  x: A,
  dim: D & Check<Reduced<'any', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'any', A['shape'], D, K>>>;
export function any(x: Tensor, dim?: Dims, options: ReductionOptions = {}): Tensor {
  return apply(anyOp, [checkTensor('any', 'x', x)], reductionAttributes('any', x, dim, options));
}

/**
 * How many elements along `dim` are not 0, as int32. PyTorch: `torch.count_nonzero`.
 *
 * @example
 * countNonzero(tensor([[0, 2], [3, 4]]), 1); // tensor([1, 2], dtype=int32)
 */
export function countNonzero(x: Tensor): Tensor<readonly []>;
export function countNonzero<A extends Tensor, const D extends Dims | undefined>(
  x: A,
  dim: D & Check<Reduced<'countNonzero', A['shape'], D, false>>,
): Tensor<Result<Reduced<'countNonzero', A['shape'], D, false>>>;
export function countNonzero(x: Tensor, dim?: Dims): Tensor {
  return apply(countNonzeroOp, [checkTensor('countNonzero', 'x', x)], reductionAttributes('countNonzero', x, dim, {}));
}
