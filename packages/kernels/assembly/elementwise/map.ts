// The loops that elementwise kernels share. What is done to each vector is a class with one inlined method `of`,
// given as a type argument: its methods never touch `this`, so a null pointer serves as the object and the call costs
// nothing. The tail of a range goes through the same lanes, so that a result does not depend on where ranges are cut.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/** out[i] = Op(x[i]), two vectors a turn. */
@inline export function map<T, Op>(out: usize, x: usize, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  let i = begin;
  for (; i <= end - 2 * lanes<T>(); i += 2 * lanes<T>()) {
    const from = at<T>(x, i);
    const to = at<T>(out, i);
    const first = op.of(v128.load(from));
    const second = op.of(v128.load(from, 16));
    v128.store(to, first);
    v128.store(to, second, 16);
  }
  for (; i < end; i += lanes<T>()) {
    const count = end - i;
    storeUpTo<T>(at<T>(out, i), op.of(loadUpTo<T>(at<T>(x, i), count)), count);
  }
}

/** out[i] = Op(x[i], y[i]) */
@inline export function map2<T, Op>(out: usize, x: usize, y: usize, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  let i = begin;
  for (; i <= end - lanes<T>(); i += lanes<T>()) {
    v128.store(at<T>(out, i), op.of(v128.load(at<T>(x, i)), v128.load(at<T>(y, i))));
  }
  if (i < end) {
    const count = end - i;
    storeUpTo<T>(at<T>(out, i), op.of(loadUpTo<T>(at<T>(x, i), count), loadUpTo<T>(at<T>(y, i), count)), count);
  }
}

/** out[i] = Op(x[i], y[i], z[i]) */
@inline export function map3<T, Op>(out: usize, x: usize, y: usize, z: usize, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  let i = begin;
  for (; i <= end - lanes<T>(); i += lanes<T>()) {
    v128.store(at<T>(out, i), op.of(v128.load(at<T>(x, i)), v128.load(at<T>(y, i)), v128.load(at<T>(z, i))));
  }
  if (i < end) {
    const count = end - i;
    const first = loadUpTo<T>(at<T>(x, i), count);
    const value = op.of(first, loadUpTo<T>(at<T>(y, i), count), loadUpTo<T>(at<T>(z, i), count));
    storeUpTo<T>(at<T>(out, i), value, count);
  }
}

/** out[i] = Op(x[i]), one element at a time in f64, then rounded once. */
@inline export function mapScalar<T, Op>(out: usize, x: usize, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  for (let i = begin; i < end; i++) store<T>(at<T>(out, i), <T>op.of(<f64>load<T>(at<T>(x, i))));
}
