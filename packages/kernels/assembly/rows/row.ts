// What softmax-like kernels do to one row of n neighbours.
import { at, keepFirst, lanes, loadUpTo, pair, storeUpTo, sumOfPair, widenedSum } from '../lanes';
import { exp } from '../maths/exp';

/** The largest number; NaN is passed over, since the sum of exponentials brings it up again. */
export function largest<T>(x: usize, n: i32): T {
  const none = v128.splat<T>(<T>-Infinity);
  let a = none, b = none;
  let i = 0;
  for (; i <= n - 2 * lanes<T>(); i += 2 * lanes<T>()) {
    // pmax(a, x) is a < x ? x : a
    a = v128.pmax<T>(a, v128.load(at<T>(x, i)));
    b = v128.pmax<T>(b, v128.load(at<T>(x, i), 16));
  }
  a = v128.pmax<T>(a, b);
  let best = larger<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1));
  if (sizeof<T>() == 4) best = larger<T>(best, larger<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(a, 3)));
  for (; i < n; i++) best = larger<T>(best, load<T>(at<T>(x, i)));
  return best;
}

@inline function larger<T>(x: T, y: T): T {
  return x < y ? y : x;
}

/** out[i] = exp(x[i] - shift), unless out is 0; gives their sum. */
export function exponentials<T>(out: usize, x: usize, n: i32, shift: T): f64 {
  const down = v128.splat<T>(shift);
  let sum = f64x2.splat(0);
  let i = 0;
  for (; i <= n - 2 * lanes<T>(); i += 2 * lanes<T>()) {
    const first = exp<T>(v128.sub<T>(v128.load(at<T>(x, i)), down));
    const second = exp<T>(v128.sub<T>(v128.load(at<T>(x, i), 16), down));
    sum = f64x2.add(sum, f64x2.add(widenedSum<T>(first), widenedSum<T>(second)));
    if (out == 0) continue;
    v128.store(at<T>(out, i), first);
    v128.store(at<T>(out, i), second, 16);
  }
  for (; i < n; i += lanes<T>()) {
    const power = exp<T>(v128.sub<T>(loadUpTo<T>(at<T>(x, i), n - i), down));
    sum = f64x2.add(sum, widenedSum<T>(keepFirst<T>(power, n - i)));
    if (out != 0) storeUpTo<T>(at<T>(out, i), power, n - i);
  }
  return sumOfPair(sum);
}

/**
 * log of the sum of exp(x[i] - top), top the largest x[i]; NaN where that is infinite. It is log(1 + what the others add),
 * so that it is precise also where one x[i] leaves the others far behind.
 */
export function logSumFromLargest<T>(x: usize, n: i32, top: T): f64 {
  if (abs<T>(top) == <T>Infinity) return NaN;
  let k = 0;
  while (k < n - 1 && load<T>(at<T>(x, k)) != top) k++;
  return NativeMath.log1p(exponentials<T>(0, x, k, top) + exponentials<T>(0, at<T>(x, k + 1), n - k - 1, top));
}

/** log of the sum of exp(x[i]) in f64: an infinite maximum is itself the answer, unless there is NaN. */
export function logSumExp<T>(x: usize, n: i32): f64 {
  const top = largest<T>(x, n);
  if (abs<T>(top) == <T>Infinity) return hasNaN<T>(x, n) ? NaN : <f64>top;
  return <f64>top + logSumFromLargest<T>(x, n, top);
}

function hasNaN<T>(x: usize, n: i32): bool {
  for (let i = 0; i < n; i++) if (load<T>(at<T>(x, i)) != load<T>(at<T>(x, i))) return true;
  return false;
}

/** The sum of a[i] b[i], in f64. */
export function dot<T>(a: usize, b: usize, n: i32): f64 {
  let p = f64x2.splat(0), q = f64x2.splat(0);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    p = f64x2.add(p, f64x2.mul(pair<T>(at<T>(a, i)), pair<T>(at<T>(b, i))));
    q = f64x2.add(q, f64x2.mul(pair<T>(at<T>(a, i + 2)), pair<T>(at<T>(b, i + 2))));
  }
  let sum = sumOfPair(f64x2.add(p, q));
  for (; i < n; i++) sum += <f64>load<T>(at<T>(a, i)) * <f64>load<T>(at<T>(b, i));
  return sum;
}
