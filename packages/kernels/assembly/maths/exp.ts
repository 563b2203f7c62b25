import { addBits, fractionBits, shiftLeft } from './bits';
import { number, poly5, poly6 } from './numbers';

const F32 = memory.data<f32>([
  1.4426950408889634, 0.693359375, -2.12194440e-4, // 0: log2(e); ln 2 in two parts, of which n times the first is exact
  12582912.0, // 3: 1.5 * 2^23: adding it leaves the nearest integer in the low bits of the sum
  -87.33654, 88.72283, Infinity, 1, // 4: below this 0, above this infinity
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, // 8: Cephes
]);
const F64 = memory.data<f64>([
  1.4426950408889634, 6.93147180369123816490e-1, 1.90821492927058770002e-10,
  6755399441055744.0,
  -708.396418532264, 709.782712893384, Infinity, 1,
  4.13813679705723846039e-8, -1.65339022054652515390e-6, 6.61375632143793436117e-5, // 8: fdlibm
  -2.77777777770155933842e-3, 1.66666666666666019037e-1,
]);
@inline function numbers<T>(): usize { return sizeof<T>() == 4 ? F32 : F64; }

/**
 * exp(x). Below log(smallest normal number), about -87.3 or -708.4, it is exactly 0: what a softmax or a mask lets
 * decay must not turn into subnormals, on which products take many times as long.
 */
@inline export function exp<T>(x: v128): v128 {
  const k = numbers<T>();
  // x + Infinity is what exp gives above the range, and for NaN.
  return v128.bitselect(expDown<T>(x), v128.add<T>(x, number<T>(k, 6)), v128.le<T>(x, number<T>(k, 5)));
}

/** The same for x that are not above the range, as in a softmax; NaN for NaN. */
@inline export function expDown<T>(x: v128): v128 {
  const k = numbers<T>();
  const shifted = shift<T>(x);
  const n = v128.sub<T>(shifted, number<T>(k, 3));
  const rest = v128.mul<T>(n, number<T>(k, 2));
  const result = addBits<T>(nearZero<T>(v128.sub<T>(x, v128.mul<T>(n, number<T>(k, 1))), rest), exponent<T>(shifted));
  return v128.andnot(result, v128.lt<T>(x, number<T>(k, 4)));
}

/**
 * exp(x + low) for x <= 0 and |low| much smaller, in units of 2^-32: a product with what grows as x falls, such as
 * x exp(x), is right until the product itself is subnormal. Exactly 0 where the units would be; anything for NaN.
 */
@inline export function expInUnits<T>(x: v128, low: v128): v128 {
  const k = numbers<T>();
  const shifted = shift<T>(x);
  const n = v128.sub<T>(shifted, number<T>(k, 3));
  const rest = v128.sub<T>(v128.mul<T>(n, number<T>(k, 2)), low);
  const power = nearZero<T>(v128.sub<T>(x, v128.mul<T>(n, number<T>(k, 1))), rest);
  const units = sizeof<T>() == 4 ? v128.splat<i32>(32) : v128.splat<i64>(32);
  const result = addBits<T>(power, exponent<T>(addBits<T>(shifted, units)));
  const lowest = v128.splat<T>(sizeof<T>() == 4 ? <T>-109.5 : <T>-730.5);
  return v128.andnot(result, v128.lt<T>(x, lowest));
}

/** x / ln 2, rounded, in the low bits: x = n ln 2 + r, |r| <= ln(2) / 2 */
@inline function shift<T>(x: v128): v128 {
  return v128.add<T>(v128.mul<T>(x, number<T>(numbers<T>(), 0)), number<T>(numbers<T>(), 3));
}

/** n in the place of the exponent; the other bits of `shifted` fall off. */
@inline function exponent<T>(shifted: v128): v128 {
  return shiftLeft<T>(shifted, fractionBits<T>());
}

/** exp(r) for r = high - rest: 1 + r + r^2 P(r), or 1 + r + r c / (2 - c) with c = r - r^2 P(r^2) */
@inline function nearZero<T>(high: v128, rest: v128): v128 {
  const k = numbers<T>();
  const one = number<T>(k, 7);
  const r = v128.sub<T>(high, rest);
  const square = v128.mul<T>(r, r);
  if (sizeof<T>() == 4) return v128.add<T>(v128.add<T>(v128.mul<T>(poly6<T>(r, k + 32), square), r), one);
  const c = v128.sub<T>(r, v128.mul<T>(poly5<T>(square, k + 64), square));
  const quotient = v128.div<T>(v128.mul<T>(r, c), v128.sub<T>(v128.add<T>(one, one), c));
  return v128.add<T>(one, v128.sub<T>(high, v128.sub<T>(rest, quotient)));
}
