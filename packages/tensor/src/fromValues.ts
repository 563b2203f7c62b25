/** Tensors from values: nested arrays and typed arrays. */
import { WRITERS } from './core/copy.ts';
import type { DType } from './core/dtype.ts';
import { DTypeError, ShapeError, ValueError } from './core/errors.ts';
import type { Check, IsOne, Result } from './core/rule.ts';
import { checkShape, describe, elementsOf, formatShape, type Shape, type Sizes } from './core/shape.ts';
import { type CreationOptions, fill, optionalDType } from './creation.ts';
import type { Tensor } from './tensor.ts';

/** Numbers or booleans, nested to any depth; every level must be even. */
export type NestedArray = number | boolean | readonly NestedArray[] | readonly [];

/** What `tensor` takes. BigInt64Array comes in as int32 and must fit it. */
export type TensorData =
  | NestedArray
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | BigInt64Array;

/** The shape rule of `tensor`: how deep and how long arrays are nested. First is the path along the first elements. */
export type NestedShape<T, First = T, Out extends Shape = readonly []> = [T] extends [number | boolean]
  ? Out
  : [T] extends [readonly unknown[]]
    ? IsOne<T['length']> extends true
      ? T['length'] extends 0
        ? readonly [...Out, 0]
        : NestedShape<
            T[number],
            First extends readonly unknown[] ? First[0] : T[number],
            readonly [...Out, T['length']]
          >
      : First extends readonly unknown[]
        ? Uneven<First['length'], T['length']>
        : Shape
    : [T] extends [ArrayBufferView]
      ? readonly [number]
      : Shape;

type Uneven<
  First extends number,
  Lengths extends number,
> = `tensor: nested arrays must be even; got length ${Exclude<Lengths, First>} where others have length ${First}`;

/**
 * A tensor with the given values, always copied (PyTorch's `torch.tensor`). Numbers become float32 unless `dtype` says
 * otherwise.
 *
 * @throws ShapeError when nested arrays are uneven; DTypeError when a value is neither number nor boolean.
 * @example
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // [2, 3]
 */
export function tensor<T extends TensorData>(
  data: T & Check<NestedShape<T>>,
  options?: CreationOptions,
): Tensor<Result<NestedShape<T>>>;
export function tensor(data: TensorData, options: CreationOptions = {}): Tensor {
  if (ArrayBuffer.isView(data))
    return fromTypedArray('tensor', data, [data.length], optionalDType('tensor', options, arrayDType('tensor', data)));
  const shape = nestedShape(data);
  const flat: (number | boolean)[] = [];
  flatten(data, shape, 0, flat);
  const inferred: DType = flat.length > 0 && flat.every((value) => typeof value === 'boolean') ? 'bool' : 'float32';
  return fill('tensor', shape, optionalDType('tensor', options, inferred), (to, write) => {
    for (let i = 0; i < flat.length; i++) to[i] = write(Number(flat[i]));
  });
}

/**
 * A tensor of the given shape with the values of a typed array in row-major order, copied.
 *
 * @example
 * fromArray(new Float32Array(6), [2, 3]).shape; // [2, 3]
 */
export function fromArray<const S extends Shape>(
  data: Exclude<TensorData, NestedArray> | readonly number[],
  shape: S & Check<Sizes<'fromArray', S>>,
  options?: CreationOptions,
): Tensor<Result<Sizes<'fromArray', S>>>;
export function fromArray(
  data: Exclude<TensorData, NestedArray> | readonly number[],
  shape: Shape,
  options: CreationOptions = {},
): Tensor {
  checkShape('fromArray', shape);
  const dtype = optionalDType(
    'fromArray',
    options,
    ArrayBuffer.isView(data) ? arrayDType('fromArray', data) : 'float32',
  );
  const values = ArrayBuffer.isView(data) ? data : numbersIn(data);
  if (values.length !== elementsOf(shape)) {
    throw new ShapeError(
      `fromArray: shape ${formatShape(shape)} has ${elementsOf(shape)} elements; got ${values.length} values; try a shape with as many elements as values`,
    );
  }
  return fromTypedArray('fromArray', values, [...shape], dtype);
}

function numbersIn(data: unknown): Float64Array {
  const stranger = Array.isArray(data) ? data.findIndex((value) => typeof value !== 'number') : 0;
  if (Array.isArray(data) && stranger < 0) return Float64Array.from(data as number[]);
  const got = Array.isArray(data) ? `${describe(data[stranger])} at index [${stranger}]` : describe(data);
  throw new DTypeError(
    `fromArray: data must be an array of numbers or a typed array; got ${got}; try new Float32Array([...])`,
  );
}

function fromTypedArray(op: string, data: Exclude<TensorData, NestedArray>, shape: Shape, dtype: DType): Tensor {
  return fill(op, shape, dtype, (to, write) => {
    if (data instanceof BigInt64Array)
      for (let i = 0; i < data.length; i++) to[i] = write(narrowBigInt(op, data[i] as bigint, i));
    else if (write === WRITERS.float32) to.set(data);
    else for (let i = 0; i < data.length; i++) to[i] = write(data[i] as number);
  });
}

function arrayDType(op: string, data: Exclude<TensorData, NestedArray>): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array || data instanceof BigInt64Array) return 'int32';
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return 'uint8';
  throw new DTypeError(
    `${op}: data must be numbers, booleans or a typed array of a known dtype; got ${describe(data)}; try Float32Array.from(data)`,
  );
}

function narrowBigInt(op: string, value: bigint, index: number): number {
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return Number(value);
  throw new ValueError(
    `${op}: 64-bit integers are held as int32; got ${value} at index [${index}]; try float64 or smaller values`,
  );
}

function nestedShape(data: unknown): number[] {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function flatten(data: unknown, shape: Shape, depth: number, flat: (number | boolean)[]): void {
  if (depth === shape.length) {
    if (typeof data === 'number' || typeof data === 'boolean') flat.push(data);
    else if (Array.isArray(data))
      throw new ShapeError(
        `tensor: nested arrays must be even; got an array where a number stands elsewhere; try padding every row to one length`,
      );
    else
      throw new DTypeError(`tensor: values must be numbers or booleans; got ${describe(data)}; try tensor([1, 2, 3])`);
    return;
  }
  if (!Array.isArray(data) || data.length !== shape[depth]) {
    throw new ShapeError(
      `tensor: nested arrays must be even; got ${Array.isArray(data) ? `length ${data.length}` : describe(data)} where others have length ${shape[depth]}; try padding every row to one length`,
    );
  }
  for (const item of data) flatten(item, shape, depth + 1, flat);
}
