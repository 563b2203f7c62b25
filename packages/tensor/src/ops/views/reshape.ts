/** The same elements in the same order under another shape. */
import { checkTensor } from '../../core/arguments.ts';
import type { Layout } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { checkShape, contiguousStrides, describe, elementsOf, formatShape, type Shape } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { contiguous } from './contiguous.ts';

/** A view whose shape the memory allows as it lies; `reshape` copies first where it does not. */
export const reshapeOp: ViewOp<'x', { readonly shape: Shape; readonly from: Shape }> = {
  kind: 'view',
  name: 'reshape',
  operands: ['x'],
  view: (x, { shape }) => viewLayout(x, shape) as Layout,
  vjp: {
    x:
      ({ shapes }) =>
      (g) =>
        reshape(g, shapes.x),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3]);
    return {
      inputs: [{ shape }],
      attributes: { shape: draw.boolean() ? [elementsOf(shape)] : [...shape, 1].reverse(), from: shape },
    };
  },
};

/**
 * The same elements in row-major order under a new shape; a view where the memory allows it, a copy otherwise
 * (PyTorch's `reshape`). One size may be -1 and is computed.
 *
 * @throws ShapeError when the number of elements differs.
 * @example
 * reshape(arange(6), [2, -1]).shape; // [2, 3]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'x', x);
  const target = inferSize('reshape', shape, x.count);
  const source = viewLayout(x, target) === null ? contiguous(x) : x;
  return apply(reshapeOp, [source], { shape: target, from: x.shape });
}

/** Replaces one -1 by the size that fits and checks the count of elements. */
export function inferSize(op: string, shape: Shape, count: number): Shape {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: a shape must be an array of sizes; got ${describe(shape)}; try [2, -1]`);
  const unknown = shape.indexOf(-1);
  if (unknown !== shape.lastIndexOf(-1))
    throw new ValueError(`${op}: one size may be -1; got [${shape.join(', ')}]; try giving the others`);
  const known = checkShape(op, unknown < 0 ? shape : shape.toSpliced(unknown, 1));
  const product = elementsOf(known);
  if (unknown < 0 ? product === count : product > 0 && count % product === 0) {
    return unknown < 0 ? [...shape] : shape.with(unknown, count / product);
  }
  throw new ShapeError(
    `${op}: a tensor of ${count} elements must fill the new shape; got ${formatShape(shape)}; try [-1] or a shape of ${count} elements`,
  );
}

/** Strides under which `shape` shows the elements of `x` in order without moving them, or null. */
export function viewLayout(x: Tensor, shape: Shape): Layout | null {
  const { offset } = x;
  if (x.isContiguous()) return { shape, strides: contiguousStrides(shape), offset };
  // Runs of old dimensions that lie one inside the other can be divided anew; every new dimension must come out of one run.
  const strides = new Array<number>(shape.length);
  let d = shape.length - 1;
  let old = x.ndim - 1;
  while (old >= 0) {
    let run = x.shape[old] as number;
    const step = x.strides[old] as number;
    while (old > 0 && (x.shape[old - 1] === 1 || x.strides[old - 1] === step * run)) run *= x.shape[--old] as number;
    old--;
    let taken = 1;
    while (d >= 0 && (taken < run || shape[d] === 1)) {
      strides[d] = step * taken;
      taken *= shape[d--] as number;
    }
    if (taken !== run) return null;
  }
  while (d >= 0) strides[d--] = 1;
  return { shape, strides, offset };
}
