/** Tensors from a case's inputs, laid out in memory as the case asks, through the public API alone. */
import { type DType, fromArray, type Tensor } from '@tessera/tensor';
import type { Input } from './adapter.ts';

/** Our names for PyTorch's dtypes: there are no 64-bit integers here, and none narrower than int32 but uint8. */
const DTYPES: Readonly<Record<string, DType>> = {
  float16: 'float16',
  bfloat16: 'bfloat16',
  float32: 'float32',
  float64: 'float64',
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int32',
  uint8: 'uint8',
  bool: 'bool',
};

/** Our name for a dtype of the vectors; null where we have none. */
export function dtypeOf(name: string): DType | null {
  return Object.hasOwn(DTYPES, name) ? (DTYPES[name] as DType) : null;
}

/** Whether a dtype of the vectors holds whole numbers or booleans. */
export function isWhole(name: string): boolean {
  return !/float/.test(name);
}

export function build({ shape, data, dtype, layout }: Input): Tensor {
  const options = { dtype: dtypeOf(dtype) as DType };
  if (layout?.kind === 'sliced') {
    const { dim } = layout;
    const filler = isWhole(dtype) ? 1 : Number.NaN;
    const long = fromArray(everySecond(data, shape, dim, filler), shape.with(dim, 2 * (shape[dim] as number)), options);
    return long.slice(dim, 1, null, 2);
  }
  const whole = fromArray(data, shape, options);
  if (layout?.kind === 'permuted') {
    const { perm } = layout;
    return whole
      .permute(perm)
      .contiguous()
      .permute(perm.map((_, dim) => perm.indexOf(dim)));
  }
  if (layout?.kind === 'expanded') {
    const narrow = layout.dims.reduce((x, dim) => x.slice(dim, 0, 1), whole);
    return narrow.contiguous().expand(shape);
  }
  return whole;
}

/** The data twice as long in `dim`: the values stand at the odd places, and at the even ones what nobody may read. */
function everySecond(data: readonly number[], shape: readonly number[], dim: number, filler: number): number[] {
  const inner = shape.slice(dim + 1).reduce((product, size) => product * size, 1);
  const long: number[] = new Array(2 * data.length).fill(filler);
  data.forEach((value, i) => {
    long[i + inner * (Math.floor(i / inner) + 1)] = value;
  });
  return long;
}
