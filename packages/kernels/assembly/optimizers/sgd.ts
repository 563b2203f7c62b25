// Stochastic gradient descent, in place; units = elements.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/**
 * g += weightDecay p;  b = momentum b + (1 - dampening) g, or g at first;  p -= lr (nesterov ? g + momentum b : b).
 * Without momentum, `buffer` is 0 and b is g.
 */
@kernel function sgd<T>(
  p: usize, gradient: usize, buffer: usize, lr: f64, momentum: f64, dampening: f64, weightDecay: f64,
  nesterov: i32, maximize: i32, first: i32, begin: i32, end: i32,
): void {
  const sign = v128.splat<T>(<T>(maximize ? -1 : 1));
  const decay = v128.splat<T>(<T>weightDecay);
  const inertia = v128.splat<T>(<T>momentum);
  const intake = v128.splat<T>(<T>(1 - dampening));
  const rate = v128.splat<T>(<T>lr);
  for (let i = begin; i < end; i += lanes<T>()) {
    const count = end - i;
    const value = loadUpTo<T>(at<T>(p, i), count);
    let g = v128.mul<T>(sign, loadUpTo<T>(at<T>(gradient, i), count));
    if (weightDecay != 0) g = v128.add<T>(g, v128.mul<T>(decay, value));
    if (buffer != 0) {
      let b = g;
      if (!first) b = v128.add<T>(v128.mul<T>(inertia, loadUpTo<T>(at<T>(buffer, i), count)), v128.mul<T>(intake, g));
      storeUpTo<T>(at<T>(buffer, i), b, count);
      g = nesterov ? v128.add<T>(g, v128.mul<T>(inertia, b)) : b;
    }
    storeUpTo<T>(at<T>(p, i), v128.sub<T>(value, v128.mul<T>(rate, g)), count);
  }
}
