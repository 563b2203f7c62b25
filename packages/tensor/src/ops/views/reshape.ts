/** The same elements in the same order under another shape. */

import { checkTensor } from '../../core/arguments.ts';
import type { Layout } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import type { Check, RankOf, Result, Show } from '../../core/rule.ts';
import {
  checkShape,
  contiguousStrides,
  describe,
  type Elements,
  elementsOf,
  formatShape,
  type Shape,
  type Sizes,
} from '../../core/shape.ts';
import type { Quotient } from '../../core/sizes.ts';
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
export function reshape<A extends Tensor, const T extends Shape>(
  x: A,
  shape: T & Check<Reshaped<'reshape', A['shape'], T>>,
): Tensor<Result<Reshaped<'reshape', A['shape'], T>>>;
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'x', x);
  const target = inferSize('reshape', shape, x.count);
  const source = viewLayout(x, target) === null ? contiguous(x) : x;
  return apply(reshapeOp, [source], { shape: target, from: x.shape });
}

/** The shape rule of `reshape` and of all that count elements: T, with its -1 computed as far as the sizes of S are known. */
export type Reshaped<Op extends string, S extends Shape, T extends Shape> =
  number extends RankOf<T>
    ? Shape
    : WithoutUnknown<T> extends readonly [infer Known extends Shape, infer Unknown extends Shape]
      ? Unknown extends readonly [-1, -1, ...Shape]
        ? `${Op}: one size may be -1; got ${Show<T>}`
        : Sizes<Op, Known> extends infer Sound
          ? Sound extends Shape
            ? Filled<Op, T, RankOf<Unknown>, Elements<S>, Elements<Known>>
            : Sound
          : never
      : never;

/** T as two lists: its sizes, and its -1. */
type WithoutUnknown<
  T extends Shape,
  Known extends Shape = readonly [],
  Unknown extends Shape = readonly [],
> = T extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? First extends -1
    ? WithoutUnknown<Rest, Known, readonly [...Unknown, -1]>
    : WithoutUnknown<Rest, readonly [...Known, First], Unknown>
  : readonly [Known, Unknown];

type Filled<Op extends string, T extends Shape, Unknown, Count extends number, Known extends number> = number extends
  | Count
  | Known
  ? WithUnknown<T, number>
  : Unknown extends 0
    ? Count extends Known
      ? T
      : Misfit<Op, T, Count>
    : Quotient<Count, Known> extends readonly [infer Size extends number, 0]
      ? WithUnknown<T, Size>
      : Misfit<Op, T, Count>;

type WithUnknown<T extends Shape, Size extends number> = { readonly [P in keyof T]: T[P] extends -1 ? Size : T[P] };

type Misfit<
  Op extends string,
  T extends Shape,
  Count extends number,
> = `${Op}: a tensor of ${Count} elements must fill the new shape; got ${Show<T>}`;

/** Replaces one -1 by the size that fits and checks the count of elements. */
export function inferSize(op: string, shape: Shape, count: number): Shape {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: a shape must be an array of sizes; got ${describe(shape)}; try [2, -1]`);
  const unknown = shape.indexOf(-1);
  if (unknown !== shape.lastIndexOf(-1))
    throw new ValueError(`${op}: one size may be -1; got ${describe(shape)}; try giving the others`);
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
