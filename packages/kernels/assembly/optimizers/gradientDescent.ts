// Stochastic gradient descent and its kin: momentum, averaging, and the sign alone.
import { parameter } from '../elementwise/parameters';
import { loadUpTo, storeUpTo } from '../lanes';
import { flag, mixed, penalized, signOf } from './rules';
import { steps } from './steps';

/**
 * g += weightDecay p;  b = momentum b + (1 - dampening) g, or g at first;  p -= lr (nesterov ? g + momentum b : b).
 * Without momentum, there is no b. Scalars: sign, weightDecay, momentum, 1 - dampening, lr, nesterov, first.
 */
@kernel(steps) class Sgd<T> {
  @inline of(p: usize, gradient: usize, buffer: usize, _b: usize, _c: usize, count: i32): void {
    const value = loadUpTo<T>(p, count);
    let g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    if (buffer != 0) {
      const b = v128.bitselect(g, mixed<T>(loadUpTo<T>(buffer, count), g, 2), flag<T>(6));
      storeUpTo<T>(buffer, b, count);
      g = v128.bitselect(v128.add<T>(g, v128.mul<T>(parameter(2), b)), b, flag<T>(5));
    }
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(4), g)), count);
  }
}

/**
 * p = (1 - lambd eta) p - eta g, and its average a = a + mu (p - a), or p where mu is 1.
 * Scalars: sign, weightDecay, 1 - lambd eta, eta, mu.
 */
@kernel(steps) class Asgd<T> {
  @inline of(p: usize, gradient: usize, average: usize, _b: usize, _c: usize, count: i32): void {
    const old = loadUpTo<T>(p, count);
    const g = penalized<T>(loadUpTo<T>(gradient, count), old, 0, 1);
    const value = v128.sub<T>(v128.mul<T>(parameter(2), old), v128.mul<T>(parameter(3), g));
    storeUpTo<T>(p, value, count);
    const a = loadUpTo<T>(average, count);
    const nearer = v128.add<T>(a, v128.mul<T>(parameter(4), v128.sub<T>(value, a)));
    storeUpTo<T>(average, v128.bitselect(value, nearer, v128.eq<T>(parameter(4), v128.splat<T>(1))), count);
  }
}

/**
 * The step s grows where the gradient keeps its sign and shrinks where it turns, between its bounds; where it turns, nothing
 * else happens. p -= sign(g) s. Scalars: sign, eta minus, eta plus, least, greatest.
 */
@kernel(steps) class Rprop<T> {
  @inline of(p: usize, gradient: usize, previous: usize, size: usize, _c: usize, count: i32): void {
    const zero = v128.splat<T>(0);
    const g = v128.mul<T>(parameter(0), loadUpTo<T>(gradient, count));
    const agreement = v128.mul<T>(g, loadUpTo<T>(previous, count));
    const turns = v128.lt<T>(agreement, zero);
    const grows = v128.bitselect(parameter(2), v128.splat<T>(1), v128.gt<T>(agreement, zero));
    const s = v128.mul<T>(loadUpTo<T>(size, count), v128.bitselect(parameter(1), grows, turns));
    const bounded = v128.min<T>(v128.max<T>(s, parameter(3)), parameter(4));
    storeUpTo<T>(size, bounded, count);
    const kept = v128.andnot(g, turns);
    storeUpTo<T>(previous, kept, count);
    storeUpTo<T>(p, v128.sub<T>(loadUpTo<T>(p, count), v128.mul<T>(signOf<T>(kept), bounded)), count);
  }
}

/** p = (1 - lr weightDecay) p - lr sign(b1 m + (1 - b1) g);  m = b2 m + (1 - b2) g. Scalars: sign, shrinkage, b1, 1 - b1, b2, 1 - b2, lr. */
@kernel(steps) class Lion<T> {
  @inline of(p: usize, gradient: usize, mean: usize, _b: usize, _c: usize, count: i32): void {
    const g = v128.mul<T>(parameter(0), loadUpTo<T>(gradient, count));
    const m = loadUpTo<T>(mean, count);
    const value = v128.mul<T>(parameter(1), loadUpTo<T>(p, count));
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(6), signOf<T>(mixed<T>(m, g, 2)))), count);
    storeUpTo<T>(mean, mixed<T>(m, g, 4), count);
  }
}
