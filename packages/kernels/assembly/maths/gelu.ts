// GELU by the normal distribution, x Phi(x), and erf, which is the same thing. With a = |x|, the small side is Q(a) =
// exp(-a^2 / 2) R(a); it is computed as itself, not as 1 - Phi, and in units of 2^-32, so that x Q keeps its digits
// down to where it vanishes.
import { erfc } from './erf';
import { expInUnits } from './exp';
import { extend4, number, poly6 } from './numbers';

const NUMBERS = memory.data<f32>([
  15, 0.5, 1, 2, 2.8284271247461903, 0.3989422804014327, 2.3283064365386963e-10, // 6: 2^-32
  // 7: (1 + 2z) exp(z^2) erfc(z) in q = (z - 2) / (z + 2) for 0 <= z <= 10, interpolated at Chebyshev's points: 2.4e-8
  -0.0004257062982, -0.001267607268, 0.001326711719, 0.008666433368, -0.008059552454, -0.05421461943,
  0.1640546442, -0.1660304107, -0.09276393539, 1.276978377,
  1.4142135623730951, 0.927734375, -0.0, // 17
  // 20: (erf(x) - x) / x as a polynomial in x^2 for |x| < 0.928
  -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1,
]);
@inline function k(index: i32): v128 { return number<f32>(NUMBERS, index); }

/** x Phi(x) */
@inline export function gelu(x: v128): v128 {
  const a = size(x);
  const q = f32x4.mul(bell(a), ratio(a));
  const left = f32x4.mul(f32x4.mul(x, q), k(6));
  const right = f32x4.mul(x, f32x4.sub(k(2), f32x4.mul(q, k(6))));
  return v128.bitselect(left, right, f32x4.lt(x, f32x4.splat(0)));
}

/** Phi(x) + x phi(x), with phi(x) = exp(-x^2 / 2) / sqrt(2 pi) */
@inline export function geluSlope(x: v128): v128 {
  const a = size(x);
  const left = f32x4.mul(f32x4.mul(bell(a), f32x4.sub(ratio(a), f32x4.mul(a, k(5)))), k(6));
  return v128.bitselect(left, f32x4.sub(k(2), left), f32x4.lt(x, f32x4.splat(0)));
}

/** erf(x) = 1 - 2 Q(sqrt(2) |x|) with the sign of x, or x + x P(x^2) near 0. */
@inline export function erfF32(x: v128): v128 {
  const z = f32x4.abs(x);
  const a = f32x4.pmin(f32x4.mul(z, k(17)), k(0));
  const far = f32x4.sub(k(2), f32x4.mul(f32x4.mul(f32x4.mul(bell(a), ratio(a)), k(3)), k(6)));
  const near = f32x4.add(z, f32x4.mul(z, poly6<f32>(f32x4.mul(x, x), NUMBERS + 80)));
  return v128.or(v128.bitselect(near, far, f32x4.lt(z, k(18))), v128.and(x, k(19)));
}

/** |x|, at most 15, beyond which all has vanished. */
@inline function size(x: v128): v128 {
  return f32x4.pmin(f32x4.abs(x), k(0));
}

/** exp(-a^2 / 2) in units; a^2 in two parts, the first from the upper 12 bits of a and exact. */
@inline function bell(a: v128): v128 {
  const upper = v128.and(a, i32x4.splat(0xfffff000));
  const high = f32x4.mul(f32x4.mul(upper, upper), k(1));
  const low = f32x4.mul(f32x4.mul(f32x4.add(a, upper), f32x4.sub(a, upper)), k(1));
  return expInUnits<f32>(f32x4.neg(high), f32x4.neg(low));
}

/** R(a) = exp(z^2) erfc(z) / 2 with z = a / sqrt(2) */
@inline function ratio(a: v128): v128 {
  const q = f32x4.div(f32x4.sub(a, k(4)), f32x4.add(a, k(4)));
  const p = extend4<f32>(poly6<f32>(q, NUMBERS + 28), q, NUMBERS + 52);
  return f32x4.div(p, f32x4.add(k(3), f32x4.mul(a, k(4))));
}

export function geluScalar(x: f64): f64 {
  return 0.5 * x * erfc(-x * 0.7071067811865476);
}

export function geluSlopeScalar(x: f64): f64 {
  const y = clampScalar(x);
  return 0.5 * erfc(-y * 0.7071067811865476) + y * 0.3989422804014327 * NativeMath.exp(-0.5 * y * y);
}

/** Keeps infinity times 0 out; beyond 40 the slope is 0 or 1. */
@inline function clampScalar(x: f64): f64 {
  return x > 40 ? 40 : x < -40 ? -40 : x;
}
