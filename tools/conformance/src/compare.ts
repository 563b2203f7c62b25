/** Compares a tensor with stored values, element by element, and finds the worst. */
import type { Tensor } from '@tessera/tensor';
import { dtypeOf, isWhole } from './build.ts';
import { boundOf, type Judged } from './tolerance.ts';

export interface Mismatch {
  /** What was compared: `output 0`, `gradient of input 1`. */
  readonly what: string;
  readonly message: string;
  /** The element that is furthest from its bound, where values differ. */
  readonly worst?: {
    readonly index: readonly number[];
    readonly got: number;
    readonly want: number;
    readonly bound: number;
  };
  /** How many elements are out of bounds. */
  readonly wrong?: number;
}

export interface Wanted extends Judged {
  readonly what: string;
  readonly shape: readonly number[];
  /** Whether 0 and -0 are different values. */
  readonly signed: boolean;
}

/** Null when `got` has the shape, the dtype and, within their bounds, the values that are wanted. */
export function compare(got: Tensor, wanted: Wanted): Mismatch | null {
  const { what, shape, dtype, want, signed } = wanted;
  if (`${got.shape}` !== `${shape}` || got.shape.length !== shape.length) {
    return { what, message: `shape [${got.shape.join(', ')}], want [${shape.join(', ')}]` };
  }
  if (got.dtype !== dtypeOf(dtype)) return { what, message: `dtype ${got.dtype}, want ${dtypeOf(dtype)}` };
  const values = got.data;
  const bound = boundOf(wanted);
  let wrong = 0;
  let worst = { at: -1, excess: 0, error: 0 };
  for (let i = 0; i < want.length; i++) {
    const right = stored(want[i] as number, dtype);
    const error = errorOf(values[i] as number, right, signed);
    const allowed = Number.isFinite(right) ? bound(right) : 0;
    if (error <= allowed) continue;
    wrong++;
    const excess = error / allowed; // infinite where nothing is allowed
    if (worst.at < 0 || excess > worst.excess || (excess === worst.excess && error > worst.error))
      worst = { at: i, excess, error };
  }
  if (wrong === 0) return null;
  const right = stored(want[worst.at] as number, dtype);
  const found = {
    index: indexOf(worst.at, shape),
    got: values[worst.at] as number,
    want: right,
    bound: Number.isFinite(right) ? bound(right) : 0,
  };
  const place = `[${found.index.join(', ')}]`;
  const message = `at ${place} got ${show(found.got)}, want ${show(right)}, bound ${found.bound.toPrecision(3)}`;
  return { what, message: `${message}; ${wrong} of ${want.length} wrong`, worst: found, wrong };
}

/** Infinite where only one is NaN, and where a sign of zero is wrong that counts. */
function errorOf(got: number, want: number, signed: boolean): number {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got) ? 0 : Infinity;
  if (got === want) return signed && !Object.is(got, want) ? Infinity : 0;
  return Math.abs(got - want);
}

function stored(value: number, dtype: string): number {
  return dtype === 'float64' || isWhole(dtype) ? value : Math.fround(value);
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** As many digits as tell float32 values apart, and the sign of zero. */
function show(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? `${value}` : `${Number(value.toPrecision(9))}`;
}
