/** Whole slices added along a dimension. */

import { ELEMENTWISE_GRAIN, launch } from '@tessera/kernels';
import { checkNumber, checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { freeTemporaries, WRITERS, writeInto } from '../../core/copy.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES, isFloating } from '../../core/dtype.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { formatShape, sameShape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { atLeastOne } from './bounds.ts';
import { indexSelect } from './indexSelect.ts';
import { checkRowIndex, flatRows, rowsAlong, sampleRows } from './rows.ts';

export const indexAddOp: PrimitiveOp<'x' | 'index' | 'source', { readonly dim: number }> = {
  kind: 'primitive',
  name: 'indexAdd',
  operands: ['x', 'index', 'source'],
  formula: 'y[index[i], j] += source[i, j] along dim 0, beginning with x',
  infer: ([x, index, source], { dim }) => {
    const target = x as Tensor;
    checkRows('indexAdd', target, dim, index as Tensor, source as Tensor);
    return { shape: target.shape, dtype: target.dtype };
  },
  // In the order of the index, so that the result is the same every time.
  reference: ([y], [x, index, source], { dim }) => {
    const [to, rows, from] = [y as Operand, (index as Operand).data, (source as Operand).data];
    const { outer, size, inner } = rowsAlong(to.shape, dim);
    const totals = Float64Array.from((x as Operand).data);
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < rows.length; i++) {
        const start = (o * size + (rows[i] as number)) * inner;
        for (let j = start; j < start + inner; j++) totals[j] = (totals[j] as number) + (from[at++] as number);
      }
    }
    const write = WRITERS[to.dtype];
    for (let i = 0; i < totals.length; i++) to.data[i] = write(totals[i] as number);
  },
  kernel: ([y], [x, index, source], { dim }) => {
    const [out, list] = [y as Tensor, index as Tensor];
    const layout = rowsAlong(out.shape, dim);
    const rows = flatRows(list, layout);
    // Every chunk takes some columns of all rows: a multiple of what the lanes hold.
    const columns = 16 * Math.ceil(ELEMENTWISE_GRAIN / 16 / Math.max(1, rows.count));
    const args = [out, source as Tensor, rows, layout.inner, rows.count];
    writeInto(out, x as Tensor);
    launch(`scatter_add_rows_${DTYPES[out.dtype].suffix}`, args, layout.inner, columns);
    freeTemporaries([rows], [list]);
  },
  vjp: {
    x: () => (g) => g,
    index: 'none',
    source:
      ({ index }, { dim }) =>
      (g) =>
        indexSelect(g, dim, index),
  },
  sample: (draw) => {
    const { x, index, dim } = sampleRows(draw);
    const source = { shape: x.shape.with(dim, index.shape[0] as number) };
    return { inputs: [x, index, source], attributes: { dim } };
  },
};

/** Throws unless `source` has a slice of x for every index. */
export function checkRows(op: string, x: Tensor, dim: number, index: Tensor, source: Tensor): void {
  checkSameDType(op, x, source);
  checkRowIndex(op, index, x.shape, dim);
  const want = atLeastOne(x.shape).with(dim, index.count);
  if (sameShape(atLeastOne(source.shape), want)) return;
  throw new ShapeError(
    `${op}: source must have a slice of x for every index; got ${formatShape(source.shape)} for ${index.count} indices along dim ${dim} of ${formatShape(x.shape)}; try a source of shape ${formatShape(want)}`,
  );
}

export interface IndexAddOptions {
  /** What the source is multiplied with; whole for integers. Default 1. */
  readonly alpha?: number;
}

/**
 * A copy of x to whose slices along `dim`, at the places in `index`, those of `source` are added, as often as an index
 * occurs. PyTorch: `index_add`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when source is of another size; DTypeError
 * when it is of another dtype.
 * @example
 * indexAdd(zeros(3), 0, tensor([0, 2, 2], { dtype: 'int32' }), tensor([1, 2, 3])); // tensor([1., 0., 5.])
 */
export function indexAdd<A extends Tensor>(
  x: A,
  dim: number,
  index: Tensor,
  source: Tensor,
  options?: IndexAddOptions,
): Tensor<A['shape']>;
export function indexAdd(x: Tensor, dim: number, index: Tensor, source: Tensor, options: IndexAddOptions = {}): Tensor {
  checkTensor('indexAdd', 'x', x);
  checkTensor('indexAdd', 'index', index);
  checkTensor('indexAdd', 'source', source);
  const { alpha = 1 } = checkOptions('indexAdd', options, '{ alpha: 2 }', ['alpha']);
  checkNumber('indexAdd', 'alpha', alpha);
  if (!isFloating(x.dtype) && !Number.isInteger(alpha)) {
    throw new ValueError(`indexAdd: alpha must be whole for ${x.dtype}; got ${alpha}; try .to('float32')`);
  }
  const scaled = alpha === 1 ? source : mul(source, alpha);
  return apply(indexAddOp, [x, index, scaled], { dim: normalizeDim('indexAdd', dim, x.ndim) });
}
