/** Between which numbers an expression lies, so that every index is known to lie inside its tensor before anything runs. */

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether it is always a whole number. */
  readonly whole: boolean;
}

export const ANY: Range = { low: -Infinity, high: Infinity, whole: false };

/** The least and the greatest of what a function, monotonous in both, makes of the ends. */
export function corners(
  x: Range,
  y: Range,
  f: (a: number, b: number) => number,
): { readonly low: number; readonly high: number } {
  const ends = [x.low, x.high].flatMap((a) => [y.low, y.high].map((b) => f(a, b)));
  // 0 times infinity: the numbers in between may be anything.
  if (ends.some(Number.isNaN)) return { low: -Infinity, high: Infinity };
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
