// Stochastic gradient descent, in place; units = elements.
import { parameter, setParameter } from '../elementwise/parameters';
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/**
 * g += weightDecay p;  b = momentum b + (1 - dampening) g, or g at first;  p -= lr (nesterov ? g + momentum b : b).
 * Without momentum, `buffer` is 0 and b is g.
 */
@kernel function sgd<T>(
  p: usize, gradient: usize, buffer: usize, lr: f64, momentum: f64, dampening: f64, weightDecay: f64,
  nesterov: i32, maximize: i32, first: i32, begin: i32, end: i32,
): void {
  setParameter<T>(0, maximize ? -1 : 1);
  setParameter<T>(1, weightDecay);
  setParameter<T>(2, momentum);
  setParameter<T>(3, 1 - dampening);
  setParameter<T>(4, lr);
  const decays = weightDecay != 0;
  let i = begin;
  for (; i <= end - lanes<T>(); i += lanes<T>()) {
    step<T>(p, gradient, buffer, i, decays, nesterov != 0, first != 0, lanes<T>());
  }
  if (i < end) step<T>(p, gradient, buffer, i, decays, nesterov != 0, first != 0, end - i);
}

@inline function step<T>(
  p: usize, gradient: usize, buffer: usize, i: i32, decays: bool, nesterov: bool, first: bool, count: i32,
): void {
  const value = loadUpTo<T>(at<T>(p, i), count);
  let g = v128.mul<T>(parameter(0), loadUpTo<T>(at<T>(gradient, i), count));
  if (decays) g = v128.add<T>(g, v128.mul<T>(parameter(1), value));
  if (buffer != 0) {
    const place = at<T>(buffer, i);
    let b = g;
    if (!first) b = v128.add<T>(v128.mul<T>(parameter(2), loadUpTo<T>(place, count)), v128.mul<T>(parameter(3), g));
    storeUpTo<T>(place, b, count);
    g = nesterov ? v128.add<T>(g, v128.mul<T>(parameter(2), b)) : b;
  }
  storeUpTo<T>(at<T>(p, i), v128.sub<T>(value, v128.mul<T>(parameter(4), g)), count);
}
