/** A tensor as rows along one dimension, and lists of rows. */
import { allocate } from '../../core/base.ts';
import { elementsInPlace } from '../../core/copy.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { ShapeError } from '../../core/errors.ts';
import { elementsOf, formatShape, type Shape } from '../../core/shape.ts';
import type { Draw, SampleInput } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { atLeastOne, checkBounds } from './bounds.ts';

/** A contiguous tensor seen as [outer, size, inner], where `size` is that of `dim`. */
export interface RowLayout {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export function rowsAlong(shape: Shape, dim: number): RowLayout {
  return { outer: elementsOf(shape.slice(0, dim)), size: shape[dim] ?? 1, inner: elementsOf(shape.slice(dim + 1)) };
}

/** Throws unless `index` is a list of indices into `dim`. */
export function checkRowIndex(op: string, index: Tensor, shape: Shape, dim: number): void {
  if (index.ndim > 1) {
    throw new ShapeError(
      `${op}: index must have one dimension; got ${formatShape(index.shape)}; try gather, or x.at(...) for more dimensions`,
    );
  }
  checkBounds(op, 'index', index, 0, atLeastOne(shape)[dim] as number);
}

/** The list for kernels, which know rows only: once for each of `outer`, counted on from one to the next. */
export function flatRows(index: Tensor, { outer, size }: RowLayout): Tensor {
  if (outer === 1 && index.dtype === 'int32') return index;
  const flat = allocate([outer, index.count], 'int32');
  const [to, from] = elementsInPlace([flat, index]) as [TypedArray, TypedArray];
  for (let o = 0, at = 0; o < outer; o++) {
    for (let i = 0; i < from.length; i++) to[at++] = o * size + (from[i] as number);
  }
  return flat;
}

/** A tensor and a list of indices along one dimension, some of them twice. */
export function sampleRows(draw: Draw): { readonly x: SampleInput; readonly index: SampleInput; readonly dim: number } {
  const shape = draw.shape([1, 3], { min: 1 });
  const dim = draw.integer(0, shape.length - 1);
  const range = [0, (shape[dim] as number) - 1] as const;
  return { x: { shape }, index: { shape: [draw.integer(0, 4)], dtype: 'int32', range }, dim };
}
