// The words of optimizer kernels.
import { parameter } from '../elementwise/parameters';

/** Lanes of all ones where scalar k is not 0. */
@inline export function flag<T>(k: i32): v128 { return v128.ne<T>(parameter(k), v128.splat<T>(0)); }

/** sign g + penalty value: the gradient with its L2 penalty. A penalty of 0 leaves infinite values out. */
@inline export function penalized<T>(g: v128, value: v128, sign: i32, penalty: i32): v128 {
  const turned = v128.mul<T>(parameter(sign), g);
  const sum = v128.add<T>(turned, v128.mul<T>(parameter(penalty), value));
  return v128.bitselect(sum, turned, flag<T>(penalty));
}

/** decay old + rest x, scalars k and k + 1 */
@inline export function mixed<T>(old: v128, x: v128, k: i32): v128 {
  return v128.add<T>(v128.mul<T>(parameter(k), old), v128.mul<T>(parameter(k + 1), x));
}

/** -1, 0 or 1; 0 for NaN */
@inline export function signOf<T>(x: v128): v128 {
  const zero = v128.splat<T>(0), one = v128.splat<T>(1);
  const above = v128.and(v128.gt<T>(x, zero), one);
  return v128.sub<T>(above, v128.and(v128.lt<T>(x, zero), one));
}
