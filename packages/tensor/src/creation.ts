/** Tensors from values, from nothing, and from other tensors' shapes. */

import { launch } from '@tessera/kernels';
import { allocate } from './allocate.ts';
import { checkInteger, checkNumber, checkOptions, checkTensor } from './core/arguments.ts';
import { elementsInPlace, WRITERS } from './core/copy.ts';
import { checkDType, DTYPES, type DType, type TypedArray } from './core/dtype.ts';
import { DTypeError, ShapeError, ValueError } from './core/errors.ts';
import type { Check, IsOne, Result } from './core/rule.ts';
import { checkShape, describe, elementsOf, formatShape, type Shape, type Sizes } from './core/shape.ts';
import type { Tensor } from './tensor.ts';

/** Options of creation functions. */
export interface CreationOptions {
  /** Default: 'float32', or for values what they are: booleans 'bool', typed arrays their own type. */
  readonly dtype?: DType;
}

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
export function tensor<const T extends TensorData>(
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

function fill(
  op: string,
  shape: Shape,
  dtype: DType,
  write: (to: TypedArray, writer: (value: number) => number) => void,
): Tensor {
  const out = allocate(shape, dtype, op);
  write(elementsInPlace([out])[0] as TypedArray, WRITERS[dtype]);
  return out;
}

function optionalDType(op: string, options: CreationOptions, fallback: DType): DType {
  const { dtype } = checkOptions(op, options, "{ dtype: 'float64' }");
  return dtype === undefined ? fallback : checkDType(op, dtype);
}

/** Sizes as arguments or as one array, and options last: `zeros(2, 3)`, `zeros([2, 3], { dtype: 'int32' })`. */
export type SizesAndOptions = readonly (number | Shape | CreationOptions)[];

/** The shape in such arguments. */
export type SizesOf<T extends readonly unknown[]> = T extends Shape
  ? T
  : T extends readonly [infer S extends Shape, ...unknown[]]
    ? readonly [...S]
    : T extends readonly [...infer S extends Shape, object]
      ? readonly [...S]
      : Shape;

/** Splits `zeros(2, 3, { dtype })` into its shape and options. */
export function parseSizes<O extends object = CreationOptions>(op: string, args: readonly unknown[]): [Shape, O] {
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null && !Array.isArray(last);
  const sizes = hasOptions ? args.slice(0, -1) : args;
  const shape = sizes.length === 1 && Array.isArray(sizes[0]) ? sizes[0] : sizes;
  return [[...checkShape(op, shape)], hasOptions ? checkOptions(op, last as O, "{ dtype: 'float64' }") : ({} as O)];
}

/** A tensor full of `value`. */
export function full<const S extends Shape>(
  shape: S & Check<Sizes<'full', S>>,
  value: number | boolean,
  options?: CreationOptions,
): Tensor<Result<Sizes<'full', S>>>;
export function full(shape: Shape, value: number | boolean, options: CreationOptions = {}): Tensor {
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new ValueError(`full: value must be a number; got ${describe(value)}; try 0`);
  return filled(
    [...checkShape('full', shape)],
    Number(value),
    optionalDType('full', options, typeof value === 'boolean' ? 'bool' : 'float32'),
  );
}

/** Zeros. @example zeros(2, 3, { dtype: 'int32' }) */
export function zeros<const T extends SizesAndOptions>(
  ...args: T & Check<Sizes<'zeros', SizesOf<T>>>
): Tensor<Result<Sizes<'zeros', SizesOf<T>>>>;
export function zeros(...args: SizesAndOptions): Tensor {
  const [shape, options] = parseSizes('zeros', args);
  return filled(shape, 0, optionalDType('zeros', options, 'float32'), 'zeros');
}

/** Ones. @example ones([2, 3]) */
export function ones<const T extends SizesAndOptions>(
  ...args: T & Check<Sizes<'ones', SizesOf<T>>>
): Tensor<Result<Sizes<'ones', SizesOf<T>>>>;
export function ones(...args: SizesAndOptions): Tensor {
  const [shape, options] = parseSizes('ones', args);
  return filled(shape, 1, optionalDType('ones', options, 'float32'), 'ones');
}

/** A tensor whose values are whatever the memory held. */
export function empty<const T extends SizesAndOptions>(
  ...args: T & Check<Sizes<'empty', SizesOf<T>>>
): Tensor<Result<Sizes<'empty', SizesOf<T>>>>;
export function empty(...args: SizesAndOptions): Tensor {
  const [shape, options] = parseSizes('empty', args);
  return allocate(shape, optionalDType('empty', options, 'float32'), 'empty');
}

/** Checked arguments only: a contiguous tensor full of `value`. */
export function filled(shape: Shape, value: number, dtype: DType, op: string = 'full'): Tensor {
  const out = allocate(shape, dtype, op);
  const { suffix } = DTYPES[dtype];
  if (suffix !== null) launch(`fill_${suffix}`, [out, value], out.count);
  else (elementsInPlace([out])[0] as TypedArray).fill(WRITERS[dtype](value));
  return out;
}

/** Zeros of another tensor's shape and dtype. */
export function zerosLike<A extends Shape>(x: Tensor<A>, options?: CreationOptions): Tensor<A>;
export function zerosLike(x: Tensor, options: CreationOptions = {}): Tensor {
  checkTensor('zerosLike', 'x', x);
  return filled(x.shape, 0, optionalDType('zerosLike', options, x.dtype), 'zerosLike');
}

/** Ones of another tensor's shape and dtype. */
export function onesLike<A extends Shape>(x: Tensor<A>, options?: CreationOptions): Tensor<A>;
export function onesLike(x: Tensor, options: CreationOptions = {}): Tensor {
  checkTensor('onesLike', 'x', x);
  return filled(x.shape, 1, optionalDType('onesLike', options, x.dtype), 'onesLike');
}

/** `value` in another tensor's shape and dtype. */
export function fullLike<A extends Shape>(x: Tensor<A>, value: number, options?: CreationOptions): Tensor<A>;
export function fullLike(x: Tensor, value: number, options: CreationOptions = {}): Tensor {
  checkTensor('fullLike', 'x', x);
  return filled(
    x.shape,
    checkNumber('fullLike', 'value', value),
    optionalDType('fullLike', options, x.dtype),
    'fullLike',
  );
}

/** How many whole numbers come before N, where that is certain. */
type Counted<N extends number> = Sizes<'arange', readonly [N]> extends Shape ? N : number;

/**
 * Numbers from `start` (default 0) up to, not including, `end`, in steps. Whole arguments give int32, others float32.
 *
 * @example
 * arange(5); // tensor([0, 1, 2, 3, 4], dtype: int32)
 */
export function arange<N extends number, E extends number | undefined = undefined>(
  start: N,
  end?: E,
  step?: number,
  options?: CreationOptions,
): Tensor<readonly [E extends undefined ? Counted<N> : number]>;
export function arange(start: number, end?: number, step = 1, options: CreationOptions = {}): Tensor {
  const [low, high] = end === undefined ? [0, start] : [start, end];
  for (const [name, value] of [
    ['start', low],
    ['end', high],
    ['step', step],
  ] as const)
    checkNumber('arange', name, value);
  if (step === 0 || (high - low) / step < 0)
    throw new ValueError(
      `arange: step must lead from start to end; got start ${low}, end ${high}, step ${step}; try step ${high < low ? -1 : 1}`,
    );
  const count = Math.ceil((high - low) / step);
  checkShape('arange', [count]);
  const whole = [low, high, step].every(Number.isInteger);
  return fill('arange', [count], optionalDType('arange', options, whole ? 'int32' : 'float32'), (to, write) => {
    for (let i = 0; i < count; i++) to[i] = write(low + i * step);
  });
}

/** `steps` evenly spaced numbers from `start` to `end`, both included. */
export function linspace<N extends number>(
  start: number,
  end: number,
  steps: N,
  options?: CreationOptions,
): Tensor<readonly [N]>;
export function linspace(start: number, end: number, steps: number, options: CreationOptions = {}): Tensor {
  checkNumber('linspace', 'start', start);
  checkNumber('linspace', 'end', end);
  checkInteger('linspace', 'steps', steps, 0);
  const dtype = optionalDType('linspace', options, 'float32');
  // The step is a number of the dtype, and steps are counted from the nearer end, as in PyTorch: both ends are exact.
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  const [low, high] = [round(start), round(end)];
  const step = steps > 1 ? round(round(high - low) / (steps - 1)) : 0;
  return fill('linspace', [steps], dtype, (to, write) => {
    const half = Math.floor(steps / 2);
    for (let i = 0; i < steps; i++)
      to[i] = write(i < half || steps === 1 ? low + i * step : high - (steps - 1 - i) * step);
  });
}

/** The identity matrix [n, m] (default m = n). */
export function eye<N extends number, M extends number = N>(
  n: N,
  m?: M,
  options?: CreationOptions,
): Tensor<readonly [N, M]>;
export function eye(n: number, m: number = n, options: CreationOptions = {}): Tensor {
  checkInteger('eye', 'n', n, 0);
  checkInteger('eye', 'm', m, 0);
  return fill('eye', [n, m], optionalDType('eye', options, 'float32'), (to, write) => {
    to.fill(0);
    for (let i = 0; i < Math.min(n, m); i++) to[i * m + i] = write(1);
  });
}
