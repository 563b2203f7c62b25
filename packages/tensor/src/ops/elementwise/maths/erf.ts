/** The error function and its relatives in float64, as the formulas say. */

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  return size < 0.5 ? series(x) : Math.sign(x) * (1 - fraction(size));
}

/** 1 - erf(x), without cancellation where it is small. */
export function erfc(x: number): number {
  if (x >= 0.5) return fraction(x);
  return x <= -0.5 ? 2 - fraction(-x) : 1 - series(x);
}

/** erf(x) = 2 / sqrt(pi) (x - x^3 / (1! 3) + x^5 / (2! 5) - x^7 / (3! 7) + ...) for |x| <= 1 */
function series(x: number): number {
  let sum = 0;
  for (let n = 20; n >= 0; n--) sum = 1 / (2 * n + 1) - ((x * x) / (n + 1)) * sum;
  return TWO_OVER_SQRT_PI * x * sum;
}

/** erfc(x) = exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))) for x >= 1/2 */
function fraction(x: number): number {
  let denominator = x;
  for (let k = Math.ceil(10 + 220 / (x * x)); k > 0; k--) denominator = x + k / 2 / denominator;
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * denominator);
}

/** exp(-x^2); the square of a float32 is exact, so that nothing of it is lost before exp makes much of it. */
function expMinusSquare(x: number): number {
  const head = Math.fround(x);
  const main = Math.exp(-head * head);
  return main === 0 ? 0 : main + main * Math.expm1((head - x) * (head + x));
}

/** The x whose erf is y. */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (y === 0) return y;
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  let x = firstGuess(size);
  for (let i = 0; i < 3; i++) {
    // Halley's step on erf(x) - y; near 1 on erfc, whose small values are exact.
    const error = x < 1 ? series(x) - size : 1 - size - fraction(x);
    const step = error / (TWO_OVER_SQRT_PI * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

/** Winitzki's formula, good to 2e-3; near 0 the tangent. */
function firstGuess(y: number): number {
  if (y < 0.5) return y / TWO_OVER_SQRT_PI;
  const a = 0.147;
  const log = Math.log((1 - y) * (1 + y));
  const t = 2 / (Math.PI * a) + log / 2;
  return Math.sqrt(Math.sqrt(t * t - log / a) - t);
}
