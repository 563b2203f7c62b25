/**
 * How far a value may be from the stored one: four times PyTorch's own float32 error, plus the class of the op.
 *
 * The classes bound what a correct float32 program may do. `u` is the error of one rounding, relative. Together with
 * PyTorch's error the bound is never looser than CAP times the largest magnitude, with two exceptions:
 * - where PyTorch's own error alone is larger, it is the floor (layer norm of one element, say);
 * - sums and matrix products are rounded relative to their terms, so the error of ROUNDINGS of the largest term is always
 *   allowed: a sum that cancels to 1e-9 cannot be right to 2e-14.
 */

export const CAP = 2e-5;
const ROUNDINGS = 4;

/** The relative error of one rounding. float64 values are stored with 12 digits, which is 5e-12 at worst. */
const ROUNDOFF: Readonly<Record<string, number>> = {
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  float32: 2 ** -24,
  float64: 2 ** -37,
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
  /** The floats it was computed from; for a gradient the other inputs. */
  readonly operands: readonly ArrayLike<number>[];
  /** For a gradient, the cotangents of the outputs. */
  readonly cotangents: readonly ArrayLike<number>[];
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
  ({ u, largest, term, terms }) =>
  (want) =>
    (k + height(terms)) * u * Math.max(Math.abs(want), Math.min(Math.max(largest, term), 1)) + SUBNORMAL;

/** S: a sum, added up as a tree, whose terms may be scaled. */
export const sum: Class =
  ({ u, largest, term, terms }) =>
  () =>
    (2 + height(terms + 1)) * u * Math.max(largest, term) + SUBNORMAL;

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
  indexing: { ...all(sum, 'scatter_add index_add index_put'), ...all(conditioned(4), 'linspace arange') },
  conv_pool: {
    ...all(matmul, 'conv1d conv2d conv3d'),
    ...all(exact, 'max_pool1d max_pool2d max_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d'),
  },
  layers: { linear: matmul, embedding: exact },
};

/** The class of each op's gradients where it is not the one of its area. */
const GRADIENTS: typeof OUTPUTS = {
  reductions: { prod: product },
  conv_pool: all(matmul, 'conv1d conv2d conv3d'),
  layers: { linear: matmul, embedding: sum },
};

/** Whole expressions, of several ops. */
const EXPRESSION = /[ (+*]/;

/** The classes of an area's outputs and gradients. */
const AREAS: Readonly<Record<string, readonly [outputs: Class, gradients: Class]>> = {
  elementwise: [units(4), conditioned(12)],
  reductions: [COMPOSITE, COMPOSITE],
  indexing: [exact, sum],
  matmul: [matmul, matmul],
  conv_pool: [sum, sum],
};

/** The class of a tensor that is judged; COMPOSITE where nobody said more. */
export function classOf({ op, area, role }: Judged): Class {
  if (EXPRESSION.test(op)) return COMPOSITE;
  const [outputs, gradients] = AREAS[area] ?? [COMPOSITE, COMPOSITE];
  return role === 'output' ? (OUTPUTS[area]?.[op] ?? outputs) : (GRADIENTS[area]?.[op] ?? gradients);
}

export function boundOf(judged: Judged): Bound {
  const u = ROUNDOFF[judged.dtype];
  if (u === undefined) return () => 0; // whole numbers and booleans
  const kind = classOf(judged);
  const largest = largestOf(judged.want);
  const terms = termsOf(kind, judged);
  const term = termOf(kind, terms, judged);
  const own = kind({ u, largest, term, terms });
  const floor = 4 * judged.error * Math.max(1, largest);
  const cap = Math.max(CAP * largest, ROUNDINGS * u * Math.max(largest, term)) + SUBNORMAL;
  const digits = judged.dtype === 'float64' ? u : 0;
  return (want) => Math.max(floor, Math.min(floor + own(want), cap)) + digits * Math.abs(want);
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

/** The largest of the terms that meet in one element; 0 where they do not matter, or nobody knows. */
function termOf(kind: Class, terms: number, { operands, cotangents }: Judged): number {
  const sizes = [...cotangents, ...operands].map(largestOf);
  if (kind === sum) return Math.max(0, ...sizes);
  if (kind === matmul) return sizes.reduce((product, size) => product * size, 1);
  // A gradient of what was broadcast is a sum of cotangents, scaled by nobody knows what.
  return terms > 1 ? Math.max(0, ...cotangents.map(largestOf)) : 0;
}

/** How many terms meet in one element, from the sizes alone. */
function termsOf(kind: Class, { want, operands, cotangents }: Judged): number {
  const sizes = [...cotangents, ...operands].map((values) => values.length);
  const size = Math.max(1, want.length);
  // [m, k] @ [k, n] -> [m, n]: mk * kn / mn = k^2; the same holds for the gradients.
  if (kind === matmul) return Math.sqrt(sizes.reduce((product, n) => product * n, 1) / size);
  if (kind === product) return Math.max(size, ...sizes);
  return Math.max(1, Math.max(1, ...sizes) / size);
}

function all(kind: Class, names: string): Record<string, Class> {
  return Object.fromEntries(names.split(' ').map((name) => [name, kind]));
}
