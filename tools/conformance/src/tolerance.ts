/**
 * How far a value may be from the stored one: four times PyTorch's own float32 error, plus the class of the op.
 *
 * The classes bound what a correct float32 program may do. `u` is the error of one rounding, relative. Together with
 * PyTorch's error the bound is never looser than CAP times the largest magnitude, with two exceptions:
 * - where PyTorch's own error alone is larger, it is the floor (layer norm of one element, say);
 * - sums and matrix products are rounded relative to their terms, so for them the terms count as magnitudes too: a sum
 *   that cancels to 1e-9 cannot be right to 2e-14.
 */

export const CAP = 2e-5;

/** The relative error of one rounding. float64 values are stored with 12 digits. */
const ROUNDOFF: Readonly<Record<string, number>> = {
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  float32: 2 ** -24,
  float64: 2 ** -40,
};

/** Below this, float32 has no bits left. */
const SUBNORMAL = 2 ** -149;

/** What is known about a tensor that is judged. */
export interface Judged {
  readonly op: string;
  readonly area: string;
  readonly role: 'output' | 'gradient';
  readonly dtype: string;
  readonly want: ArrayLike<number>;
  /** The floats it was computed from: the inputs; for a gradient the cotangents and the other inputs. */
  readonly operands: readonly ArrayLike<number>[];
  /** PyTorch's own error, over max(1, largest magnitude). */
  readonly error: number;
}

/** The allowed absolute error of an element whose right value is `want`. */
export type Bound = (want: number) => number;

/** What the classes draw on: one rounding, the largest magnitude wanted, the largest term, and the terms per element. */
interface Scale {
  readonly u: number;
  readonly largest: number;
  readonly term: number;
  readonly terms: number;
}

type Class = (scale: Scale) => Bound;

/** E: the right bits. */
export const exact: Class = () => () => 0;

/** U(k): k units in the last place of the value itself. */
export const units =
  (k: number): Class =>
  ({ u }) =>
  (want) =>
    2 * k * u * Math.abs(want) + SUBNORMAL;

/** C: a formula with k roundings, which may cancel: beside the value's own magnitude stands that of the tensor, up to 1. */
export const conditioned =
  (k: number): Class =>
  ({ u, largest, terms }) =>
  (want) =>
    (k + height(terms)) * u * Math.max(Math.abs(want), Math.min(largest, 1)) + SUBNORMAL;

/** S: a sum, added up as a tree. */
export const sum: Class =
  ({ u, largest, term, terms }) =>
  () =>
    height(terms) * u * Math.max(largest, term) + SUBNORMAL;

/** A product: every factor brings one rounding, relative to the value. */
export const product: Class =
  ({ u, terms }) =>
  (want) =>
    2 * (terms + 2) * u * Math.abs(want) + SUBNORMAL;

/** M: sums of products, in any order, fused or not. */
export const matmul: Class =
  ({ u, largest, term, terms }) =>
  () =>
    (terms + 2) * u * Math.max(largest, term) + SUBNORMAL;

/** Roundings on the way up a tree of n terms whose leaves are short runs. */
function height(n: number): number {
  return Math.max(0, Math.min(n - 1, 4 + Math.ceil(Math.log2(Math.max(1, n)))));
}

const COMPOSITE = conditioned(16);

/** The class of each op's outputs where it is not the one of its area. */
const OUTPUTS: Readonly<Record<string, Readonly<Record<string, Class>>>> = {
  elementwise: {
    ...all(exact, 'abs neg floor ceil trunc frac sign square sqrt reciprocal isnan isinf isfinite signbit logical_not'),
    ...all(exact, 'nan_to_num add sub mul div maximum minimum fmax fmin fmod copysign eq ne lt le gt ge floor_divide'),
    ...all(exact, 'logical_and logical_or logical_xor where clamp masked_fill to_int64 to_bool relu'),
    ...all(units(1), 'round remainder'),
    ...all(
      conditioned(8),
      'lgamma digamma logit sinc logaddexp logaddexp2 xlogy lerp addcmul addcdiv sin cos tan acosh',
    ),
  },
  reductions: {
    ...all(exact, 'amax amin max min median argmax argmin all any cummax cummin count_nonzero'),
    ...all(sum, 'sum nansum cumsum mean nanmean'),
    prod: product,
  },
  indexing: all(sum, 'scatter_add index_add index_put linspace arange'),
  matmul: {},
};

/** The classes of an area's outputs and gradients. */
const AREAS: Readonly<Record<string, readonly [outputs: Class, gradients: Class]>> = {
  elementwise: [units(4), conditioned(12)],
  reductions: [COMPOSITE, COMPOSITE],
  indexing: [exact, sum],
  matmul: [matmul, matmul],
};

/** The class of a tensor that is judged; COMPOSITE where nobody said more. */
export function classOf({ op, area, role }: Judged): Class {
  const [outputs, gradients] = AREAS[area] ?? [COMPOSITE, COMPOSITE];
  if (role === 'output') return OUTPUTS[area]?.[op] ?? outputs;
  return OUTPUTS[area]?.[op] === product ? product : gradients;
}

export function boundOf(judged: Judged): Bound {
  const u = ROUNDOFF[judged.dtype];
  if (u === undefined) return () => 0; // whole numbers and booleans
  const kind = classOf(judged);
  const largest = largestOf(judged.want);
  const term = termOf(kind, judged.operands);
  const own = kind({ u, largest, term, terms: termsOf(kind, judged) });
  const floor = 4 * judged.error * Math.max(1, largest);
  const cap = Math.max(CAP, 4 * u) * Math.max(largest, term) + SUBNORMAL;
  return (want) => Math.max(floor, Math.min(floor + own(want), cap));
}

/** The largest finite magnitude; 0 where there is none. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] as number);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  return largest;
}

function termOf(kind: Class, operands: readonly ArrayLike<number>[]): number {
  if (kind === sum) return Math.max(0, ...operands.map(largestOf));
  if (kind === matmul) return operands.reduce((product, values) => product * largestOf(values), 1);
  return 0;
}

/** How many terms meet in one element, from the sizes alone. */
function termsOf(kind: Class, { want, operands }: Judged): number {
  const sizes = operands.map((values) => values.length);
  const size = Math.max(1, want.length);
  // [m, k] @ [k, n] -> [m, n]: mk * kn / mn = k^2; the same holds for the gradients.
  if (kind === matmul) return Math.sqrt(sizes.reduce((product, n) => product * n, 1) / size);
  if (kind === product) return Math.max(size, ...sizes);
  return Math.max(1, Math.max(1, ...sizes) / size);
}

function all(kind: Class, names: string): Record<string, Class> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}
