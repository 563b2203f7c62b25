import { addBits, either, fractionBits, roundingConstant, shiftLeft, shiftRight, subBits } from './bits';

/** The natural logarithm, within 1 ulp: log(0) = -Infinity, NaN below 0, subnormals in full. */
@inline export function log<T>(x: v128): v128 {
  // Subnormals are scaled up first.
  const tiny = v128.lt<T>(x, either<T>(1.17549435e-38, 2.2250738585072014e-308));
  const scaled = v128.mul<T>(x, v128.bitselect(either<T>(8388608.0, 4503599627370496.0), v128.splat<T>(1), tiny));
  // x = 2^k m, sqrt(1/2) <= m < sqrt(2)
  const half = either<T>(0.70710677, 0.7071067811865476);
  const offset = subBits<T>(scaled, half);
  const power = shiftLeft<T>(shiftRight<T>(offset, fractionBits<T>()), fractionBits<T>());
  const m = subBits<T>(scaled, power);
  const rounding = roundingConstant<T>();
  let k = v128.sub<T>(addBits<T>(shiftRight<T>(offset, fractionBits<T>()), rounding), rounding);
  k = v128.sub<T>(k, v128.and(tiny, either<T>(23, 52)));
  // log(m) = log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), s = f / (2 + f) (fdlibm)
  const f = v128.sub<T>(m, v128.splat<T>(1));
  const s = v128.div<T>(f, v128.add<T>(f, v128.splat<T>(2)));
  const square = v128.mul<T>(v128.splat<T>(0.5), v128.mul<T>(f, f));
  const r = sizeof<T>() == 4 ? remainderF32(v128.mul<T>(s, s)) : remainderF64(v128.mul<T>(s, s));
  const low = v128.add<T>(v128.mul<T>(s, v128.add<T>(square, r)), v128.mul<T>(k, either<T>(9.0580006145e-6, 1.90821492927058770002e-10)));
  const high = v128.mul<T>(k, either<T>(6.9313812256e-1, 6.93147180369123816490e-1));
  const finite = v128.add<T>(v128.add<T>(v128.sub<T>(low, square), f), high);
  return specialCases<T>(x, finite);
}

@inline function specialCases<T>(x: v128, finite: v128): v128 {
  const zero = v128.splat<T>(0);
  const infinity = v128.splat<T>(<T>Infinity);
  let result = v128.bitselect(v128.neg<T>(infinity), finite, v128.eq<T>(x, zero));
  result = v128.bitselect(v128.splat<T>(<T>NaN), result, v128.lt<T>(x, zero));
  return v128.bitselect(result, x, v128.lt<T>(x, infinity));
}

@inline function remainderF32(z: v128): v128 {
  let p = v128.splat<f32>(0.24279078841);
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(0.28498786688));
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(0.40000972152));
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(0.66666662693));
  return f32x4.mul(p, z);
}

@inline function remainderF64(z: v128): v128 {
  let p = v128.splat<f64>(1.479819860511658591e-1);
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(1.531383769920937332e-1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(1.818357216161805012e-1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(2.222219843214978396e-1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(2.857142874366239149e-1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(3.999999999940941908e-1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(6.666666666666735130e-1));
  return f64x2.mul(p, z);
}
