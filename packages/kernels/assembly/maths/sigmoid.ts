import { exp } from './exp';
import { number, poly3, poly5 } from './numbers';

const F32 = memory.data<f32>([
  1, 2, -0.0, 0.625,
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, // 4: Cephes
]);
const F64 = memory.data<f64>([
  1, 2, -0.0, 0.625,
  -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3, // 4: Cephes, numerator
  1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3, // 7: and denominator, below z^3
]);
@inline function numbers<T>(): usize { return sizeof<T>() == 4 ? F32 : F64; }

/** 1 / (1 + exp(-x)), from exp(-|x|) <= 1 so that neither side overflows and the small side keeps its digits. */
@inline export function sigmoid<T>(x: v128): v128 {
  const one = number<T>(numbers<T>(), 0);
  const small = exp<T>(v128.neg<T>(v128.abs<T>(x)));
  const numerator = v128.bitselect(small, one, v128.lt<T>(x, v128.splat<T>(0)));
  return v128.div<T>(numerator, v128.add<T>(one, small));
}

/** Odd to the last bit: x + x^3 P(x^2) below 0.625, above it 1 - 2 / (exp(2|x|) + 1), each with the sign of x. */
@inline export function tanh<T>(x: v128): v128 {
  const k = numbers<T>();
  const one = number<T>(k, 0);
  const size = v128.abs<T>(x);
  const power = exp<T>(v128.add<T>(size, size));
  const large = v128.sub<T>(one, v128.div<T>(number<T>(k, 1), v128.add<T>(power, one)));
  const z = v128.mul<T>(x, x);
  const p = sizeof<T>() == 4 ? poly5<T>(z, k + 16) : v128.div<T>(poly3<T>(z, k + 32), denominator(z, k + 56));
  const near = v128.add<T>(size, v128.mul<T>(v128.mul<T>(z, size), p));
  const result = v128.bitselect(near, large, v128.lt<T>(size, number<T>(k, 3)));
  return v128.or(result, v128.and(x, number<T>(k, 2)));
}

@inline function denominator(z: v128, table: usize): v128 {
  const q = f64x2.add(f64x2.mul(f64x2.add(z, number<f64>(table, 0)), z), number<f64>(table, 1));
  return f64x2.add(f64x2.mul(q, z), number<f64>(table, 2));
}
