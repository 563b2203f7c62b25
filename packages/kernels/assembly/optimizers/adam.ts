// Adam and AdamW, in place; units = elements.
import { parameter, setParameter } from '../elementwise/parameters';
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/**
 * m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p -= (lr / c1) m / (sqrt(v) / sqrt(c2) + eps), with c1 = 1 - b1^t
 * and c2 = 1 - b2^t. Weight decay is added to g, or, decoupled, shrinks p first. With `greatest`, its running maximum
 * of v is used in place of v (AMSGrad).
 */
@kernel function adam<T>(
  p: usize, gradient: usize, mean: usize, square: usize, greatest: usize, lr: f64, b1: f64, b2: f64, eps: f64,
  weightDecay: f64, decoupled: i32, c1: f64, c2: f64, maximize: i32, begin: i32, end: i32,
): void {
  setParameter<T>(0, maximize ? -1 : 1);
  setParameter<T>(1, decoupled ? 1 - lr * weightDecay : 1);
  setParameter<T>(2, weightDecay);
  setParameter<T>(3, b1);
  setParameter<T>(4, 1 - b1);
  setParameter<T>(5, b2);
  setParameter<T>(6, 1 - b2);
  setParameter<T>(7, lr / c1);
  setParameter<T>(8, sqrt<f64>(c2));
  setParameter<T>(9, eps);
  const penalized = !decoupled && weightDecay != 0;
  let i = begin;
  for (; i <= end - lanes<T>(); i += lanes<T>()) {
    step<T>(p, gradient, mean, square, greatest, penalized, i, lanes<T>());
  }
  if (i < end) step<T>(p, gradient, mean, square, greatest, penalized, i, end - i);
}

@inline function step<T>(
  p: usize, gradient: usize, mean: usize, square: usize, greatest: usize, penalized: bool, i: i32, count: i32,
): void {
  const value = v128.mul<T>(parameter(1), loadUpTo<T>(at<T>(p, i), count));
  let g = v128.mul<T>(parameter(0), loadUpTo<T>(at<T>(gradient, i), count));
  if (penalized) g = v128.add<T>(g, v128.mul<T>(parameter(2), value));
  const kept = v128.mul<T>(parameter(3), loadUpTo<T>(at<T>(mean, i), count));
  const m = v128.add<T>(kept, v128.mul<T>(parameter(4), g));
  const taken = v128.mul<T>(v128.mul<T>(parameter(6), g), g);
  let v = v128.add<T>(v128.mul<T>(parameter(5), loadUpTo<T>(at<T>(square, i), count)), taken);
  storeUpTo<T>(at<T>(mean, i), m, count);
  storeUpTo<T>(at<T>(square, i), v, count);
  if (greatest != 0) {
    v = v128.max<T>(v, loadUpTo<T>(at<T>(greatest, i), count));
    storeUpTo<T>(at<T>(greatest, i), v, count);
  }
  const denominator = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), parameter(8)), parameter(9));
  storeUpTo<T>(at<T>(p, i), v128.sub<T>(value, v128.mul<T>(parameter(7), v128.div<T>(m, denominator))), count);
}
