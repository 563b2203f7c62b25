import { addBits, fractionBits, shiftLeft, shiftRight, subBits } from './bits';
import { number, poly4, poly7 } from './numbers';

const F32 = memory.data<f32>([
  1.17549435e-38, 8388608.0, 23, // 0: the smallest normal number; 2^23 for those below it
  0.70710677, 12582912.0, // 3: sqrt(1/2); 1.5 * 2^23, to which adding bits adds an integer
  6.9313812256e-1, 9.0580006145e-6, // 5: ln 2 in two parts
  1, 2, 0.5, Infinity, NaN, // 7
  0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693, // 12: FreeBSD's logf
]);
const F64 = memory.data<f64>([
  2.2250738585072014e-308, 4503599627370496.0, 52,
  0.7071067811865476, 6755399441055744.0,
  6.93147180369123816490e-1, 1.90821492927058770002e-10,
  1, 2, 0.5, Infinity, NaN,
  1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1, // 12: fdlibm
  2.222219843214978396e-1, 2.857142874366239149e-1, 3.999999999940941908e-1, 6.666666666666735130e-1,
]);

/** The natural logarithm: log(0) = -Infinity, NaN below 0, subnormals in full. */
@inline export function log<T>(x: v128): v128 {
  const k: usize = sizeof<T>() == 4 ? F32 : F64;
  const one = number<T>(k, 7);
  const tiny = v128.lt<T>(x, number<T>(k, 0));
  const scaled = v128.mul<T>(x, v128.bitselect(number<T>(k, 1), one, tiny));
  // x = 2^n m, sqrt(1/2) <= m < sqrt(2)
  const power = shiftRight<T>(subBits<T>(scaled, number<T>(k, 3)), fractionBits<T>());
  const m = subBits<T>(scaled, shiftLeft<T>(power, fractionBits<T>()));
  const rounding = number<T>(k, 4);
  const n = v128.sub<T>(v128.sub<T>(addBits<T>(power, rounding), rounding), v128.and(tiny, number<T>(k, 2)));
  // log(m) = log(1 + f) = f - f^2/2 + s (f^2/2 + z P(z)), s = f / (2 + f), z = s^2
  const f = v128.sub<T>(m, one);
  const s = v128.div<T>(f, v128.add<T>(f, number<T>(k, 8)));
  const z = v128.mul<T>(s, s);
  const half = v128.mul<T>(number<T>(k, 9), v128.mul<T>(f, f));
  const series = v128.mul<T>(sizeof<T>() == 4 ? poly4<T>(z, k + 48) : poly7<T>(z, k + 96), z);
  const low = v128.add<T>(v128.mul<T>(s, v128.add<T>(half, series)), v128.mul<T>(n, number<T>(k, 6)));
  const result = v128.add<T>(v128.add<T>(v128.sub<T>(low, half), f), v128.mul<T>(n, number<T>(k, 5)));
  // Specials: 0, then below 0, then what is not below infinity (itself and NaN).
  const zero = v128.splat<T>(0);
  const infinity = number<T>(k, 10);
  const atZero = v128.bitselect(v128.neg<T>(infinity), result, v128.eq<T>(x, zero));
  const below = v128.bitselect(number<T>(k, 11), atZero, v128.lt<T>(x, zero));
  return v128.bitselect(below, x, v128.lt<T>(x, infinity));
}

/** log(1 + u), u in [0, 1]: what 1 + u rounds away comes back as a correction of first order. */
@inline export function logOnePlus<T>(u: v128): v128 {
  const one = v128.splat<T>(1);
  const w = v128.add<T>(one, u);
  return v128.add<T>(log<T>(w), v128.div<T>(v128.sub<T>(u, v128.sub<T>(w, one)), w));
}
