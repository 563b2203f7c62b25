/** Where the greatest and the least element stand. */

import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { launchPlaces } from './layout.ts';
import {
  oneDim,
  type Reduced,
  type ReductionAttributes,
  type ReductionOptions,
  reducedShape,
  reduceRows,
  reductionAttributes,
  rejectEmpty,
} from './reduction.ts';
import { greater, less, placeOfBest } from './selection.ts';

function placeOp(name: string, better: (a: number, b: number) => boolean): PrimitiveOp<'x', ReductionAttributes> {
  return {
    kind: 'primitive',
    name,
    operands: ['x'],
    differentiable: 0,
    infer: ([x], attributes) => {
      const { shape } = x as Tensor;
      rejectEmpty(name, shape, attributes);
      return { shape: reducedShape(shape, attributes), dtype: 'int32' };
    },
    reference: ([y], [x], attributes) => reduceRows(y, x, attributes, (row) => placeOfBest(row, better)),
    kernel: ([y], [x], attributes) => launchPlaces(name, y as Tensor, x as Tensor, attributes.dims),
    vjp: { x: 'none' },
    sample: (draw) => {
      const shape = draw.shape([1, 3]);
      const dims = draw.boolean() ? [...shape.keys()] : [draw.integer(0, shape.length - 1)];
      return { inputs: [{ shape }], attributes: { dims, keepdim: draw.boolean() } };
    },
  };
}

export const argmaxOp: PrimitiveOp<'x', ReductionAttributes> = placeOp('argmax', greater);
export const argminOp: PrimitiveOp<'x', ReductionAttributes> = placeOp('argmin', less);

/**
 * The index of the greatest element along `dim`, or among all elements in row-major order: the first at ties, and NaN
 * counts as the greatest. Gives int32. PyTorch: `torch.argmax`.
 *
 * @throws IndexError when there is no element to choose.
 * @example
 * argmax(tensor([[1, 5, 5], [3, 2, 1]]), 1); // tensor([1, 0], dtype=int32)
 */
export function argmax<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
  x: A,
  dim?: D & Check<Reduced<'argmax', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'argmax', A['shape'], D, K>>>;
export function argmax(x: Tensor, dim?: number, options: ReductionOptions = {}): Tensor {
  return apply(
    argmaxOp,
    [checkTensor('argmax', 'x', x)],
    reductionAttributes('argmax', x, oneDim('argmax', dim), options),
  );
}

/** The index of the least element along `dim`, as `argmax`; NaN counts as the least. PyTorch: `torch.argmin`. */
export function argmin<A extends Tensor, const D extends number | undefined = undefined, K extends boolean = false>(
  x: A,
  dim?: D & Check<Reduced<'argmin', A['shape'], D, K>>,
  options?: ReductionOptions<K>,
): Tensor<Result<Reduced<'argmin', A['shape'], D, K>>>;
export function argmin(x: Tensor, dim?: number, options: ReductionOptions = {}): Tensor {
  return apply(
    argminOp,
    [checkTensor('argmin', 'x', x)],
    reductionAttributes('argmin', x, oneDim('argmin', dim), options),
  );
}
