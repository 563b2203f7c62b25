/** What all reductions share: which dimensions go, what shape stays, and how the elements are laid out as rows. */
import { launch } from '@tessera/kernels';
import { makeTensor } from '../../core/base.ts';
import { freeTemporaries, toContiguous } from '../../core/copy.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import { describe, elementsOf, normalizeDims, type Shape } from '../../core/shape.ts';
import type { Draw, Operand, Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../views/expand.ts';
import { reshape } from '../views/reshape.ts';

export interface ReductionOptions {
  /** Keeps reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** Which dimensions are reduced, counted from the front and ascending. */
export interface ReductionAttributes {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

export function reductionAttributes(op: string, x: Tensor, dim: number | readonly number[] | undefined, options: ReductionOptions): ReductionAttributes {
  const { keepdim = false } = options;
  if (typeof keepdim !== 'boolean') throw new ValueError(`${op}: keepdim must be true or false; got ${describe(keepdim)}; try { keepdim: true }`);
  // An empty list means all dimensions, as in PyTorch.
  const dims = normalizeDims(op, Array.isArray(dim) && dim.length === 0 ? undefined : dim, x.ndim);
  return { dims: dims.filter((d) => d < x.ndim).sort((a, b) => a - b), keepdim };
}

export function reducedShape(shape: Shape, { dims, keepdim }: ReductionAttributes): number[] {
  if (keepdim) return shape.map((size, d) => (dims.includes(d) ? 1 : size));
  return shape.filter((_, d) => !dims.includes(d));
}

/** Stretches what a reduction left back over the reduced dimensions: the pull-back of a sum. */
export function expandReduced(g: Tensor, shape: Shape, { dims, keepdim }: ReductionAttributes): Tensor {
  const kept = keepdim ? g : reshape(g, reducedShape(shape, { dims, keepdim: true }));
  return expand(kept, shape);
}

/** How many elements each result is made of. */
export function reducedCount(shape: Shape, { dims }: ReductionAttributes): number {
  return elementsOf(dims.map((d) => shape[d] as number));
}

/** The plain way: gathers the elements of every result into one row, in order, and reduces the row. */
export function reduceRows(y: Operand | undefined, x: Operand | undefined, attributes: ReductionAttributes, reduce: (row: Float64Array, result: number) => number): void {
  const { shape, data } = x as Operand;
  const to = (y as Operand).data;
  const row = new Float64Array(reducedCount(shape, attributes));
  const offsets = rowOffsets(shape, attributes);
  offsets.starts.forEach((start, result) => {
    offsets.steps.forEach((step, i) => {
      row[i] = data[start + step] as number;
    });
    to[result] = reduce(row, result);
  });
}

/** Where every result's elements begin, and how far each lies from there, in a contiguous tensor. */
export function rowOffsets(shape: Shape, { dims }: ReductionAttributes): { readonly starts: number[]; readonly steps: number[] } {
  let starts = [0];
  let steps = [0];
  let stride = elementsOf(shape);
  shape.forEach((size, d) => {
    stride = size === 0 ? 0 : stride / size;
    const walk = (from: number[]): number[] => from.flatMap((base) => Array.from({ length: size }, (_, i) => base + i * stride));
    if (dims.includes(d)) steps = walk(steps);
    else starts = walk(starts);
  });
  return { starts, steps };
}

/** A contiguous tensor seen as [outer, n, inner], where n is what is reduced. */
export interface ReductionLayout {
  readonly source: Tensor;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** Reduced dimensions that lie together are read in place; others are first brought together at the end. */
export function reductionLayout(x: Tensor, { dims }: ReductionAttributes): ReductionLayout {
  const wide = dims.filter((d) => x.shape[d] !== 1);
  const first = wide[0] ?? x.ndim;
  const last = wide.at(-1) ?? first - 1;
  const between = x.shape.slice(first, last + 1).filter((size, i) => size !== 1 && !wide.includes(first + i));
  if (between.length === 0) {
    return { source: x, outer: elementsOf(x.shape.slice(0, first)), n: elementsOf(x.shape.slice(first, last + 1)), inner: elementsOf(x.shape.slice(last + 1)) };
  }
  const order = [...x.shape.keys()].sort((a, b) => Number(dims.includes(a)) - Number(dims.includes(b)) || a - b);
  const moved = makeTensor(x.storage, { shape: order.map((d) => x.shape[d] as number), strides: order.map((d) => x.strides[d] as number), offset: x.offset });
  const n = elementsOf(dims.map((d) => x.shape[d] as number));
  return { source: toContiguous(moved), outer: n === 0 ? 0 : x.count / n, n, inner: 1 };
}

/** About this many elements make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;

/** Runs a kernel `(out, x, n, inner, ...scalars)` over the results of a reduction. */
export function launchReduction(kernel: string, y: Tensor, x: Tensor, attributes: ReductionAttributes, scalars: readonly number[] = []): void {
  const { source, n, inner } = reductionLayout(x, attributes);
  const name = `${kernel}_${DTYPES[x.dtype].suffix}`;
  launch(name, [y, source, n, inner, ...scalars], y.count, Math.max(1, Math.ceil(CHUNK_ELEMENTS / Math.max(1, n))));
  freeTemporaries([source], [x]);
}

/** Draws a tensor and dimensions to reduce. */
export function sampleReduction(draw: Draw): Sample<ReductionAttributes> {
  const shape = draw.shape([1, 3]);
  const dims = shape.map((_, d) => d).filter(() => draw.boolean());
  return { inputs: [{ shape }], attributes: { dims: dims.length === 0 ? [shape.length - 1] : dims, keepdim: draw.boolean() } };
}

