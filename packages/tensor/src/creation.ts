/** Tensors from nothing, and from other tensors' shapes. */

import { launch } from '@tessera/kernels';
import { allocate } from './allocate.ts';
import { checkInteger, checkNumber, checkObject, checkOptions, checkTensor } from './core/arguments.ts';
import { elementsInPlace, WRITERS } from './core/copy.ts';
import { checkDType, DTYPES, type DType, type TypedArray } from './core/dtype.ts';
import { ValueError } from './core/errors.ts';
import type { Check, Result } from './core/rule.ts';
import { checkShape, describe, type Shape, type Sizes } from './core/shape.ts';
import type { Tensor } from './tensor.ts';

/** Options of creation functions. */
export interface CreationOptions {
  /** Default: 'float32', or for values what they are: booleans 'bool', typed arrays their own type. */
  readonly dtype?: DType;
}

/** A tensor whose elements `write` gives. */
export function fill(
  op: string,
  shape: Shape,
  dtype: DType,
  write: (to: TypedArray, writer: (value: number) => number) => void,
): Tensor {
  const out = allocate(shape, dtype, op);
  write(elementsInPlace([out])[0] as TypedArray, WRITERS[dtype]);
  return out;
}

/** The dtype that options ask for. */
export function optionalDType(op: string, options: CreationOptions, fallback: DType): DType {
  const { dtype } = checkOptions(op, options, "{ dtype: 'float64' }", ['dtype']);
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
  return [[...checkShape(op, shape)], hasOptions ? checkObject(op, last as O, "{ dtype: 'float64' }") : ({} as O)];
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
export function zerosLike<A extends Tensor>(x: A, options?: CreationOptions): Tensor<A['shape']>;
export function zerosLike(x: Tensor, options: CreationOptions = {}): Tensor {
  checkTensor('zerosLike', 'x', x);
  return filled(x.shape, 0, optionalDType('zerosLike', options, x.dtype), 'zerosLike');
}

/** Ones of another tensor's shape and dtype. */
export function onesLike<A extends Tensor>(x: A, options?: CreationOptions): Tensor<A['shape']>;
export function onesLike(x: Tensor, options: CreationOptions = {}): Tensor {
  checkTensor('onesLike', 'x', x);
  return filled(x.shape, 1, optionalDType('onesLike', options, x.dtype), 'onesLike');
}

/** `value` in another tensor's shape and dtype. */
export function fullLike<A extends Tensor>(x: A, value: number, options?: CreationOptions): Tensor<A['shape']>;
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
  const count = Math.max(0, Math.ceil((high - low) / step)); // not -0
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
