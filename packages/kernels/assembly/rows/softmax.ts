// Softmax and its kin on [rows, n]; units = rows. A row of -Infinity alone gives NaN, as in PyTorch (logsumexp: -Infinity).
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';
import { exp } from '../maths/exp';
import { sumRow } from '../reduce/fold';
import { dot, exponentials, largest, logSumExp } from './row';

/** exp(x - max) / sum */
@kernel function softmax<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const to = at<T>(out, row * n);
    const scale = v128.splat<T>(<T>(1 / exponentials<T>(to, from, n, largest<T>(from, n))));
    for (let i = 0; i < n; i += lanes<T>()) {
      const value = loadUpTo<T>(at<T>(to, i), n - i);
      storeUpTo<T>(at<T>(to, i), v128.mul<T>(value, scale), n - i);
    }
  }
}

/** (x - max) - log(sum) */
@kernel function log_softmax<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const from = at<T>(x, row * n);
    const to = at<T>(out, row * n);
    const shift = largest<T>(from, n);
    const down = v128.splat<T>(shift);
    const log = v128.splat<T>(<T>NativeMath.log(exponentials<T>(0, from, n, shift)));
    for (let i = 0; i < n; i += lanes<T>()) {
      const value = loadUpTo<T>(at<T>(from, i), n - i);
      storeUpTo<T>(at<T>(to, i), v128.sub<T>(v128.sub<T>(value, down), log), n - i);
    }
  }
}

@kernel function logsumexp<T>(out: usize, x: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) store<T>(at<T>(out, row), <T>logSumExp<T>(at<T>(x, row * n), n));
}

/** y = softmax(x): dx = y (g - sum of g y) */
@kernel function softmax_backward<T>(dx: usize, g: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const gradient = at<T>(g, row * n);
    const result = at<T>(y, row * n);
    const sum = v128.splat<T>(<T>dot<T>(gradient, result, n));
    for (let i = 0; i < n; i += lanes<T>()) {
      const part = v128.sub<T>(loadUpTo<T>(at<T>(gradient, i), n - i), sum);
      storeUpTo<T>(at<T>(dx, row * n + i), v128.mul<T>(loadUpTo<T>(at<T>(result, i), n - i), part), n - i);
    }
  }
}

/** y = log_softmax(x): dx = g - exp(y) sum of g */
@kernel function log_softmax_backward<T>(dx: usize, g: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const gradient = at<T>(g, row * n);
    const sum = v128.splat<T>(<T>sumRow<T>(gradient, n));
    for (let i = 0; i < n; i += lanes<T>()) {
      const share = v128.mul<T>(exp<T>(loadUpTo<T>(at<T>(y, row * n + i), n - i)), sum);
      storeUpTo<T>(at<T>(dx, row * n + i), v128.sub<T>(loadUpTo<T>(at<T>(gradient, i), n - i), share), n - i);
    }
  }
}
