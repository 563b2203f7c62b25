/** The error function and its relatives in float64, as the formulas say. */

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  if (Math.abs(x) >= 1) return Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
  // 2 / sqrt(pi) exp(-x^2) sum_n 2^n x^(2n + 1) / (1 * 3 * ... * (2n + 1)): no term is subtracted.
  let sum = x;
  let term = x;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-17; odd += 2) {
    term *= (2 * x * x) / odd;
    sum += term;
  }
  return TWO_OVER_SQRT_PI * expMinusSquare(x) * sum;
}

/** 1 - erf(x), without cancellation where it is small. */
export function erfc(x: number): number {
  if (x >= 1) return erfcFraction(x);
  return x <= -1 ? 2 - erfcFraction(-x) : 1 - erf(x);
}

/** exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / ...))) for x >= 1 */
function erfcFraction(x: number): number {
  let denominator = x;
  for (let k = Math.ceil(10 + 200 / (x * x)); k > 0; k--) denominator = x + k / 2 / denominator;
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * denominator);
}

/** exp(-x^2); the square of a float32 is exact, so that nothing of it is lost before exp makes much of it. */
function expMinusSquare(x: number): number {
  const head = Math.fround(x);
  return Math.abs(x) > 1e3 ? 0 : Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}

/** The x whose erf is y. */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (y === 0) return y;
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  let x = firstGuess(size);
  for (let i = 0; i < 4; i++) {
    // Halley's step on erf(x) - y; near 1 on erfc, whose small values are exact.
    const error = size < 0.5 ? erf(x) - size : 1 - size - erfc(x);
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
