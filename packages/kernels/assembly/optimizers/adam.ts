// Adam and its kin: steps by the mean of the gradient over the root of the mean of its square.
import { parameter } from '../elementwise/parameters';
import { loadUpTo, storeUpTo } from '../lanes';
import { flag, mixed, penalized } from './rules';
import { steps } from './steps';

/** b2 v + (1 - b2) g^2, scalars k and k + 1 */
@inline function squares<T>(v: v128, g: v128, k: i32): v128 {
  return v128.add<T>(v128.mul<T>(parameter(k), v), v128.mul<T>(v128.mul<T>(parameter(k + 1), g), g));
}

/**
 * m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p -= (lr / c1) m / (sqrt(v) / sqrt(c2) + eps), with c1 = 1 - b1^t and
 * c2 = 1 - b2^t. The greatest v so far takes its place where there is one (AMSGrad). Weight decay is added to g, or shrinks p.
 * Scalars: sign, penalty, shrinkage, b1, 1 - b1, b2, 1 - b2, lr / c1, sqrt(c2), eps.
 */
@kernel(steps) class Adam<T> {
  @inline of(p: usize, gradient: usize, mean: usize, square: usize, greatest: usize, count: i32): void {
    const value = v128.mul<T>(parameter(2), loadUpTo<T>(p, count));
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const m = mixed<T>(loadUpTo<T>(mean, count), g, 3);
    let v = squares<T>(loadUpTo<T>(square, count), g, 5);
    storeUpTo<T>(mean, m, count);
    storeUpTo<T>(square, v, count);
    if (greatest != 0) {
      v = v128.max<T>(v, loadUpTo<T>(greatest, count));
      storeUpTo<T>(greatest, v, count);
    }
    const denominator = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), parameter(8)), parameter(9));
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(7), v128.div<T>(m, denominator))), count);
  }
}

/** u = max(b2 u, |g| + eps);  p -= (lr / c1) m / u. Scalars: sign, weightDecay, b1, 1 - b1, b2, eps, lr / c1. */
@kernel(steps) class Adamax<T> {
  @inline of(p: usize, gradient: usize, mean: usize, greatest: usize, _c: usize, count: i32): void {
    const value = loadUpTo<T>(p, count);
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const m = mixed<T>(loadUpTo<T>(mean, count), g, 2);
    const size = v128.add<T>(v128.abs<T>(g), parameter(5));
    const u = v128.max<T>(v128.mul<T>(parameter(4), loadUpTo<T>(greatest, count)), size);
    storeUpTo<T>(mean, m, count);
    storeUpTo<T>(greatest, u, count);
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(6), v128.div<T>(m, u))), count);
  }
}

/**
 * As Adam, with p -= (s g + r m) / (sqrt(v / c2) + eps).
 * Scalars: sign, penalty, shrinkage, b1, 1 - b1, b2, 1 - b2, s, r, sqrt(c2), eps.
 */
@kernel(steps) class Nadam<T> {
  @inline of(p: usize, gradient: usize, mean: usize, square: usize, _c: usize, count: i32): void {
    const value = v128.mul<T>(parameter(2), loadUpTo<T>(p, count));
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const m = mixed<T>(loadUpTo<T>(mean, count), g, 3);
    const v = squares<T>(loadUpTo<T>(square, count), g, 5);
    storeUpTo<T>(mean, m, count);
    storeUpTo<T>(square, v, count);
    const denominator = v128.add<T>(v128.div<T>(v128.sqrt<T>(v), parameter(9)), parameter(10));
    storeUpTo<T>(p, v128.sub<T>(value, v128.div<T>(mixed<T>(g, m, 7), denominator)), count);
  }
}

/**
 * As Adam, with p -= s m sqrt(c2) / (sqrt(v) + eps), or p -= s m while the variance of v is not yet known.
 * Scalars: sign, penalty, shrinkage, b1, 1 - b1, b2, 1 - b2, s, sqrt(c2), eps, known.
 */
@kernel(steps) class Radam<T> {
  @inline of(p: usize, gradient: usize, mean: usize, square: usize, _c: usize, count: i32): void {
    const value = v128.mul<T>(parameter(2), loadUpTo<T>(p, count));
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const m = mixed<T>(loadUpTo<T>(mean, count), g, 3);
    const v = squares<T>(loadUpTo<T>(square, count), g, 5);
    storeUpTo<T>(mean, m, count);
    storeUpTo<T>(square, v, count);
    const rate = v128.div<T>(parameter(8), v128.add<T>(v128.sqrt<T>(v), parameter(9)));
    const taken = v128.bitselect(rate, v128.splat<T>(1), flag<T>(10));
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(v128.mul<T>(parameter(7), m), taken)), count);
  }
}
