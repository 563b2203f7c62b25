// Small fused kernels on contiguous arrays; units = elements.
import { at, lanes, storeUpTo } from '../lanes';
import { map, map2, map3 } from './map';
import { parameter, setParameter } from './parameters';

/** min(max(x, low), high): NaN stays, and high wins over low, as in PyTorch. */
@kernel function clamp<T>(out: usize, x: usize, low: f64, high: f64, begin: i32, end: i32): void {
  setParameter<T>(0, low);
  setParameter<T>(1, high);
  map<T, Clamp<T>>(out, x, begin, end);
}
class Clamp<T> {
  @inline of(x: v128): v128 { return v128.pmin<T>(v128.pmax<T>(x, parameter(0)), parameter(1)); }
}

/** x + alpha y */
@kernel function scale_add<T>(out: usize, x: usize, alpha: f64, y: usize, begin: i32, end: i32): void {
  setParameter<T>(0, alpha);
  map2<T, ScaleAdd<T>>(out, x, y, begin, end);
}
class ScaleAdd<T> {
  @inline of(x: v128, y: v128): v128 { return v128.add<T>(x, v128.mul<T>(parameter(0), y)); }
}

/** x + value a b */
@kernel function addcmul<T>(out: usize, x: usize, a: usize, b: usize, value: f64, begin: i32, end: i32): void {
  setParameter<T>(0, value);
  map3<T, Addcmul<T>>(out, x, a, b, begin, end);
}
class Addcmul<T> {
  @inline of(x: v128, a: v128, b: v128): v128 {
    return v128.add<T>(x, v128.mul<T>(v128.mul<T>(parameter(0), a), b));
  }
}

@kernel function fill<T>(out: usize, value: f64, begin: i32, end: i32): void {
  const all = v128.splat<T>(<T>value);
  for (let i = begin; i < end; i += lanes<T>()) storeUpTo<T>(at<T>(out, i), all, end - i);
}

/** y = relu(x): g where y > 0; NaN in y lets g through, as in PyTorch. */
@kernel(map2) class ReluBackward<T> {
  @inline of(g: v128, y: v128): v128 { return v128.andnot(g, v128.le<T>(y, v128.splat<T>(0))); }
}

/** y = tanh(x): g (1 - y)(1 + y), where 1 - y^2 would lose digits near 1 */
@kernel(map2) class TanhBackward<T> {
  @inline of(g: v128, y: v128): v128 {
    const one = v128.splat<T>(1);
    return v128.mul<T>(g, v128.mul<T>(v128.sub<T>(one, y), v128.add<T>(one, y)));
  }
}

/** y = sigmoid(x): g y (1 - y) */
@kernel(map2) class SigmoidBackward<T> {
  @inline of(g: v128, y: v128): v128 {
    return v128.mul<T>(g, v128.mul<T>(y, v128.sub<T>(v128.splat<T>(1), y)));
  }
}

/** out[i] = condition[i] (a byte) ? a[i] : b[i], bit for bit */
@kernel function where<T>(out: usize, condition: usize, a: usize, b: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i <= end - lanes<T>(); i += lanes<T>()) {
    const mask = maskOf<T>(condition + i);
    v128.store(at<T>(out, i), v128.bitselect(v128.load(at<T>(a, i)), v128.load(at<T>(b, i)), mask));
  }
  for (; i < end; i++) store<T>(at<T>(out, i), load<T>(at<T>(load<u8>(condition + i) != 0 ? a : b, i)));
}

/** As many bytes as lanes -> lanes of all ones where a byte is not 0. */
@inline function maskOf<T>(from: usize): v128 {
  const zero = v128.splat<i32>(0);
  if (sizeof<T>() == 8) return v128.ne<i64>(i64x2(<i64>load<u8>(from), <i64>load<u8>(from, 1)), zero);
  const words = i16x8.extend_low_i8x16_u(v128.load32_zero(from));
  return v128.ne<i32>(i32x4.extend_low_i16x8_u(words), zero);
}
