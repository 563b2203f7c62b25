import { addBits, either, fractionBits, roundingConstant, shiftLeft } from './bits';

/**
 * exp(x), within 1 ulp. Below log(smallest normal number), about -87.3 or -708.4, it is exactly 0: what a softmax or a
 * mask lets decay must not turn into subnormals, on which products take many times as long.
 */
@inline export function exp<T>(x: v128): v128 {
  return scaledExp<T>(x, v128.splat<T>(0), 0);
}

/** exp(x + low) * 2^scale for |low| < 1e-2 * |x| or so; exactly 0 where that is below the smallest normal number. */
@inline export function scaledExp<T>(x: v128, low: v128, scale: i32): v128 {
  // x = n ln 2 + r, |r| <= ln(2) / 2; n * (high part of ln 2) is exact.
  const shifted = v128.add<T>(v128.mul<T>(x, v128.splat<T>(<T>1.4426950408889634)), roundingConstant<T>());
  const n = v128.sub<T>(shifted, roundingConstant<T>());
  const high = v128.sub<T>(x, v128.mul<T>(n, either<T>(0.693359375, 6.93147180369123816490e-1)));
  const rest = v128.sub<T>(v128.mul<T>(n, either<T>(-2.12194440e-4, 1.90821492927058770002e-10)), low);
  const power = sizeof<T>() == 4 ? expNearZeroF32(v128.sub<T>(high, rest)) : expNearZeroF64(high, rest);
  // 2^n goes straight into the exponent: shifting `shifted` leaves only n.
  const exponent = shiftLeft<T>(addBits<T>(shifted, integer<T>(scale)), fractionBits<T>());
  const result = addBits<T>(power, exponent);
  const ln2 = 0.6931471805599453;
  const lowest = either<T>(<f32>(-87.33654 - ln2 * <f64>scale), -708.396418532264 - ln2 * <f64>scale);
  const highest = either<T>(<f32>(88.722839 - ln2 * <f64>scale), 709.782712893384 - ln2 * <f64>scale);
  const overflow = v128.gt<T>(x, highest);
  return v128.bitselect(v128.splat<T>(<T>Infinity), v128.andnot(result, v128.lt<T>(x, lowest)), overflow);
}

@inline function integer<T>(value: i32): v128 {
  return sizeof<T>() == 4 ? v128.splat<i32>(value) : v128.splat<i64>(value);
}

/** 1 + r + r^2 P(r) (Cephes expf). */
@inline function expNearZeroF32(r: v128): v128 {
  let p = v128.splat<f32>(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), v128.splat<f32>(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), v128.splat<f32>(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), v128.splat<f32>(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), v128.splat<f32>(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), v128.splat<f32>(5.0000001201e-1));
  return f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), v128.splat<f32>(1));
}

/** 1 + r + r c / (2 - c) for r = high - rest, c = r - r^2 P(r^2) (fdlibm). */
@inline function expNearZeroF64(high: v128, rest: v128): v128 {
  const r = f64x2.sub(high, rest);
  const t = f64x2.mul(r, r);
  let p = v128.splat<f64>(4.13813679705723846039e-8);
  p = f64x2.add(f64x2.mul(p, t), v128.splat<f64>(-1.65339022054652515390e-6));
  p = f64x2.add(f64x2.mul(p, t), v128.splat<f64>(6.61375632143793436117e-5));
  p = f64x2.add(f64x2.mul(p, t), v128.splat<f64>(-2.77777777770155933842e-3));
  p = f64x2.add(f64x2.mul(p, t), v128.splat<f64>(1.66666666666666019037e-1));
  const c = f64x2.sub(r, f64x2.mul(p, t));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(v128.splat<f64>(2), c));
  return f64x2.add(v128.splat<f64>(1), f64x2.sub(high, f64x2.sub(rest, quotient)));
}
