/** Element types, their arrays in JavaScript, and how they combine. */
import { DTypeError } from './errors.ts';
import { describe } from './shape.ts';

/**
 * The element type of a tensor. `float16` and `bfloat16` store and convert; arithmetic takes the others.
 * 64-bit integers exist at the boundary only: a BigInt64Array comes in as int32, and `toBigInt64Array()` goes out.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool' | 'float16' | 'bfloat16';

/** The arrays that hold elements; float16 and bfloat16 are held as their bits. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array;

interface DTypeFacts {
  readonly bytes: number;
  readonly array: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
  /** bool < integer < float: the category decides promotion first, as in PyTorch. */
  readonly category: 0 | 1 | 2;
  /** The suffix of the kernels that take this type, where there are any. */
  readonly suffix: 'f32' | 'f64' | null;
}

export const DTYPES: Readonly<Record<DType, DTypeFacts>> = {
  bool: { bytes: 1, array: Uint8Array, category: 0, suffix: null },
  uint8: { bytes: 1, array: Uint8Array, category: 1, suffix: null },
  int32: { bytes: 4, array: Int32Array, category: 1, suffix: null },
  float16: { bytes: 2, array: Uint16Array, category: 2, suffix: null },
  bfloat16: { bytes: 2, array: Uint16Array, category: 2, suffix: null },
  float32: { bytes: 4, array: Float32Array, category: 2, suffix: 'f32' },
  float64: { bytes: 8, array: Float64Array, category: 2, suffix: 'f64' },
};

export function isFloating(dtype: DType): boolean {
  return DTYPES[dtype].category === 2;
}

/** Throws unless `value` names a dtype. */
export function checkDType(op: string, value: unknown): DType {
  if (typeof value === 'string' && Object.hasOwn(DTYPES, value)) return value as DType;
  throw new DTypeError(
    `${op}: dtype must be one of ${Object.keys(DTYPES).join(', ')}; got ${describe(value)}; try 'float32'`,
  );
}

/** The smallest dtype that holds both, as PyTorch's `promote_types`: a join, so commutative, associative, idempotent. */
export function promoteTypes(a: DType, b: DType): DType {
  checkDType('promoteTypes', a);
  checkDType('promoteTypes', b);
  if (a === b) return a;
  const [low, high] = DTYPES[a].category <= DTYPES[b].category ? [a, b] : [b, a];
  if (DTYPES[low].category < DTYPES[high].category) return high;
  if (DTYPES[low].category === 1) return 'int32';
  if (low === 'float64' || high === 'float64') return 'float64';
  return 'float32';
}
