/** Whole slices picked along a dimension: the way into embeddings, and into every other kind of indexing. */
import { checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import { elementsOf, formatShape, normalizeDim, type Shape } from '../../core/shape.ts';
import { zeros } from '../../creation.ts';
import type { Draw, Operand, PrimitiveOp, SampleInput } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { atLeastOne, checkBounds } from './bounds.ts';
import { indexAdd } from './indexAdd.ts';

interface SelectAttributes {
  readonly dim: number;
  /** The shape of x. */
  readonly from: Shape;
}

export const indexSelectOp: PrimitiveOp<'x' | 'index', SelectAttributes> = {
  kind: 'primitive',
  name: 'indexSelect',
  operands: ['x', 'index'],
  formula: 'y[i, j] = x[index[i], j] along dim 0',
  infer: ([x, index], { dim }) => {
    const [source, rows] = [x as Tensor, index as Tensor];
    checkRowIndex('indexSelect', rows, source.shape, dim);
    return { shape: selectedShape(source.shape, dim, rows.count), dtype: source.dtype };
  },
  reference: ([y], [x, index], { dim }) => {
    const [to, from, rows] = [(y as Operand).data, x as Operand, (index as Operand).data];
    const { outer, size, inner } = rowsAlong(from.shape, dim);
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < rows.length; i++) {
        const start = (o * size + (rows[i] as number)) * inner;
        for (let j = 0; j < inner; j++) to[at++] = from.data[start + j] as number;
      }
    }
  },
  vjp: {
    x:
      ({ index }, { dim, from }) =>
      (g) =>
        indexAdd(zeros(from, { dtype: g.dtype }), dim, index, g),
    index: 'none',
  },
  sample: (draw) => {
    const { x, index, dim } = sampleRows(draw);
    return { inputs: [x, index], attributes: { dim, from: x.shape } };
  },
};

/** x with `count` indices along `dim`; without dimensions it stays so where there is one index. */
export function selectedShape(shape: Shape, dim: number, count: number): Shape {
  if (shape.length > 0) return shape.with(dim, count);
  return count === 1 ? [] : [count];
}

/** A contiguous tensor seen as [outer, size, inner], where `size` is that of `dim`. */
export function rowsAlong(
  shape: Shape,
  dim: number,
): { readonly outer: number; readonly size: number; readonly inner: number } {
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

/** A tensor and a list of indices along one dimension, some of them twice. */
export function sampleRows(draw: Draw): { readonly x: SampleInput; readonly index: SampleInput; readonly dim: number } {
  const shape = draw.shape([1, 3], { min: 1 });
  const dim = draw.integer(0, shape.length - 1);
  const range = [0, (shape[dim] as number) - 1] as const;
  return { x: { shape }, index: { shape: [draw.integer(0, 4)], dtype: 'int32', range }, dim };
}

/**
 * Slices of x along `dim` at the places in `index`, a list of whole numbers. PyTorch: `index_select`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when index has more than one dimension.
 * @example
 * indexSelect(tensor([[1, 2], [3, 4]]), 0, tensor([1, 1, 0], { dtype: 'int32' })).shape; // [3, 2]
 */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('indexSelect', 'x', x);
  checkTensor('indexSelect', 'index', index);
  return apply(indexSelectOp, [x, index], { dim: normalizeDim('indexSelect', dim, x.ndim), from: x.shape });
}
