// Optimizers that divide the gradient by a root of its squares.
import { parameter } from '../elementwise/parameters';
import { loadUpTo, storeUpTo } from '../lanes';
import { penalized } from './rules';
import { steps } from './steps';

/** decay old + rest x y, scalars k and k + 1 */
@inline function products<T>(old: v128, x: v128, y: v128, k: i32): v128 {
  return v128.add<T>(v128.mul<T>(parameter(k), old), v128.mul<T>(v128.mul<T>(parameter(k + 1), x), y));
}

/**
 * v = alpha v + (1 - alpha) g^2;  d = g / (sqrt(v) + eps), less the square of the mean of g where there is one (centered);
 * p -= lr d, or lr b with b = momentum b + d. Scalars: sign, weightDecay, alpha, 1 - alpha, eps, momentum, lr.
 */
@kernel(steps) class Rmsprop<T> {
  @inline of(p: usize, gradient: usize, square: usize, buffer: usize, mean: usize, count: i32): void {
    const value = loadUpTo<T>(p, count);
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    let v = products<T>(loadUpTo<T>(square, count), g, g, 2);
    storeUpTo<T>(square, v, count);
    if (mean != 0) {
      const old = loadUpTo<T>(mean, count);
      const m = v128.add<T>(old, v128.mul<T>(parameter(3), v128.sub<T>(g, old)));
      storeUpTo<T>(mean, m, count);
      v = v128.sub<T>(v, v128.mul<T>(m, m));
    }
    let d = v128.div<T>(g, v128.add<T>(v128.sqrt<T>(v), parameter(4)));
    if (buffer != 0) {
      d = v128.add<T>(v128.mul<T>(parameter(5), loadUpTo<T>(buffer, count)), d);
      storeUpTo<T>(buffer, d, count);
    }
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(6), d)), count);
  }
}

/** s += g^2;  p -= rate g / (sqrt(s) + eps). Scalars: sign, weightDecay, rate, eps. */
@kernel(steps) class Adagrad<T> {
  @inline of(p: usize, gradient: usize, sum: usize, _b: usize, _c: usize, count: i32): void {
    const value = loadUpTo<T>(p, count);
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const s = v128.add<T>(loadUpTo<T>(sum, count), v128.mul<T>(g, g));
    storeUpTo<T>(sum, s, count);
    const d = v128.div<T>(g, v128.add<T>(v128.sqrt<T>(s), parameter(3)));
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(2), d)), count);
  }
}

/**
 * v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u = rho u + (1 - rho) d^2;  p -= lr d.
 * Scalars: sign, weightDecay, rho, 1 - rho, eps, lr.
 */
@kernel(steps) class Adadelta<T> {
  @inline of(p: usize, gradient: usize, square: usize, taken: usize, _c: usize, count: i32): void {
    const value = loadUpTo<T>(p, count);
    const g = penalized<T>(loadUpTo<T>(gradient, count), value, 0, 1);
    const v = products<T>(loadUpTo<T>(square, count), g, g, 2);
    storeUpTo<T>(square, v, count);
    const u = loadUpTo<T>(taken, count);
    const above = v128.sqrt<T>(v128.add<T>(u, parameter(4)));
    const below = v128.sqrt<T>(v128.add<T>(v, parameter(4)));
    const d = v128.mul<T>(v128.div<T>(above, below), g);
    storeUpTo<T>(taken, products<T>(u, d, d, 2), count);
    storeUpTo<T>(p, v128.sub<T>(value, v128.mul<T>(parameter(5), d)), count);
  }
}
