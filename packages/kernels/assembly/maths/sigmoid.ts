import { either } from './bits';
import { exp } from './exp';

/** 1 / (1 + exp(-x)), from exp(-|x|) <= 1 so that neither side overflows; relatively exact on the small side too. */
@inline export function sigmoid<T>(x: v128): v128 {
  const one = v128.splat<T>(1);
  const small = exp<T>(v128.neg<T>(v128.abs<T>(x)));
  const numerator = v128.bitselect(small, one, v128.lt<T>(x, v128.splat<T>(0)));
  return v128.div<T>(numerator, v128.add<T>(one, small));
}

/** Odd to the last bit: a polynomial in x^2 below 0.625, above it 1 - 2 / (exp(2|x|) + 1) with the sign of x. */
@inline export function tanh<T>(x: v128): v128 {
  const one = v128.splat<T>(1);
  const two = v128.splat<T>(2);
  const size = v128.abs<T>(x);
  const power = exp<T>(v128.add<T>(size, size));
  const large = v128.sub<T>(one, v128.div<T>(two, v128.add<T>(power, one)));
  const signed = v128.or(large, v128.and(x, v128.splat<T>(-0.0)));
  const z = v128.mul<T>(x, x);
  const cubic = v128.mul<T>(v128.mul<T>(z, x), sizeof<T>() == 4 ? cubicF32(z) : cubicF64(z));
  return v128.bitselect(v128.add<T>(x, cubic), signed, v128.lt<T>(size, either<T>(0.625, 0.625)));
}

/** (tanh(x) - x) / x^3 as a function of z = x^2 (Cephes). */
@inline function cubicF32(z: v128): v128 {
  let p = v128.splat<f32>(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), v128.splat<f32>(1.33314422036e-1));
  return f32x4.add(f32x4.mul(p, z), v128.splat<f32>(-3.33332819422e-1));
}

@inline function cubicF64(z: v128): v128 {
  let p = v128.splat<f64>(-9.64399179425052238628e-1);
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-9.92877231001918586564e1));
  p = f64x2.add(f64x2.mul(p, z), v128.splat<f64>(-1.61468768441708447952e3));
  let q = f64x2.add(z, v128.splat<f64>(1.12811678491632931402e2));
  q = f64x2.add(f64x2.mul(q, z), v128.splat<f64>(2.23548839060100448583e3));
  q = f64x2.add(f64x2.mul(q, z), v128.splat<f64>(4.84406305325125486048e3));
  return f64x2.div(p, q);
}
