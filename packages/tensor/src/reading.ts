/** Ways to read a tensor, whatever its shape. */
import { convert, elementsInPlace, READERS, toContiguous } from './core/copy.ts';
import { DTYPES, type TypedArray } from './core/dtype.ts';
import { ShapeError, ValueError } from './core/errors.ts';
import { formatShape } from './core/shape.ts';
import { ViewMethods } from './methods/views.ts';
import type { Tensor } from './tensor.ts';

/** Values nested as deep as the tensor has dimensions. */
export type Nested = number | boolean | Nested[];

export abstract class Readable extends ViewMethods {
  /** The number of dimensions. */
  dim(): number {
    return this.ndim;
  }

  /** The number of elements. */
  numel(): number {
    return this.count;
  }

  /** Elements between neighbours along every dimension. */
  stride(): readonly number[] {
    return this.strides;
  }

  /** The value of a tensor of one element. */
  item(): number {
    if (this.count !== 1)
      throw new ShapeError(
        `item: the tensor must have one element; got ${formatShape(this.shape)}; try toArray() or an index`,
      );
    return READERS[this.dtype](this.storage.elements()[this.offset] as number);
  }

  /** A copy of the elements in row-major order; 16-bit floats come out as Float32Array. */
  get data(): TypedArray {
    const x = this as unknown as Tensor; // every instance is one
    const half = x.dtype === 'float16' || x.dtype === 'bfloat16';
    const source = half ? convert(x, 'float32') : toContiguous(x);
    const [elements] = elementsInPlace([source]) as [TypedArray];
    const copy = new (DTYPES[source.dtype].array as unknown as new (length: number) => TypedArray)(elements.length);
    copy.set(elements);
    if (source.storage !== x.storage) source.storage.free();
    return copy;
  }

  /** The same as `data`, for code that must also run on devices that answer later. */
  read(): Promise<TypedArray> {
    return Promise.resolve(this.data);
  }

  /** Whole numbers as 64-bit integers, in row-major order. */
  toBigInt64Array(): BigInt64Array {
    return BigInt64Array.from(this.data as Int32Array, (value) => {
      if (Number.isFinite(value)) return BigInt(Math.trunc(value));
      throw new ValueError(`toBigInt64Array: every value must be finite; got ${value}; try nanToNum()`);
    });
  }

  /** The values as nested arrays; a number or boolean where there are no dimensions. */
  toArray(): Nested {
    const flat = this.data;
    const bool = this.dtype === 'bool';
    const nest = (depth: number, start: number, span: number): Nested => {
      if (depth === this.ndim) return bool ? flat[start] === 1 : (flat[start] as number);
      const size = this.shape[depth] as number;
      const step = size === 0 ? 0 : span / size;
      return Array.from({ length: size }, (_, i) => nest(depth + 1, start + i * step, step));
    };
    return nest(0, 0, flat.length);
  }
}
