/** Where values belong in a sorted row. */
import { checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, sameShape } from '../../core/shape.ts';
import { filled } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { gather } from './gather.ts';

interface SearchAttributes {
  /** Whether a value goes behind those equal to it. */
  readonly right: boolean;
}

export const searchsortedOp: PrimitiveOp<'sorted' | 'values', SearchAttributes> = {
  kind: 'primitive',
  name: 'searchsorted',
  operands: ['sorted', 'values'],
  formula: 'sorted[y - 1] < x <= sorted[y], or, from the right, sorted[y - 1] <= x < sorted[y]',
  infer: ([sorted, values]) => {
    const [rows, wanted] = [sorted as Tensor, values as Tensor];
    checkSameDType('searchsorted', rows, wanted);
    const common =
      rows.ndim >= 1 && rows.ndim === wanted.ndim && sameShape(rows.shape.slice(0, -1), wanted.shape.slice(0, -1));
    if (rows.ndim === 1 || common) return { shape: wanted.shape, dtype: 'int32' };
    throw new ShapeError(
      `searchsorted: sorted must be one row, or have a row for each of values; got ${formatShape(rows.shape)} and ${formatShape(wanted.shape)}; try shapes that agree but in the last dimension`,
    );
  },
  reference: ([y], [sorted, values], { right }) => {
    const [to, rows, wanted] = [(y as Operand).data, sorted as Operand, (values as Operand).data];
    const size = rows.shape.at(-1) as number;
    const perRow = rows.shape.length === 1 ? wanted.length : ((values as Operand).shape.at(-1) as number);
    for (let i = 0; i < wanted.length; i++) {
      const start = Math.floor(i / perRow) * size;
      to[i] = bisect((k) => rows.data[start + k] as number, size, wanted[i] as number, right);
    }
  },
  vjp: { sorted: 'none', values: 'none' },
  sample: (draw) => ({
    // A single boundary is sorted whatever is drawn.
    inputs: [{ shape: [1] }, { shape: draw.shape([0, 2], { empty: true }) }],
    attributes: { right: draw.boolean() },
  }),
};

/** The first of n places whose element does not belong in front of `value`. NaN belongs at the end. */
function bisect(element: (place: number) => number, n: number, value: number, right: boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    const behind = right ? element(middle) > value : element(middle) >= value;
    if (behind) high = middle;
    else low = middle + 1;
  }
  return low;
}

export interface SearchOptions {
  /** Whether a value goes behind those equal to it. Default false. */
  readonly right?: boolean;
  /** The same in words: 'left' (default) or 'right'. */
  readonly side?: 'left' | 'right';
  /** Indices that sort every row (see argsort), when it is not sorted itself. */
  readonly sorter?: Tensor;
}

/**
 * For every value the place in an ascending row at which it would have to be inserted to keep the order: int32.
 * `sorted` is one row, or has a row for each row of `values`. PyTorch: `searchsorted`.
 *
 * @example
 * searchsorted(tensor([1, 3, 5]), tensor([3, 6])); // tensor([1, 3], dtype=int32)
 * searchsorted(tensor([1, 3, 5]), tensor([3, 6]), { right: true }); // tensor([2, 3], dtype=int32)
 */
export function searchsorted(sorted: Tensor, values: Tensor | number, options: SearchOptions = {}): Tensor {
  const {
    right = false,
    side,
    sorter,
  } = checkOptions('searchsorted', options, '{ right: true }', ['right', 'side', 'sorter']);
  checkTensor('searchsorted', 'sorted', sorted);
  const wanted =
    typeof values === 'number' ? filled([], values, sorted.dtype) : checkTensor('searchsorted', 'values', values);
  if (side !== undefined && side !== 'left' && side !== 'right') {
    throw new ValueError(`searchsorted: side must be 'left' or 'right'; got ${describe(side)}; try 'left'`);
  }
  if (side === 'left' && right) {
    throw new ValueError(
      "searchsorted: side and right must say the same; got side 'left' and right true; try one of them",
    );
  }
  if (sorter !== undefined && !sameShape(checkTensor('searchsorted', 'sorter', sorter).shape, sorted.shape)) {
    throw new ShapeError(
      `searchsorted: sorter must have the shape of sorted; got ${formatShape(sorter.shape)} and ${formatShape(sorted.shape)}; try argsort(sorted)`,
    );
  }
  const rows = sorter === undefined ? sorted : gather(sorted, -1, sorter);
  return apply(searchsortedOp, [rows, wanted], { right: right || side === 'right' });
}

/**
 * The bucket of every element of x between ascending `boundaries`: `searchsorted` with the operands exchanged.
 * PyTorch: `bucketize`.
 *
 * @example
 * bucketize(tensor([0.5, 2]), tensor([1, 2, 3])); // tensor([0, 1], dtype=int32)
 */
export function bucketize(x: Tensor | number, boundaries: Tensor, options: Pick<SearchOptions, 'right'> = {}): Tensor {
  if (typeof x !== 'number') checkTensor('bucketize', 'x', x);
  checkTensor('bucketize', 'boundaries', boundaries);
  if (boundaries.ndim !== 1) {
    throw new ShapeError(
      `bucketize: boundaries must have one dimension; got ${formatShape(boundaries.shape)}; try searchsorted`,
    );
  }
  const { right = false } = checkOptions('bucketize', options, '{ right: true }', ['right']);
  return searchsorted(boundaries, x, { right });
}
