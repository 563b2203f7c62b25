// Softmax and its kin on [rows, n]; units = rows. A row of -Infinity alone gives NaN, as in PyTorch (logsumexp:
// -Infinity).
import { map, map2 } from '../elementwise/map';
import { parameter, setParameter } from '../elementwise/parameters';
import { at } from '../lanes';
import { exp } from '../maths/exp';
import { sumRow } from '../reduce/fold';
import { dot, exponentials, largest, logSumExp } from './row';

/** exp(x - max) / sum */
@kernel function softmax<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const to = at<T>(out, row * n);
    setParameter<T>(0, 1 / exponentials<T>(to, from, n, largest<T>(from, n)));
    map<T, Scaled<T>>(to, to, 0, n);
  }
}
class Scaled<T> { @inline of(x: v128): v128 { return v128.mul<T>(x, parameter(0)); } }

/** (x - max) - log(sum) */
@kernel function log_softmax<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const shift = largest<T>(from, n);
    setParameter<T>(0, <f64>shift);
    setParameter<T>(1, NativeMath.log(exponentials<T>(0, from, n, shift)));
    map<T, Lowered<T>>(at<T>(out, row * n), from, 0, n);
  }
}
class Lowered<T> { @inline of(x: v128): v128 { return v128.sub<T>(v128.sub<T>(x, parameter(0)), parameter(1)); } }

@kernel function logsumexp<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) store<T>(at<T>(out, row), <T>logSumExp<T>(at<T>(x, row * n), n));
}

/** y = softmax(x): dx = y (g - sum of g y) */
@kernel function softmax_backward<T>(dx: usize, g: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const gradient = at<T>(g, row * n);
    const result = at<T>(y, row * n);
    setParameter<T>(0, dot<T>(gradient, result, n));
    map2<T, SoftmaxSlope<T>>(at<T>(dx, row * n), gradient, result, 0, n);
  }
}
class SoftmaxSlope<T> { @inline of(g: v128, y: v128): v128 { return v128.mul<T>(y, v128.sub<T>(g, parameter(0))); } }

/** y = log_softmax(x): dx = g - exp(y) sum of g */
@kernel function log_softmax_backward<T>(dx: usize, g: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const gradient = at<T>(g, row * n);
    setParameter<T>(0, sumRow<T>(gradient, n));
    map2<T, LogSoftmaxSlope<T>>(at<T>(dx, row * n), gradient, at<T>(y, row * n), 0, n);
  }
}
class LogSoftmaxSlope<T> {
  @inline of(g: v128, y: v128): v128 { return v128.sub<T>(g, v128.mul<T>(exp<T>(y), parameter(0))); }
}
