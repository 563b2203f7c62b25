/** How reductions reach their kernels: as the middle axis of a contiguous [outer, n, inner], or cut into chunks. */
import { launch } from '@tessera/kernels';
import { scalarTensor } from '../../core/arguments.ts';
import { allocate, makeTensor } from '../../core/base.ts';
import { elementsInPlace, freeTemporaries, toContiguous } from '../../core/copy.ts';
import { DTYPES, type TypedArray } from '../../core/dtype.ts';
import { elementsOf } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { ReductionAttributes } from './reduction.ts';

/** A contiguous tensor seen as [outer, n, inner], where n is what is reduced. */
export interface ReductionLayout {
  readonly source: Tensor;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** Reduced dimensions that lie together are read in place; others are first brought together at the end. */
export function reductionLayout(x: Tensor, { dims }: { readonly dims: readonly number[] }): ReductionLayout {
  const wide = dims.filter((d) => x.shape[d] !== 1);
  const first = wide[0] ?? x.ndim;
  const last = wide.at(-1) ?? first - 1;
  const between = x.shape.slice(first, last + 1).filter((size, i) => size !== 1 && !wide.includes(first + i));
  if (between.length === 0) {
    return {
      source: x,
      outer: elementsOf(x.shape.slice(0, first)),
      n: elementsOf(x.shape.slice(first, last + 1)),
      inner: elementsOf(x.shape.slice(last + 1)),
    };
  }
  const order = [...x.shape.keys()].sort((a, b) => Number(dims.includes(a)) - Number(dims.includes(b)) || a - b);
  const moved = makeTensor(x.storage, {
    shape: order.map((d) => x.shape[d] as number),
    strides: order.map((d) => x.strides[d] as number),
    offset: x.offset,
  });
  const n = elementsOf(dims.map((d) => x.shape[d] as number));
  return { source: toContiguous(moved), outer: n === 0 ? 0 : x.count / n, n, inner: 1 };
}

/** About this many elements make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;

/** Columns that lie side by side are read together: fewer than this per chunk would read every cache line again. */
const COLUMNS = 16;

/** Runs a kernel `(out, x, n, inner, ...scalars)` over the results of a reduction. */
export function launchReduction(
  kernel: string,
  y: Tensor,
  x: Tensor,
  attributes: ReductionAttributes,
  scalars: readonly number[] = [],
): void {
  const { source, n, inner } = reductionLayout(x, attributes);
  launch(`${kernel}_${DTYPES[x.dtype].suffix}`, [y, source, n, inner, ...scalars], y.count, resultsPerChunk(n, inner));
  freeTemporaries([source], [x]);
}

/** How many results of n elements each make a chunk. */
export function resultsPerChunk(n: number, inner: number): number {
  return Math.max(Math.ceil(CHUNK_ELEMENTS / Math.max(1, n)), Math.min(inner, COLUMNS));
}

/** Whether all elements go into one result, and are enough for several threads. */
export function isLongRow(y: Tensor, x: Tensor): boolean {
  return y.count === 1 && x.count >= 2 * CHUNK_ELEMENTS;
}

/** The sum of a contiguous tensor: chunks of fixed size in float64 on all threads, then theirs in order. */
export function sumInChunks(x: Tensor): number {
  const chunks = Math.ceil(x.count / CHUNK_ELEMENTS);
  const partial = allocate([chunks], 'float64');
  launch(`sum_partial_${DTYPES[x.dtype].suffix}`, [partial, x, x.count, CHUNK_ELEMENTS], chunks, 1);
  let total = 0;
  for (const part of partial.storage.elements()) total += part;
  partial.storage.free();
  return total;
}

/** A kernel whose results can be reduced once more without loss (amax, amin): whole chunks, what is left, then theirs. */
export function launchInChunks(kernel: string, y: Tensor, x: Tensor): void {
  const name = `${kernel}_${DTYPES[x.dtype].suffix}`;
  const whole = Math.floor(x.count / CHUNK_ELEMENTS);
  const rest = x.count - whole * CHUNK_ELEMENTS;
  const partial = allocate([whole + 1], x.dtype);
  launch(name, [partial, x, CHUNK_ELEMENTS, 1], whole, 1);
  // The rest may be empty: then it gives the identity of the fold.
  launch(name, [elementAt(partial, whole), elementAt(x, whole * CHUNK_ELEMENTS), rest, 1], 1);
  launch(name, [y, partial, whole + 1, 1], 1);
  partial.storage.free();
}

/** A view that begins at element `index`, as an address for a kernel. */
function elementAt(x: Tensor, index: number): Tensor {
  return makeTensor(x.storage, { shape: [], strides: [], offset: x.offset + index });
}

/** Writes the one element of a result. */
export function writeElement(y: Tensor, value: number): void {
  (elementsInPlace([y])[0] as TypedArray)[0] = value;
}

/** y / n in the memory of y, which is contiguous. */
export function divideInPlace(y: Tensor, n: number): void {
  const divisor = scalarTensor(n, y.dtype);
  launch(`div_${DTYPES[y.dtype].suffix}`, [y, y, y.count, 1, divisor, 0, 0, y.count], y.count);
  divisor.storage.free();
}
