/** Dimensions in another order. */
import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import { describe, normalizeDim, normalizeDims } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

/** `dims[d]` is the old place of the new dimension d. */
export const permuteOp: ViewOp<'x', { readonly dims: readonly number[] }> = {
  kind: 'view',
  name: 'permute',
  operands: ['x'],
  view: ({ shape, strides, offset }, { dims }) => ({
    shape: dims.map((d) => shape[d] as number),
    strides: dims.map((d) => strides[d] as number),
    offset,
  }),
  vjp: {
    x:
      (_, { dims }) =>
      (g) =>
        permute(g, inverse(dims)),
  },
  sample: (draw) => {
    const shape = draw.shape([2, 4], { empty: true });
    const dims = shape.map((_, d) => d);
    if (draw.boolean()) dims.reverse();
    else dims.push(dims.shift() as number);
    return { inputs: [{ shape }], attributes: { dims } };
  },
};

/**
 * A view with dimensions reordered. PyTorch: `permute`.
 *
 * @example
 * permute(zeros(2, 3, 5), [2, 0, 1]).shape; // [5, 2, 3]
 */
export function permute(x: Tensor, dims: readonly number[]): Tensor {
  checkTensor('permute', 'x', x);
  if (!Array.isArray(dims) || dims.length !== x.ndim) {
    throw new ShapeError(
      `permute: every dimension must be named once; got ${describe(dims)} for rank ${x.ndim}; try [${x.shape.map((_, d) => d).join(', ')}]`,
    );
  }
  return apply(permuteOp, [x], { dims: normalizeDims('permute', dims, x.ndim) });
}

/** A view with two dimensions exchanged. PyTorch: `transpose`. */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', 'x', x);
  const first = normalizeDim('transpose', dim0, x.ndim);
  const second = normalizeDim('transpose', dim1, x.ndim);
  const dims = x.shape.map((_, d) => (d === first ? second : d === second ? first : d));
  return apply(permuteOp, [x], { dims });
}

function inverse(dims: readonly number[]): number[] {
  const result = new Array<number>(dims.length);
  dims.forEach((from, to) => {
    result[from] = to;
  });
  return result;
}
