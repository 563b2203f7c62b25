/** Parts of a dimension: slices with a step, single indices, ranges. All are views. */

import { checkInteger, checkTensor } from '../../core/arguments.ts';
import type { Layout } from '../../core/base.ts';
import { apply } from '../../core/dispatch.ts';
import { IndexError } from '../../core/errors.ts';
import type { Check, IsRanked, Result, Show, ShowSize } from '../../core/rule.ts';
import { describe, formatShape, type Kept, type Resized, type Shape } from '../../core/shape.ts';
import type { Difference, Sum } from '../../core/sizes.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { freshLayout, scatterStrided } from './asStrided.ts';
import { dimOf, type LineDim } from './dimensions.ts';

interface SliceAttributes {
  readonly dim: number;
  readonly start: number;
  readonly length: number;
  readonly step: number;
  /** The shape of x: its pull-back needs no more of it. */
  readonly from: Shape;
}

/** `length` elements along `dim`, from `start`, every `step`-th. */
export const sliceOp: ViewOp<'x', SliceAttributes> = {
  kind: 'view',
  name: 'slice',
  operands: ['x'],
  view: sliceLayout,
  vjp: {
    x:
      ({ shapes }, attributes) =>
      (g) =>
        scatterStrided(g, shapes.x, sliceLayout(freshLayout(shapes.x), attributes)),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { min: 1 });
    const dim = draw.integer(0, shape.length - 1);
    const size = shape[dim] as number;
    const start = draw.integer(0, size - 1);
    const step = draw.integer(1, 2);
    return {
      inputs: [{ shape }],
      attributes: { dim, start, length: Math.ceil((size - start) / step), step, from: shape },
    };
  },
};

function sliceLayout({ shape, strides, offset }: Layout, { dim, start, length, step }: SliceAttributes): Layout {
  const along = strides[dim] as number;
  return { shape: shape.with(dim, length), strides: strides.with(dim, along * step), offset: offset + start * along };
}

interface SelectAttributes {
  readonly dim: number;
  readonly index: number;
  readonly from: Shape;
}

/** One index along `dim`, which goes away. */
export const selectOp: ViewOp<'x', SelectAttributes> = {
  kind: 'view',
  name: 'select',
  operands: ['x'],
  view: selectLayout,
  vjp: {
    x:
      ({ shapes }, attributes) =>
      (g) =>
        scatterStrided(g, shapes.x, selectLayout(freshLayout(shapes.x), attributes)),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { min: 1 });
    const dim = draw.integer(0, shape.length - 1);
    return {
      inputs: [{ shape }],
      attributes: { dim, index: draw.integer(0, (shape[dim] as number) - 1), from: shape },
    };
  },
};

function selectLayout({ shape, strides, offset }: Layout, { dim, index }: SelectAttributes): Layout {
  return {
    shape: shape.toSpliced(dim, 1),
    strides: strides.toSpliced(dim, 1),
    offset: offset + index * (strides[dim] as number),
  };
}

/**
 * A view of every `step`-th index from `start` up to, not including, `end` along `dim`: Python's `x[start:end:step]`.
 * Negative bounds count from the end, and bounds beyond the ends are cut, as in Python. Steps must be positive.
 *
 * @example
 * slice(arange(5), 0, 1, -1); // tensor([1, 2, 3], dtype=int32)
 */
export function slice<A extends Tensor, D extends number>(
  x: A,
  dim: D & Check<LineDim<'slice', A['shape'], D>>,
  start?: number | null,
  end?: number | null,
  step?: number,
): Tensor<Result<Sliced<A['shape'], D>>>;
export function slice(
  x: Tensor,
  dim: number,
  start: number | null = null,
  end: number | null = null,
  step = 1,
): Tensor {
  checkTensor('slice', 'x', x);
  const axis = dimOf('slice', x, dim);
  const size = x.shape[axis] as number;
  checkInteger('slice', 'step', step, 1);
  const low = clampBound('slice', 'start', start ?? 0, size);
  const high = clampBound('slice', 'end', end ?? size, size);
  return apply(sliceOp, [x], {
    dim: axis,
    start: low,
    length: Math.max(0, Math.ceil((high - low) / step)),
    step,
    from: x.shape,
  });
}

/** The shape rule of `select`. */
export type Selected<S extends Shape, D extends number, Index extends number> =
  IsRanked<S> extends true
    ? LineDim<'select', S, D> extends infer I
      ? I extends number
        ? number extends I
          ? Shape
          : IndexIn<Index, S[I]> extends true
            ? Kept<S, I>
            : `select: index must be in [${S[I] extends 0 ? '' : '-'}${S[I]}, ${S[I]}); got ${Index} for dim ${I} of ${Show<S>}`
        : I
      : never
    : Shape;

/** Whether an index, perhaps counted from the end, is not certain to lie outside a dimension of N. */
type IndexIn<Index extends number, N extends number> = number extends N | Index
  ? true
  : `${Index}` extends `-${infer K extends number}`
    ? IsAtMost<K, N>
    : IsAtMost<Sum<Index, 1>, N>;

/** The shape rule of `narrow`. */
export type Narrowed<S extends Shape, D extends number, Start extends number, N extends number> =
  IsRanked<S> extends true
    ? LineDim<'narrow', S, D> extends infer I
      ? I extends number
        ? number extends I
          ? Shape
          : Fits<Start, N, S[I]> extends true
            ? Resized<S, I, N>
            : `narrow: start and length must lie in dim ${I} of size ${ShowSize<S[I]>}; got start ${Start}, length ${N}`
        : I
      : never
    : Shape;

/** Whether Start + N are not certain to be more than Size. */
type Fits<Start extends number, N extends number, Size extends number> = `${N}` extends `-${string}`
  ? false
  : number extends Start | N | Size
    ? true
    : `${Start}` extends `-${infer K extends number}`
      ? Difference<Size, K> extends infer From extends number
        ? [From] extends [never]
          ? false
          : IsAtMost<Sum<From, N>, Size>
        : never
      : IsAtMost<Sum<Start, N>, Size>;

type IsAtMost<A extends number, B extends number> = [Difference<B, A>] extends [never] ? false : true;

/** The shape rule of `slice`: how many indices it takes is not computed. */
export type Sliced<S extends Shape, D extends number> =
  IsRanked<S> extends true
    ? LineDim<'slice', S, D> extends infer I
      ? I extends number
        ? number extends I
          ? Shape
          : Resized<S, I, number>
        : I
      : never
    : Shape;

/** A view of one index along `dim`; negative indices count from the end. PyTorch: `select`. */
export function select<A extends Tensor, D extends number, I extends number>(
  x: A,
  dim: D & Check<LineDim<'select', A['shape'], D>>,
  index: I & Check<Selected<A['shape'], D, I>>,
): Tensor<Result<Selected<A['shape'], D, I>>>;
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', 'x', x);
  const axis = dimOf('select', x, dim);
  const size = x.shape[axis] as number;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new IndexError(
      `select: index must be in [${-size}, ${size}); got ${describe(index)} for dim ${axis} of ${formatShape(x.shape)}; try an index inside the dimension`,
    );
  }
  return apply(selectOp, [x], { dim: axis, index: index < 0 ? index + size : index, from: x.shape });
}

/** A view of `length` indices from `start` along `dim`. PyTorch: `narrow`. */
export function narrow<A extends Tensor, D extends number, I extends number, N extends number>(
  x: A,
  dim: D & Check<LineDim<'narrow', A['shape'], D>>,
  start: I,
  length: N & Check<Narrowed<A['shape'], D, I, N>>,
): Tensor<Result<Narrowed<A['shape'], D, I, N>>>;
export function narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
  checkTensor('narrow', 'x', x);
  const axis = dimOf('narrow', x, dim);
  const size = x.shape[axis] as number;
  const from = Number.isInteger(start) && start < 0 ? start + size : start;
  if (!Number.isInteger(from) || !Number.isInteger(length) || from < 0 || length < 0 || from + length > size) {
    throw new IndexError(
      `narrow: start and length must lie in dim ${axis} of size ${size}; got start ${describe(start)}, length ${describe(length)}; try start 0 and length ${size}`,
    );
  }
  return apply(sliceOp, [x], { dim: axis, start: from, length, step: 1, from: x.shape });
}

function clampBound(op: string, name: string, bound: number, size: number): number {
  checkInteger(op, name, bound, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return Math.max(0, Math.min(size, bound < 0 ? bound + size : bound));
}
