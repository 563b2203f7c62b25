/** Whole slices added along a dimension. */
import { checkNumber, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { WRITERS } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape, normalizeDim, sameShape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { mul } from '../elementwise/arithmetic.ts';
import { atLeastOne } from './bounds.ts';
import { checkRowIndex, indexSelect, rowsAlong, sampleRows } from './indexSelect.ts';

interface AddAttributes {
  readonly dim: number;
  /** What the source is multiplied with. */
  readonly alpha: number;
}

export const indexAddOp: PrimitiveOp<'x' | 'index' | 'source', AddAttributes> = {
  kind: 'primitive',
  name: 'indexAdd',
  operands: ['x', 'index', 'source'],
  formula: 'y[index[i], j] += alpha * source[i, j] along dim 0, beginning with x',
  infer: ([x, index, source], { dim }) => {
    const target = x as Tensor;
    checkRows('indexAdd', target, dim, index as Tensor, source as Tensor);
    return { shape: target.shape, dtype: target.dtype };
  },
  // In float64 and in the order of the index, so that the result is the same every time.
  reference: ([y], [x, index, source], { dim, alpha }) => {
    const [to, rows, from] = [y as Operand, (index as Operand).data, (source as Operand).data];
    const { outer, size, inner } = rowsAlong(to.shape, dim);
    const totals = Float64Array.from((x as Operand).data);
    let at = 0;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < rows.length; i++) {
        const start = (o * size + (rows[i] as number)) * inner;
        for (let j = start; j < start + inner; j++) totals[j] = (totals[j] as number) + alpha * (from[at++] as number);
      }
    }
    const write = WRITERS[to.dtype];
    for (let i = 0; i < totals.length; i++) to.data[i] = write(totals[i] as number);
  },
  vjp: {
    x: () => (g) => g,
    index: 'none',
    source:
      ({ index }, { dim, alpha }) =>
      (g) => {
        const rows = indexSelect(g, dim, index);
        return alpha === 1 ? rows : mul(rows, alpha);
      },
  },
  sample: (draw) => {
    const { x, index, dim } = sampleRows(draw);
    const source = { shape: x.shape.with(dim, index.shape[0] as number) };
    return { inputs: [x, index, source], attributes: { dim, alpha: draw.pick([1, -0.5]) } };
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
  /** What the source is multiplied with. Default 1. */
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
export function indexAdd(x: Tensor, dim: number, index: Tensor, source: Tensor, options: IndexAddOptions = {}): Tensor {
  checkTensor('indexAdd', 'x', x);
  checkTensor('indexAdd', 'index', index);
  checkTensor('indexAdd', 'source', source);
  const alpha = checkNumber('indexAdd', 'alpha', options.alpha ?? 1);
  return apply(indexAddOp, [x, index, source], { dim: normalizeDim('indexAdd', dim, x.ndim), alpha });
}
