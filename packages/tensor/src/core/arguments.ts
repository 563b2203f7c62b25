/** Checks and conversions of what callers hand to ops, before anything is touched. */
import type { Tensor } from '../tensor.ts';
import { allocate, isTensor, TENSOR } from './base.ts';
import { WRITERS } from './copy.ts';
import { DTYPES, type DType, isFloating, promoteTypes } from './dtype.ts';
import { DeviceError, DTypeError, ValueError } from './errors.ts';
import { describe } from './shape.ts';

/** What ops take where a tensor is meant: a number or boolean stands for a tensor without dimensions. */
export type TensorLike = Tensor | number | boolean;

/** Throws unless `value` is a tensor of this copy of the library. */
export function checkTensor(op: string, operand: string, value: unknown): Tensor {
  if (isTensor(value)) return value;
  if (typeof value === 'object' && value !== null && TENSOR in value) {
    throw new DeviceError(
      `${op}: ${operand} must be a tensor of this copy of @tessera/tensor; got one of another copy in the program; try installing a single version (npm dedupe)`,
    );
  }
  throw new DTypeError(`${op}: ${operand} must be a tensor; got ${describe(value)}; try tensor(...)`);
}

/** Throws unless all of `values` are tensors in an array. */
export function checkTensors(op: string, values: unknown): readonly Tensor[] {
  if (!Array.isArray(values))
    throw new DTypeError(`${op}: takes an array of tensors; got ${describe(values)}; try [a, b]`);
  return Array.from(values, (value, i) => checkTensor(op, `tensor ${i}`, value));
}

/**
 * Turns the arguments of an op into tensors. A number takes the dtype of the tensors beside it where that can hold its
 * kind (PyTorch's rule for Python numbers): it makes integers float32 only if it has a fraction.
 */
export function toOperands(op: string, names: readonly string[], values: readonly unknown[]): Tensor[] {
  if (values.length !== names.length) {
    throw new ValueError(
      `${op}: takes ${names.length} operand${names.length === 1 ? '' : 's'} (${names.join(', ')}); got ${values.length}; try ${op}(${names.join(', ')})`,
    );
  }
  let dtype: DType | null = null;
  for (const value of values)
    if (isTensor(value)) dtype = dtype === null ? value.dtype : promoteTypes(dtype, value.dtype);
  if (dtype === null && values.every((value) => typeof value === 'number' || typeof value === 'boolean')) {
    throw new DTypeError(
      `${op}: an operand must be a tensor; got ${values.map(describe).join(' and ')}; try tensor(${String(values[0])})`,
    );
  }
  return values.map((value, i) => {
    if (typeof value === 'number' || typeof value === 'boolean') return scalarLike(value, dtype);
    return checkTensor(op, names[i] as string, value);
  });
}

function scalarLike(value: number | boolean, beside: DType | null): Tensor {
  return scalarTensor(Number(value), scalarDType(value, beside));
}

function scalarDType(value: number | boolean, beside: DType | null): DType {
  if (typeof value === 'boolean') return beside ?? 'bool';
  const whole = Number.isInteger(value) && Math.abs(value) < 2 ** 31;
  if (beside === null || (!whole && !isFloating(beside))) return 'float32';
  if (beside === 'uint8' && (value < 0 || value > 255)) return 'int32';
  return beside === 'bool' ? 'int32' : beside;
}

/** A tensor without dimensions. */
export function scalarTensor(value: number, dtype: DType): Tensor {
  const result = allocate([], dtype);
  result.storage.elements()[0] = WRITERS[dtype](value);
  return result;
}

/** The dtype of an elementwise result, as PyTorch's `result_type`: tensors with dimensions come before those without. */
export function resultType(inputs: readonly Tensor[]): DType {
  let dimensioned: DType | null = null;
  let scalar: DType | null = null;
  for (const { dtype, shape } of inputs) {
    if (shape.length > 0) dimensioned = dimensioned === null ? dtype : promoteTypes(dimensioned, dtype);
    else scalar = scalar === null ? dtype : promoteTypes(scalar, dtype);
  }
  if (dimensioned === null) return scalar as DType;
  if (scalar === null || DTYPES[scalar].category <= DTYPES[dimensioned].category) return dimensioned;
  return promoteTypes(dimensioned, scalar);
}

/** Throws unless `value` is a finite or infinite number, not NaN. */
export function checkNumber(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new ValueError(`${op}: ${name} must be a number; got ${describe(value)}; try 1`);
}

/** Throws unless `value` is true or false. */
export function checkFlag(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ValueError(`${op}: ${name} must be true or false; got ${describe(value)}; try { ${name}: true }`);
}

/** Throws unless `value` is a whole number in [low, high]. */
export function checkInteger(
  op: string,
  name: string,
  value: unknown,
  low: number = -(2 ** 31),
  high: number = 2 ** 31 - 1,
): number {
  if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return value as number;
  throw new ValueError(
    `${op}: ${name} must be a whole number in [${low}, ${high}]; got ${describe(value)}; try ${Math.max(low, Math.min(high, 1))}`,
  );
}

/** Throws unless the tensor holds float32 or float64, the dtypes of arithmetic. */
export function checkFloat(op: string, operand: string, x: Tensor): Tensor {
  if (x.dtype === 'float32' || x.dtype === 'float64') return x;
  throw new DTypeError(`${op}: ${operand} must be float32 or float64; got ${x.dtype}; try .to('float32')`);
}

/** Throws unless the tensor holds indices: whole numbers (int32 or uint8). */
export function checkIndices(op: string, operand: string, x: Tensor): Tensor {
  if (x.dtype === 'int32' || x.dtype === 'uint8') return x;
  throw new DTypeError(`${op}: ${operand} must hold whole numbers (int32 or uint8); got ${x.dtype}; try .to('int32')`);
}

/** Throws unless both have the same dtype. */
export function checkSameDType(op: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype)
    throw new DTypeError(
      `${op}: operands must have one dtype; got ${a.dtype} and ${b.dtype}; try .to('${promoteTypes(a.dtype, b.dtype)}')`,
    );
}

/** The 16-bit floats are for storage: arithmetic on them would hide a choice of precision. */
export function rejectHalf(op: string, inputs: readonly Tensor[]): void {
  for (const { dtype } of inputs) {
    if (dtype === 'float16' || dtype === 'bfloat16') {
      throw new DTypeError(
        `${op}: arithmetic takes float32 or float64; got ${dtype}, which is for storage; try .to('float32')`,
      );
    }
  }
}

/** Throws unless `options` is a plain object: options come last, by name. */
export function checkObject<O extends object>(op: string, options: O, example: string): O {
  const prototype = typeof options === 'object' && options !== null ? Object.getPrototypeOf(options) : undefined;
  if (prototype === Object.prototype || prototype === null) return options;
  throw new ValueError(`${op}: options come last, in one object; got ${describe(options)}; try ${example}`);
}

/** Throws unless `options` is a plain object without other names than those that there are, all of which must be said. */
export function checkOptions<O extends object, const N extends readonly (keyof O & string)[]>(
  op: string,
  options: O,
  example: string,
  names: N & ([keyof O] extends [N[number]] ? unknown : { missing: Exclude<keyof O, N[number]> }),
): O {
  checkNames(op, checkObject(op, options, example), names);
  return options;
}

/** Throws unless `value` is a function. */
export function checkFunction<F>(op: string, name: string, value: F, example = '(x) => x.sum()'): F {
  if (typeof value === 'function') return value;
  throw new ValueError(`${op}: ${name} must be a function; got ${describe(value)}; try ${example}`);
}

/**
 * Options with what they leave out. The defaults name all that there are; other names are refused.
 *
 * @example
 * const { bias } = withDefaults<Required<LinearOptions>>('Linear', options, { bias: true });
 */
export function withDefaults<S extends object>(op: string, options: Readonly<Partial<S>>, defaults: S): S {
  const [example] = Object.entries(defaults);
  const given = checkObject(op, options, `{ ${example?.[0]}: ${describe(example?.[1])} }`);
  checkNames(op, given, Object.keys(defaults));
  const settings = { ...defaults };
  for (const name of Object.keys(given) as (keyof S & string)[])
    if (given[name] !== undefined) settings[name] = given[name] as S[keyof S & string];
  return settings;
}

/** Throws for an option that is none of those that there are. */
export function checkNames(op: string, options: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (names.includes(name)) continue;
    throw new ValueError(`${op}: there is no option '${name}'; got ${describe(value)} for it; try ${names.join(', ')}`);
  }
}

/** Throws unless a setting is one of several words. */
export function checkOneOf(op: string, name: string, value: unknown, words: readonly unknown[]): void {
  if (words.includes(value)) return;
  throw new ValueError(
    `${op}: ${name} must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}; got ${describe(value)}; try ${typeof words[0] === 'string' ? `'${words[0]}'` : words[0]}`,
  );
}
