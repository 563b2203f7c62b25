/** Moving elements: into contiguous order, into another dtype, into and out of a tensor's memory. */
import { launch, stageTable } from '@tessera/kernels';
import type { Tensor } from '../tensor.ts';
import { allocate } from './base.ts';
import { type DType, DTYPES, type TypedArray } from './dtype.ts';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from './float16.ts';
import { elementsOfAll } from './storage.ts';

/** `x` itself when its elements already lie in logical order, else a contiguous copy. */
export function toContiguous(x: Tensor): Tensor {
  return x.isContiguous() ? x : copyOf(x);
}

/** A contiguous copy, whatever the layout. */
export function copyOf(x: Tensor): Tensor {
  const out = allocate(x.shape, x.dtype);
  const bits = DTYPES[x.dtype].bytes * 8;
  launch(`copy_strided_u${bits}`, [out, x, stageTable([...x.shape, ...x.strides]), x.ndim], x.count);
  return out;
}

/** Writes contiguous `source` of the same shape and dtype into the elements of `target`, whatever its layout. */
export function writeInto(target: Tensor, source: Tensor): void {
  const bits = DTYPES[target.dtype].bytes * 8;
  launch(`copy_to_strided_u${bits}`, [target, source, stageTable([...target.shape, ...target.strides]), target.ndim], target.count);
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
