/** Whole slices picked along a dimension: the way into embeddings, and into every other kind of indexing. */

import { ELEMENTWISE_GRAIN, launch } from '@tessera/kernels';
import { checkTensor } from '../../core/arguments.ts';
import { freeTemporaries } from '../../core/copy.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result } from '../../core/rule.ts';
import type { Resized, Shape } from '../../core/shape.ts';
import { zeros } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { indexAdd } from './indexAdd.ts';
import { checkRowIndex, flatRows, rowsAlong, sampleRows } from './rows.ts';

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
  kernel: ([y], [x, index], { dim }) => {
    const [table, list] = [x as Tensor, index as Tensor];
    const layout = rowsAlong(table.shape, dim);
    if (layout.inner === 0) return;
    const rows = flatRows(list, layout);
    const bits = DTYPES[table.dtype].bytes * 8;
    const grain = Math.ceil(ELEMENTWISE_GRAIN / layout.inner);
    launch(`gather_rows_u${bits}`, [y as Tensor, table, rows, layout.inner], rows.count, grain);
    freeTemporaries([rows], [list]);
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

/** x with `count` indices along `dim`; a tensor without dimensions has one place. */
function selectedShape(shape: Shape, dim: number, count: number): Shape {
  if (shape.length > 0) return shape.with(dim, count);
  if (count === 1) return [];
  throw new ShapeError(
    `indexSelect: a tensor without dimensions takes one index; got ${count}; try expand for copies of it`,
  );
}

/** What is picked of a tensor without dimensions: itself. */
type Picked<I extends Shape> = I extends readonly [] | readonly [1]
  ? readonly []
  : I extends readonly [infer N extends number]
    ? number extends N
      ? readonly []
      : `indexSelect: a tensor without dimensions takes one index; got ${N}`
    : Shape;

/** The shape rule of `indexSelect`: along D as many as there are indices. */
export type IndexSelected<A extends Shape, D extends number, I extends Shape> =
  IsRanked<A> extends true
    ? NamedDim<'indexSelect', D, RankOf<A>> extends infer P
      ? P extends number
        ? number extends P
          ? Shape
          : A extends readonly []
            ? Picked<I>
            : Resized<A, P, I extends readonly [infer N extends number] ? N : number>
        : P
      : never
    : Shape;

/**
 * Slices of x along `dim` at the places in `index`, a list of whole numbers. PyTorch: `index_select`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when index has more than one dimension.
 * @example
 * indexSelect(tensor([[1, 2], [3, 4]]), 0, tensor([1, 1, 0], { dtype: 'int32' })).shape; // [3, 2]
 */
export function indexSelect<A extends Tensor, D extends number, I extends Tensor>(
  x: A,
  dim: D & Check<IndexSelected<A['shape'], D, I['shape']>>,
  index: I,
): Tensor<Result<IndexSelected<A['shape'], D, I['shape']>>>;
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('indexSelect', 'x', x);
  checkTensor('indexSelect', 'index', index);
  return apply(indexSelectOp, [x, index], { dim: normalizeDim('indexSelect', dim, x.ndim), from: x.shape });
}
