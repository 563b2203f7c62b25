/** Gradients against central differences, in float64, along one direction. */
import { fromArray, type Tensor } from '@tessera/tensor';
import { bounds, LawError } from '@tessera/tensor/testing';

/** Half the step: the cube root of the distance between neighbours at 1 balances rounding and curvature. */
const HALF_STEP = Math.cbrt(2 ** -52);

/** D: how far rule and differences may lie apart, relative to what went into them. */
const TOLERANCE = bounds.derivative().at(0);

/** A function at a point, seen along a line through it; the direction counts in units of `max(1, |x|)`. */
export interface Line {
  readonly f: (x: Tensor) => number;
  readonly x: Tensor;
  readonly direction: ArrayLike<number>;
}

/** The slope of `f` along the line, by central differences. */
export function slopeOf({ f, x, direction }: Line, halfStep: number = HALF_STEP): number {
  const base = x.data;
  const shifted = (step: number): Tensor =>
    fromArray(
      Float64Array.from(base, (value, i) => value + step * unitAt(value) * (direction[i] as number)),
      x.shape,
    );
  return (f(shifted(halfStep)) - f(shifted(-halfStep))) / (2 * halfStep);
}

/**
 * Throws unless `gradient` (null: zeros) gives the slope of the line. `size` is that of what is subtracted to get a
 * difference. Where a shorter step gives another slope there is a kink or a jump in between, and nothing to compare.
 */
export function expectSlope(what: string, line: Line, gradient: Tensor | null, size: number): void {
  const { x, direction } = line;
  let [slope, scale] = [0, size];
  gradient?.data.forEach((g, i) => {
    const term = g * unitAt(x.data[i] as number) * (direction[i] as number);
    slope += term;
    scale += Math.abs(term);
  });
  const expected = slopeOf(line);
  const limit = TOLERANCE * (scale + Math.abs(expected));
  const off = Math.abs(slope - expected);
  if (off <= limit || Object.is(slope, expected)) return;
  if (Math.abs(slopeOf(line, HALF_STEP / 4) - expected) > limit) return;
  throw new LawError(
    `${what} must be ${expected} by central differences; the rule gives ${slope}, off by ${off.toPrecision(3)} where ${limit.toPrecision(3)} is allowed`,
  );
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

function unitAt(value: number): number {
  return Math.max(1, Math.abs(value));
}
