/** Central differences in float64 along one direction. */
import { fromArray, type Tensor } from '@tessera/tensor';
import { LawError } from '@tessera/tensor/testing';

/** Half the step: the cube root of the distance between neighbours at 1 balances rounding and curvature. */
const HALF_STEP = Math.cbrt(2 ** -52);

/** D: how far rule and differences may lie apart, relative to what went into them. */
const TOLERANCE = 1e-7;

/** The derivative of `f` at `x` along `direction`, whose entries count in units of `max(1, |x|)`. */
export function derivativeAlong(f: (x: Tensor) => number, x: Tensor, direction: ArrayLike<number>): number {
  const base = x.data;
  const shifted = (sign: number): Tensor => {
    const data = Float64Array.from(
      base,
      (value, i) => value + sign * HALF_STEP * unitAt(value) * (direction[i] as number),
    );
    return fromArray(data, x.shape);
  };
  return (f(shifted(1)) - f(shifted(-1))) / (2 * HALF_STEP);
}

/** The same derivative by a gradient, and the sum of the magnitudes that went into it. */
export function gradientAlong(
  gradient: Tensor | null,
  x: Tensor,
  direction: ArrayLike<number>,
): { readonly value: number; readonly scale: number } {
  let [value, scale] = [0, 0];
  gradient?.data.forEach((g, i) => {
    const term = g * unitAt(x.data[i] as number) * (direction[i] as number);
    value += term;
    scale += Math.abs(term);
  });
  return { value, scale };
}

/** How large a weighted sum of results is, where each counts as at least 1: terms may cancel inside an op, too. */
export function sizeOf(results: readonly (Tensor | null)[], weights: readonly ArrayLike<number>[]): number {
  let size = 0;
  results.forEach((y, k) => {
    y?.data.forEach((value, i) => {
      size += Math.abs(weights[k]?.[i] as number) * Math.max(1, Math.abs(value));
    });
  });
  return size;
}

/** Throws where a rule and differences disagree. `scale` is the size of what was subtracted to get the difference. */
export function expectDerivative(
  what: string,
  rule: { readonly value: number; readonly scale: number },
  difference: number,
  scale: number,
): void {
  const limit = TOLERANCE * (rule.scale + Math.abs(difference) + scale);
  const off = Math.abs(rule.value - difference);
  if (off <= limit || Object.is(rule.value, difference)) return;
  throw new LawError(
    `${what} must be ${difference} by central differences; the rule gives ${rule.value}, off by ${off.toPrecision(3)} where ${limit.toPrecision(3)} is allowed`,
  );
}

function unitAt(value: number): number {
  return Math.max(1, Math.abs(value));
}
