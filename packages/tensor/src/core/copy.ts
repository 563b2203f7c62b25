/** Moving elements: into contiguous order, into another dtype, into and out of a tensor's memory. */
import { type Addressable, launch, stageTable } from '@tessera/kernels';
import type { Tensor } from '../tensor.ts';
import { allocate, type Layout } from './base.ts';
import { DTYPES, type DType, type TypedArray } from './dtype.ts';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from './float16.ts';
import { elementsOf } from './shape.ts';
import { elementsOfAll } from './storage.ts';

/** `x` itself when its elements already lie in logical order, else a contiguous copy. */
export function toContiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : copyOf(x);
}

/** A contiguous copy, whatever the layout. */
export function copyOf(x: Tensor): Tensor {
  const out = allocate(x.shape, x.dtype);
  moveStrided('copy_strided', x, x.dtype, (view, flat) => [flat(out), view(x)]);
  return out;
}

/** Writes contiguous `source` of the same shape and dtype into the elements of `target`, whatever its layout. */
export function writeInto(target: Tensor, source: Tensor): void {
  moveStrided('copy_to_strided', target, target.dtype, (view, flat) => [view(target), flat(source)]);
}

/** Makes every element of a contiguous tensor `value`. */
export function fillInPlace(target: Tensor, value: number): void {
  const { suffix } = DTYPES[target.dtype];
  if (suffix !== null) launch(`fill_${suffix}`, [target, value], target.count);
  else (elementsInPlace([target])[0] as TypedArray).fill(WRITERS[target.dtype](value));
}

/** What the kernels for strided layouts take. */
const MOST_DIMENSIONS = 8;

/** An operand from some element on. */
type From = (t: Tensor) => Addressable;

/**
 * Runs a kernel `(to, from, table, rank)` over a layout. Neighbouring dimensions that lie in memory as one are merged
 * first; where more than the kernel takes are left, it runs once for every position of the foremost ones.
 */
function moveStrided(
  kernel: string,
  layout: Layout,
  dtype: DType,
  operands: (view: From, flat: From) => [Addressable, Addressable],
): void {
  const { bytes } = DTYPES[dtype];
  const name = `${kernel}_u${bytes * 8}`;
  const { shape, strides } = mergeDimensions(layout);
  const lead = Math.max(0, shape.length - MOST_DIMENSIONS);
  const inner = shape.slice(lead);
  const count = elementsOf(inner);
  const move = (d: number, row: number, offset: number): void => {
    if (d === lead) {
      const from =
        (elements: number): From =>
        ({ cell, byteOffset }) => ({ cell, byteOffset: byteOffset + elements * bytes });
      const [to, source] = operands(from(offset), from(row * count));
      launch(name, [to, source, stageTable([...inner, ...strides.slice(lead)]), inner.length], count);
      return;
    }
    const size = shape[d] as number;
    for (let i = 0; i < size; i++) move(d + 1, row * size + i, offset + i * (strides[d] as number));
  };
  move(0, 0, 0);
}

/** The same walk with as few dimensions as can be: sizes of 1 go, and neighbours that lie in memory as one are joined. */
function mergeDimensions({ shape, strides }: Layout): { readonly shape: number[]; readonly strides: number[] } {
  const merged = { shape: [] as number[], strides: [] as number[] };
  shape.forEach((size, d) => {
    const step = strides[d] as number;
    const last = merged.shape.length - 1;
    if (size === 1) return;
    if (last >= 0 && merged.strides[last] === size * step) {
      merged.shape[last] = (merged.shape[last] as number) * size;
      merged.strides[last] = step;
    } else {
      merged.shape.push(size);
      merged.strides.push(step);
    }
  });
  return merged;
}

/** Frees what was copied or converted for a kernel, as soon as it is done; `made[i]` stands for `originals[i]`. */
export function freeTemporaries(made: readonly Tensor[], originals: readonly Tensor[]): void {
  made.forEach((t, i) => {
    if (t.storage !== originals[i]?.storage) t.storage.free();
  });
}

/** The elements of contiguous tensors, in place and all at once. Valid until the next allocation: never keep them. */
export function elementsInPlace(tensors: readonly Tensor[]): TypedArray[] {
  const arrays = elementsOfAll(tensors.map((t) => t.storage));
  return tensors.map((t, i) => {
    const all = arrays[i] as TypedArray;
    return t.count === all.length ? all : all.subarray(t.offset, t.offset + t.count);
  });
}

/** A contiguous copy in another dtype, as PyTorch's `to`: floats to integers drop the fraction, anything non-zero is true. */
export function convert(x: Tensor, dtype: DType): Tensor {
  const source = toContiguous(x);
  const out = allocate(x.shape, dtype);
  const kernel = CONVERSIONS[`${x.dtype} ${dtype}`];
  if (kernel !== undefined) launch(kernel, [out, source], x.count);
  else convertEach(out, source);
  freeTemporaries([source], [x]);
  return out;
}

function convertEach(out: Tensor, source: Tensor): void {
  const [to, from] = elementsInPlace([out, source]) as [TypedArray, TypedArray];
  const read = READERS[source.dtype];
  const write = WRITERS[out.dtype];
  for (let i = 0; i < from.length; i++) to[i] = write(read(from[i] as number));
}

const CONVERSIONS: Readonly<Record<string, string>> = {
  'float32 float64': 'convert_f32_f64',
  'float64 float32': 'convert_f64_f32',
  'int32 float32': 'convert_i32_f32',
  'uint8 float32': 'convert_u8_f32',
  'bool float32': 'convert_u8_f32',
};

const same = (value: number): number => value;

/** From a stored element to the number it means. */
export const READERS: Readonly<Record<DType, (stored: number) => number>> = {
  bool: same,
  uint8: same,
  int32: same,
  float32: same,
  float64: same,
  float16: float16ToNumber,
  bfloat16: bfloat16ToNumber,
};

/** From a number to what is stored for it. Integers wrap, as in PyTorch; NaN and infinities become the least integer or 0. */
export const WRITERS: Readonly<Record<DType, (value: number) => number>> = {
  bool: (value) => (value === 0 ? 0 : 1),
  uint8: (value) => Math.trunc(value) & 255,
  int32: (value) => Math.trunc(value) | 0,
  float32: same,
  float64: same,
  float16: numberToFloat16,
  bfloat16: numberToBfloat16,
};
