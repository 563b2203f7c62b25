/** The logarithm of the gamma function and its derivatives in float64, as the formulas say. */

/** B_2, B_4, ... B_20 */
const BERNOULLI = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
];

const EULER_GAMMA = 0.5772156649015329;

/** log |gamma(x)|; Infinity at 0 and at negative integers. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY;
  if (x <= 0) {
    // gamma(x) gamma(1 - x) = pi / sin(pi x)
    const distance = Math.abs(x - Math.round(x));
    return distance === 0 ? Number.POSITIVE_INFINITY : Math.log(Math.PI / Math.sin(Math.PI * distance)) - lgamma(1 - x);
  }
  if (x >= 10) return stirling(x);
  // gamma(x + 1) = x gamma(x) leads to [1.5, 2.5); what is left of it above 2 stays exact.
  if (x < 0.5) return lgammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return lgammaNearTwo(x - 1) - Math.log(x);
  let middle = x;
  let log = 0;
  while (middle >= 2.5) log += Math.log(--middle);
  return log + lgammaNearTwo(middle - 2);
}

/** (x - 1/2) log x - x + log(2 pi) / 2 + sum_j B_2j / (2j (2j - 1) x^(2j - 1)) */
function stirling(x: number): number {
  const rest = asymptotic(x, (even) => even * (even - 1)) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + rest;
}

/** sum_j B_2j / divisor(2j) x^(2 - 2j), by Horner's rule */
function asymptotic(x: number, divisor: (even: number) => number): number {
  let sum = 0;
  for (let j = BERNOULLI.length; j > 0; j--) sum = sum / (x * x) + (BERNOULLI[j - 1] as number) / divisor(2 * j);
  return sum;
}

/** log gamma(2 + z) = (1 - euler) z + sum_k (zeta(k) - 1) (-z)^k / k for |z| <= 1/2; it is sharp near its zero. */
function lgammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = 30; k >= 2; k--) sum = zetaBeyondOne(k) / k - z * sum;
  return (1 - EULER_GAMMA) * z + z * z * sum;
}

const zetas: number[] = [];

/** zeta(k) - 1, kept. */
function zetaBeyondOne(k: number): number {
  zetas[k] ??= hurwitzZeta(k, 2);
  return zetas[k] as number;
}

/** The derivative of lgamma. At 0 it is infinite against the sign of the zero; at negative integers it is NaN. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 0) {
    // psi(1 - x) - psi(x) = pi / tan(pi x)
    const distance = x - Math.round(x);
    return distance === 0 ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * distance);
  }
  // psi(x + 1) = psi(x) + 1 / x, then log x - 1 / (2x) - sum_j B_2j / (2j x^2j)
  let result = 0;
  let at = x;
  for (; at < 10; at++) result -= 1 / at;
  return result + Math.log(at) - 0.5 / at - asymptotic(at, (even) => even) / (at * at);
}

/** The n-th derivative of digamma: (-1)^(n + 1) n! zeta(n + 1, x). */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  let factor = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) factor *= k;
  return factor * hurwitzZeta(n + 1, x);
}

/** zeta(s, q) = sum_k (q + k)^-s for whole s >= 2; Infinity at 0 and at negative integers. */
export function hurwitzZeta(s: number, q: number): number {
  if (q === Number.POSITIVE_INFINITY) return 0;
  if (q === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (q <= 0) {
    const above = Math.ceil(q) - q;
    if (above === 0) return Number.POSITIVE_INFINITY;
    // Over all whole k, before and after, the sum has period 1 in q.
    const sign = s % 2 === 0 ? 1 : -1;
    return hurwitzZeta(s, q - Math.floor(q)) + sign * (hurwitzZeta(s, above) - hurwitzZeta(s, 1 - q));
  }
  let sum = 0;
  let a = q;
  for (; a < s + 10; a++) sum += a ** -s;
  // Euler and Maclaurin: the rest is an integral, half of its first term, and corrections.
  let rest = a ** (1 - s) / (s - 1) + a ** -s / 2;
  // s (s + 1) ... (s + 2j - 2) a^(-s - 2j + 1) / (2j)! for j = 1
  let factor = (s / 2) * a ** (-s - 1);
  BERNOULLI.forEach((b, i) => {
    const even = 2 * i + 2;
    rest += b * factor;
    factor *= ((s + even - 1) * (s + even)) / ((even + 1) * (even + 2) * a * a);
  });
  return sum + rest;
}
