/** The different values of a tensor. */
import { checkOptions, checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import { elementsOf, formatShape } from '../../core/shape.ts';
import { fromArray } from '../../fromValues.ts';
import type { Tensor } from '../../tensor.ts';
import { ravel } from '../views/flatten.ts';
import { movedim } from '../views/movedim.ts';
import { reshape } from '../views/reshape.ts';
import { indexSelect } from './indexSelect.ts';

export interface UniqueOptions {
  /** Compares slices along this dimension instead of single elements. */
  readonly dim?: number;
}

/** What `unique` gives. */
export interface Unique {
  /** The different values, ascending; NaN comes last, every one by itself. */
  readonly values: Tensor;
  /** For every element of x its place in `values`, int32. */
  readonly inverse: Tensor;
  /** How often every value occurs, int32. */
  readonly counts: Tensor;
}

/**
 * The different elements of x in ascending order, or its different slices along `dim` in lexicographic order; which one
 * every element is, and how often each occurs. PyTorch: `unique` with `return_inverse` and `return_counts`.
 *
 * @example
 * unique(tensor([3, 1, 3])).values; // tensor([1., 3.])
 */
export function unique(x: Tensor, options: UniqueOptions = {}): Unique {
  checkTensor('unique', 'x', x);
  const { dim } = checkOptions('unique', options, '{ dim: 0 }', ['dim']);
  if (dim === undefined) {
    const { firsts, inverse, counts } = group(reshape(x, [x.count, 1]), sorted);
    return { values: indexSelect(ravel(x), 0, firsts), inverse: reshape(inverse, x.shape), counts };
  }
  const axis = normalizeDim('unique', dim, x.ndim);
  const { firsts, inverse, counts } = group(rowsOf('unique', x, axis), sorted);
  return { values: indexSelect(x, axis, firsts), inverse, counts };
}

/**
 * x without elements, or slices along `dim`, that are equal to the one before them. PyTorch: `unique_consecutive`.
 *
 * @example
 * uniqueConsecutive(tensor([1, 1, 2, 1])).values; // tensor([1., 2., 1.])
 */
export function uniqueConsecutive(x: Tensor, options: UniqueOptions = {}): Unique {
  checkTensor('uniqueConsecutive', 'x', x);
  const { dim } = checkOptions('uniqueConsecutive', options, '{ dim: 0 }', ['dim']);
  if (dim === undefined) {
    const { firsts, inverse, counts } = group(reshape(x, [x.count, 1]), asTheyCome);
    return { values: indexSelect(ravel(x), 0, firsts), inverse: reshape(inverse, x.shape), counts };
  }
  const axis = normalizeDim('uniqueConsecutive', dim, x.ndim);
  const { firsts, inverse, counts } = group(rowsOf('uniqueConsecutive', x, axis), asTheyCome);
  return { values: indexSelect(x, axis, firsts), inverse, counts };
}

/** The slices along `dim` as rows. */
function rowsOf(op: string, x: Tensor, dim: number): Tensor {
  const size = x.shape[dim] ?? 1;
  if (x.count === 0 && size > 0) {
    throw new ShapeError(`${op}: slices along dim must not be empty; got ${formatShape(x.shape)}; try another dim`);
  }
  const moved = movedim(x, dim, 0);
  return reshape(moved, [size, elementsOf(moved.shape.slice(1))]); // (..., n, ...) -> (n, rest)
}

type Order = (rows: number, compare: (a: number, b: number) => number) => Int32Array;

const asTheyCome: Order = (rows) => Int32Array.from({ length: rows }, (_, i) => i);

const sorted: Order = (rows, compare) => asTheyCome(rows, compare).sort((a, b) => compare(a, b) || a - b);

/** Runs of equal rows, in the given order: the first row of every run, the run of every row, and how long each is. */
function group(
  table: Tensor,
  order: Order,
): { readonly firsts: Tensor; readonly inverse: Tensor; readonly counts: Tensor } {
  const [rows, width] = table.shape as readonly [number, number];
  const data = table.data;
  const compare = (a: number, b: number): number => {
    for (let j = 0; j < width; j++) {
      const difference = compareValues(data[a * width + j] as number, data[b * width + j] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(rows);
  let before = -1;
  for (const row of order(rows, compare)) {
    if (before < 0 || !equalRows(data, width, before, row)) {
      firsts.push(row);
      counts.push(0);
    }
    const run = firsts.length - 1;
    counts[run] = (counts[run] as number) + 1;
    inverse[row] = run;
    before = row;
  }
  const list = (values: readonly number[]): Tensor => fromArray(Int32Array.from(values), [values.length]);
  return { firsts: list(firsts), inverse: fromArray(inverse, [rows]), counts: list(counts) };
}

/** Ascending, NaN last. */
function compareValues(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function equalRows(data: ArrayLike<number>, width: number, a: number, b: number): boolean {
  for (let j = 0; j < width; j++) if (data[a * width + j] !== data[b * width + j]) return false;
  return true;
}
