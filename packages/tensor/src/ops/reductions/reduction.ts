/** What all reductions share: which dimensions go, what shape stays, and how the elements are laid out as rows. */

import { checkOptions } from '../../core/arguments.ts';
import { type NamedDim, type NamedDims, normalizeDims } from '../../core/dims.ts';
import { checkDType, type DType, isFloating } from '../../core/dtype.ts';
import { DTypeError, IndexError, ValueError } from '../../core/errors.ts';
import type { IsRanked, RankOf } from '../../core/rule.ts';
import { describe, elementsOf, formatShape, type Kept, type Shape } from '../../core/shape.ts';
import type { Draw, Operand, Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../views/expand.ts';
import { reshape } from '../views/reshape.ts';

/** One dimension or several; none named means all of them. */
export type Dims = number | readonly number[];

export interface ReductionOptions<K extends boolean = boolean> {
  /** Keeps reduced dimensions with size 1. Default false. */
  readonly keepdim?: K;
}

export interface DTypeOption {
  /** What the input is converted to before anything is computed, which is also the dtype of the result. */
  readonly dtype?: DType;
}

/** Which dimensions are reduced, counted from the front and ascending. */
export interface ReductionAttributes {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

/** The shape rule of reductions: S without the dimensions D, or with size 1 there; without any where D names none. */
export type Reduced<Op extends string, S extends Shape, D, K extends boolean> = boolean extends K
  ? Shape
  : [D] extends [undefined | readonly []]
    ? K extends true
      ? ReducedTo1<S, number>
      : readonly []
    : IsRanked<S> extends true
      ? ReducedDims<Op, S, D> extends infer I
        ? [I] extends [number]
          ? number extends I
            ? Shape
            : K extends true
              ? ReducedTo1<S, I>
              : Kept<S, I>
          : I
        : never
      : Shape;

type ReducedDims<Op extends string, S extends Shape, D> = D extends number
  ? NamedDim<Op, D, RankOf<S>>
  : D extends readonly number[]
    ? NamedDims<Op, D, RankOf<S>>
    : number;

/** S with size 1 at the dimensions I. */
type ReducedTo1<S extends Shape, I extends number> = { readonly [P in keyof S]: P extends `${I}` ? 1 : S[P] };

/** Checks `dim` and `keepdim` and writes them in one way. `further` names the options beside keepdim that there are. */
export function reductionAttributes<O extends ReductionOptions>(
  op: string,
  x: Tensor,
  dim: Dims | undefined,
  options: O,
  further: readonly Exclude<keyof O & string, 'keepdim'>[] = [],
): ReductionAttributes {
  // That `further` is complete is not for the compiler to know.
  const { keepdim = false } = checkOptions(op, options, '{ keepdim: true }', ['keepdim', ...further] as never);
  if (typeof keepdim !== 'boolean')
    throw new ValueError(`${op}: keepdim must be true or false; got ${describe(keepdim)}; try { keepdim: true }`);
  // An empty list means all dimensions, as in PyTorch.
  const dims = normalizeDims(op, Array.isArray(dim) && dim.length === 0 ? undefined : dim, x.ndim);
  return { dims: dims.filter((d) => d < x.ndim).sort((a, b) => a - b), keepdim };
}

/** A dimension for an op that takes one or all. */
export function oneDim(op: string, dim: number | undefined): number | undefined {
  if (dim === undefined || typeof dim === 'number') return dim;
  throw new IndexError(`${op}: takes one dimension, or none for all; got ${describe(dim)}; try dim -1`);
}

/** Throws where a dimension without elements would have to give a greatest, least or otherwise chosen one. */
export function rejectEmpty(op: string, shape: Shape, { dims }: { readonly dims: readonly number[] }): void {
  const empty = dims.find((d) => shape[d] === 0);
  if (empty !== undefined) {
    throw new IndexError(
      `${op}: a reduced dimension must have an element; got size 0 in dim ${empty} of ${formatShape(shape)}; try checking numel() first, or another dim`,
    );
  }
}

/** `x` in the dtype that was asked for, which must be a float where `floats` says so. */
export function inDType(op: string, x: Tensor, { dtype }: DTypeOption, floats = false): Tensor {
  const typed = dtype === undefined || checkDType(op, dtype) === x.dtype ? x : x.to(dtype);
  if (floats && !isFloating(typed.dtype)) {
    throw new DTypeError(`${op}: x must hold floats; got ${typed.dtype}; try { dtype: 'float32' } or .to('float32')`);
  }
  return typed;
}

/** Integers are added and multiplied as int32, as PyTorch does as int64. */
export function accumulatorType(dtype: DType): DType {
  return isFloating(dtype) ? dtype : 'int32';
}

export function reducedShape(shape: Shape, { dims, keepdim }: ReductionAttributes): number[] {
  if (keepdim) return shape.map((size, d) => (dims.includes(d) ? 1 : size));
  return shape.filter((_, d) => !dims.includes(d));
}

/** A result in the shape that it would have with `keepdim`, so that it broadcasts against what was reduced. */
export function keepReduced(y: Tensor, shape: Shape, { dims, keepdim }: ReductionAttributes): Tensor {
  return keepdim ? y : reshape(y, reducedShape(shape, { dims, keepdim: true }));
}

/** Stretches what a reduction left back over the reduced dimensions: the pull-back of a sum. */
export function expandReduced(g: Tensor, shape: Shape, attributes: ReductionAttributes): Tensor {
  return expand(keepReduced(g, shape, attributes), shape);
}

/** How many elements each result is made of. */
export function reducedCount(shape: Shape, { dims }: { readonly dims: readonly number[] }): number {
  return elementsOf(dims.map((d) => shape[d] as number));
}

/** The plain way: gathers the elements of every result into one row, in order, and reduces the row. */
export function reduceRows(
  y: Operand | undefined,
  x: Operand | undefined,
  attributes: ReductionAttributes,
  reduce: (row: Float64Array, result: number) => number,
): void {
  const { shape, data } = x as Operand;
  const to = (y as Operand).data;
  const { starts, steps } = rowOffsets(shape, attributes);
  const row = new Float64Array(steps.length);
  for (let result = 0; result < starts.length; result++) {
    const start = starts[result] as number;
    for (let i = 0; i < row.length; i++) row[i] = data[start + (steps[i] as number)] as number;
    to[result] = reduce(row, result);
  }
}

/** Where every result's elements begin, and how far each lies from there, in a contiguous tensor. */
function rowOffsets(
  shape: Shape,
  { dims }: { readonly dims: readonly number[] },
): { readonly starts: Int32Array; readonly steps: Int32Array } {
  const reduced = (_: number, d: number): boolean => dims.includes(d);
  const kept = (_: number, d: number): boolean => !dims.includes(d);
  const strides = shape.map((_, d) => elementsOf(shape.slice(d + 1)));
  return {
    starts: walk(shape.filter(kept), strides.filter(kept)),
    steps: walk(shape.filter(reduced), strides.filter(reduced)),
  };
}

/** The offsets of all elements of a layout, in order: the innermost dimension first, then ever longer blocks of it. */
function walk(sizes: Shape, strides: readonly number[]): Int32Array {
  const offsets = new Int32Array(elementsOf(sizes));
  let filled = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    const size = sizes[d] as number;
    for (let i = filled; i < filled * size; i++)
      offsets[i] = (offsets[i % filled] as number) + Math.floor(i / filled) * (strides[d] as number);
    filled *= size;
  }
  return offsets;
}

/** Draws a tensor and dimensions to reduce. */
export function sampleReduction(draw: Draw): Sample<ReductionAttributes> {
  const shape = draw.shape([1, 3]);
  const dims = shape.map((_, d) => d).filter(() => draw.boolean());
  return {
    inputs: [{ shape }],
    attributes: { dims: dims.length === 0 ? [shape.length - 1] : dims, keepdim: draw.boolean() },
  };
}
