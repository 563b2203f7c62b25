// SiLU, x s(w) with s(w) = 1 / (1 + exp(-w)) and w = x, and GELU's approximation by tanh, which is the same with w =
// x (c + d x^2). With e = exp(-|w|) the small side is x e / (1 + e), with e in units of 2^-32 so that the product
// keeps its digits down to where it vanishes.
import { expInUnits } from './exp';
import { number } from './numbers';

const F32 = memory.data<f32>([
  0, 1, 2.3283064365386963e-10, // 2: 2^-32
  1.5957691216057308, 0.07135481627260025, 0.21406444881780076, // 3: c = 2 sqrt(2 / pi), d = 0.044715 c, 3 d
  200, // 6: a sigmoid is 0 or 1 beyond
]);
const F64 = memory.data<f64>([
  0, 1, 2.3283064365386963e-10,
  1.5957691216057308, 0.07135481627260025, 0.21406444881780076,
  1000,
]);
@inline function k<T>(index: i32): v128 { return number<T>(sizeof<T>() == 4 ? F32 : F64, index); }

@inline export function silu<T>(x: v128): v128 {
  return gate<T>(x, siluDecay<T>(x));
}

/** s + x s (1 - s) */
@inline export function siluSlope<T>(x: v128): v128 {
  const y = within<T>(x);
  return gateSlope<T>(y, siluDecay<T>(y), k<T>(1));
}

@inline export function geluTanh<T>(x: v128): v128 {
  return gate<T>(x, geluTanhDecay<T>(x));
}

/** s + x s (1 - s) w', w' = c + 3 d x^2 */
@inline export function geluTanhSlope<T>(x: v128): v128 {
  const y = within<T>(x);
  const slope = v128.add<T>(k<T>(3), v128.mul<T>(k<T>(5), v128.mul<T>(y, y)));
  return gateSlope<T>(y, geluTanhDecay<T>(y), slope);
}

/** x s for e in units */
@inline function gate<T>(x: v128, e: v128): v128 {
  const left = v128.mul<T>(v128.mul<T>(x, e), k<T>(2));
  const top = v128.bitselect(left, x, v128.lt<T>(x, k<T>(0)));
  return v128.div<T>(top, v128.add<T>(k<T>(1), v128.mul<T>(e, k<T>(2))));
}

/** With t = 1 / (1 + e): s = e t and 1 - s = t on the left, the other way round on the right. */
@inline function gateSlope<T>(x: v128, e: v128, slope: v128): v128 {
  const one = k<T>(1);
  const small = v128.mul<T>(e, k<T>(2));
  const t = v128.div<T>(one, v128.add<T>(one, small));
  const isLeft = v128.lt<T>(x, k<T>(0));
  const other = v128.mul<T>(t, v128.bitselect(one, small, isLeft));
  const rest = v128.add<T>(one, v128.mul<T>(v128.mul<T>(x, slope), other));
  const left = v128.mul<T>(v128.mul<T>(v128.mul<T>(e, t), rest), k<T>(2));
  return v128.bitselect(left, v128.mul<T>(t, rest), isLeft);
}

/** Keeps infinity times 0 out; beyond, a slope is 0 or 1. */
@inline function within<T>(x: v128): v128 {
  return v128.pmax<T>(v128.pmin<T>(x, k<T>(6)), v128.neg<T>(k<T>(6)));
}

@inline function siluDecay<T>(x: v128): v128 {
  return expInUnits<T>(v128.neg<T>(v128.abs<T>(x)), k<T>(0));
}

/** exp(-|w|) in units. f32: w in f64 first and then in two parts, since its rounding would grow with it. */
@inline function geluTanhDecay<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return expInUnits<T>(v128.neg<T>(v128.abs<T>(cubic(x))), k<T>(0));
  const size = f32x4.abs(x);
  const first = cubic(f64x2.promote_low_f32x4(size));
  const second = cubic(f64x2.promote_low_f32x4(v128.shuffle<i64>(size, size, 1, 0)));
  const high = both(first, second);
  const firstLow = f64x2.sub(first, f64x2.promote_low_f32x4(high));
  const secondLow = f64x2.sub(second, f64x2.promote_low_f32x4(v128.shuffle<i64>(high, high, 1, 0)));
  return expInUnits<T>(f32x4.neg(high), f32x4.neg(both(firstLow, secondLow)));
}

/** x (c + d x^2) in f64 */
@inline function cubic(x: v128): v128 {
  return f64x2.mul(x, f64x2.add(k<f64>(3), f64x2.mul(k<f64>(4), f64x2.mul(x, x))));
}

@inline function both(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
