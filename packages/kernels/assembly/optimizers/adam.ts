// Adam and AdamW, in place; units = elements.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/**
 * m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p -= (lr / c1) m / (sqrt(v) / sqrt(c2) + eps), with c1 = 1 - b1^t and
 * c2 = 1 - b2^t. Weight decay is added to g, or, decoupled, shrinks p first. With `greatest`, its running maximum of v is
 * used in place of v (AMSGrad).
 */
@kernel function adam<T>(
  p: usize, gradient: usize, mean: usize, square: usize, greatest: usize, lr: f64, b1: f64, b2: f64, eps: f64,
  weightDecay: f64, decoupled: i32, c1: f64, c2: f64, maximize: i32, begin: i32, end: i32,
): void {
  const sign = v128.splat<T>(<T>(maximize ? -1 : 1));
  const shrink = v128.splat<T>(<T>(decoupled ? 1 - lr * weightDecay : 1));
  const penalty = v128.splat<T>(<T>(decoupled ? 0 : weightDecay));
  const keep1 = v128.splat<T>(<T>b1);
  const take1 = v128.splat<T>(<T>(1 - b1));
  const keep2 = v128.splat<T>(<T>b2);
  const take2 = v128.splat<T>(<T>(1 - b2));
  const rate = v128.splat<T>(<T>(lr / c1));
  const root = v128.splat<T>(<T>(sqrt<f64>(c2)));
  const floor = v128.splat<T>(<T>eps);
  for (let i = begin; i < end; i += lanes<T>()) {
    const count = end - i;
    const value = v128.mul<T>(shrink, loadUpTo<T>(at<T>(p, i), count));
    let g = v128.mul<T>(sign, loadUpTo<T>(at<T>(gradient, i), count));
    if (!decoupled && weightDecay != 0) g = v128.add<T>(g, v128.mul<T>(penalty, value));
    const m = v128.add<T>(v128.mul<T>(keep1, loadUpTo<T>(at<T>(mean, i), count)), v128.mul<T>(take1, g));
    let v = loadUpTo<T>(at<T>(square, i), count);
    v = v128.add<T>(v128.mul<T>(keep2, v), v128.mul<T>(v128.mul<T>(take2, g), g));
    storeUpTo<T>(at<T>(mean, i), m, count);
    storeUpTo<T>(at<T>(square, i), v, count);
    if (greatest != 0) {
      v = v128.max<T>(v, loadUpTo<T>(at<T>(greatest, i), count));
      storeUpTo<T>(at<T>(greatest, i), v, count);
    }
    const denominator = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), root), floor);
    storeUpTo<T>(at<T>(p, i), v128.sub<T>(value, v128.mul<T>(rate, v128.div<T>(m, denominator))), count);
  }
}
