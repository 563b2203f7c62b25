/** How reductions reach their kernels: as the middle axis of a contiguous [outer, n, inner], or cut into chunks. */
import { launch } from '@tessera/kernels';
import { scalarTensor } from '../../core/arguments.ts';
import { alias, allocate, makeTensor } from '../../core/base.ts';
import { elementsInPlace, freeTemporaries, toContiguous, writeInto } from '../../core/copy.ts';
import { DTYPES, type TypedArray } from '../../core/dtype.ts';
import { runScope } from '../../core/scope.ts';
import { elementsOf, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** About this many elements make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;

/** Columns that lie side by side are read together: fewer than this per chunk would read every cache line again. */
const COLUMNS = 16;

/** Kernels whose results can be folded once more without loss. */
const LOSSLESS: ReadonlySet<string> = new Set(['amax', 'amin']);

/** Runs a kernel `(out, x, n, inner)` that folds all elements of each result of a contiguous x into one. */
export function launchFold(kernel: string, y: Tensor, x: Tensor, dims: readonly number[]): void {
  if (isLongRow(y, x) && kernel === 'sum') {
    writeElement(y, sumInChunks(x));
    return;
  }
  if (isLongRow(y, x) && LOSSLESS.has(kernel)) {
    launchInChunks(kernel, y, x);
    return;
  }
  const together = innermostGroup(x.shape, dims);
  const others = dims.filter((d) => !together.includes(d) && x.shape[d] !== 1);
  const target =
    others.length === 0
      ? y
      : allocate(
          x.shape.map((size, d) => (together.includes(d) ? 1 : size)),
          x.dtype,
        );
  launchOverMiddle(x, together, (source, n, inner, grain) =>
    launch(`${kernel}_${DTYPES[x.dtype].suffix}`, [target, source, n, inner], target.count, grain),
  );
  if (others.length === 0) return;
  launchFold(kernel, y, target, others);
  target.storage.free();
}

/** The last of the reduced dimensions, with those that lie next to it. */
function innermostGroup(shape: Shape, dims: readonly number[]): number[] {
  const wide = dims.filter((d) => shape[d] !== 1);
  let first = wide.length - 1;
  while (first > 0 && elementsOf(shape.slice((wide[first - 1] as number) + 1, wide[first])) === 1) first--;
  return wide.slice(Math.max(0, first));
}

type Run = (source: Tensor, n: number, inner: number, grain: number) => void;

/** Shows `run` a contiguous tensor as [outer, n, inner], where n is what `dims` reduce, and results per chunk. */
export function launchOverMiddle(x: Tensor, dims: readonly number[], run: Run): void {
  const group = innermostGroup(x.shape, dims);
  const n = elementsOf(dims.map((d) => x.shape[d] as number));
  if (group.length === dims.filter((d) => x.shape[d] !== 1).length) {
    const inner = elementsOf(x.shape.slice((group.at(-1) ?? x.ndim) + 1));
    run(x, n, inner, resultsPerChunk(n, inner));
    return;
  }
  // Dimensions that lie apart are first brought together at the end.
  const order = [...x.shape.keys()].sort((a, b) => Number(dims.includes(a)) - Number(dims.includes(b)) || a - b);
  const source = toContiguous(permuted(x, order));
  run(source, n, 1, resultsPerChunk(n, 1));
  freeTemporaries([source], [x]);
}

/** Runs argmax or argmin: y holds int32. */
export function launchPlaces(kernel: string, y: Tensor, x: Tensor, dims: readonly number[]): void {
  launchOverMiddle(x, dims, (source, n, inner, grain) =>
    launch(`${kernel}_${DTYPES[x.dtype].suffix}`, [y, source, n, inner], y.count, grain),
  );
}

/** The same memory with dimensions in another order. */
export function permuted(x: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((d) => x.shape[d] as number);
  return makeTensor(x.storage, { shape, strides: order.map((d) => x.strides[d] as number), offset: x.offset });
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

/** Whole chunks, what is left, then their results. */
function launchInChunks(kernel: string, y: Tensor, x: Tensor): void {
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

/** A kernel made of other ops' kernels: what `compute` gives goes into y, and what it made on the way is freed. */
export function computeInto(y: Tensor, x: Tensor, compute: (x: Tensor) => Tensor): void {
  runScope(
    () => writeInto(y, toContiguous(compute(x.trace === null ? x : alias(x)))),
    () => [],
  );
}
