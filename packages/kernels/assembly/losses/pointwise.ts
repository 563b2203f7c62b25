// Losses that compare element by element, and their derivatives; units = elements. The derivative by y (but for
// bce_with_logits) is that by x with its sign turned.
import { map2, map3 } from '../elementwise/map';
import { parameter, setParameter } from '../elementwise/parameters';
import { zip } from '../elementwise/zip';
import { exp } from '../maths/exp';
import { logOnePlus } from '../maths/log';
import { sigmoid } from '../maths/sigmoid';

/** (x - y)^2 */
@kernel(map2) class SquaredError<T> {
  @inline of(x: v128, y: v128): v128 {
    const d = v128.sub<T>(x, y);
    return v128.mul<T>(d, d);
  }
}

/** 2 g (x - y) */
@kernel(map3) class SquaredErrorBackward<T> {
  @inline of(g: v128, x: v128, y: v128): v128 {
    const d = v128.sub<T>(x, y);
    return v128.mul<T>(g, v128.add<T>(d, d));
  }
}

/** |x - y| */
@kernel(zip) class AbsoluteError<T> {
  @inline of(x: v128, y: v128): v128 { return v128.abs<T>(v128.sub<T>(x, y)); }
}

/** scale d^2 / 2 up to |d| = delta and scale delta (|d| - delta / 2) beyond, d = x - y */
@kernel function huber<T>(out: usize, x: usize, y: usize, delta: f64, scale: f64, begin: i32, end: i32): void {
  setParameter<T>(0, delta);
  setParameter<T>(1, scale);
  map2<T, Huber<T>>(out, x, y, begin, end);
}
class Huber<T> {
  @inline of(x: v128, y: v128): v128 {
    const d = v128.abs<T>(v128.sub<T>(x, y));
    // m (d - m / 2), m = min(d, delta), is both: d^2 / 2 where m = d. NaN stays in d.
    const m = v128.pmin<T>(d, parameter(0));
    const rest = v128.sub<T>(d, v128.mul<T>(v128.splat<T>(0.5), m));
    return v128.mul<T>(parameter(1), v128.mul<T>(m, rest));
  }
}

/** g scale min(max(x - y, -delta), delta) */
@kernel function huber_backward<T>(
  out: usize, g: usize, x: usize, y: usize, delta: f64, scale: f64, begin: i32, end: i32,
): void {
  setParameter<T>(0, delta);
  setParameter<T>(1, scale);
  map3<T, HuberBackward<T>>(out, g, x, y, begin, end);
}
class HuberBackward<T> {
  @inline of(g: v128, x: v128, y: v128): v128 {
    const d = v128.sub<T>(x, y);
    const low = v128.neg<T>(parameter(0));
    const bounded = v128.pmin<T>(v128.pmax<T>(d, low), parameter(0));
    return v128.mul<T>(g, v128.mul<T>(parameter(1), bounded));
  }
}

/** |x| c + log(1 + exp(-|x|)), c = 1 - y for x >= 0 and else y: nothing cancels while y is in [0, 1]. */
@kernel(map2) class BceWithLogits<T> {
  @inline of(x: v128, y: v128): v128 {
    const against = v128.bitselect(v128.sub<T>(v128.splat<T>(1), y), y, v128.ge<T>(x, v128.splat<T>(0)));
    const size = v128.abs<T>(x);
    return v128.add<T>(v128.mul<T>(size, against), logOnePlus<T>(exp<T>(v128.neg<T>(size))));
  }
}

/** g (sigmoid(x) - y) */
@kernel(map3) class BceWithLogitsBackward<T> {
  @inline of(g: v128, x: v128, y: v128): v128 { return v128.mul<T>(g, v128.sub<T>(sigmoid<T>(x), y)); }
}
