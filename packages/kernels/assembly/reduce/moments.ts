// Mean and variance of the middle axis of [outer, n, inner] in two passes, in f64; units = outputs. variance = sum of squares
// of the distances from the mean / max(0, n - correction). Address 0 for what is not wanted.
import { at } from '../lanes';
import { scratchAt } from '../scratch';
import { sumRow } from './fold';

/** Outputs at a time when inner > 1: means, then sums, 4 KB each. */
const BLOCK = 512;

@kernel function moments<T>(
  mean: usize, variance: usize, x: usize, n: i32, inner: i32, correction: f64, begin: i32, end: i32,
): void {
  const divisor = max<f64>(0, <f64>n - correction);
  if (inner == 1) {
    for (let i = begin; i < end; i++) {
      const row = at<T>(x, i * n);
      const centre = sumRow<T>(row, n) / <f64>n;
      put<T>(mean, i, centre);
      if (variance != 0) put<T>(variance, i, squaresOfRow<T>(row, n, centre) / divisor);
    }
    return;
  }
  let first = begin;
  while (first < end) {
    const outer = first / inner;
    const column = first - outer * inner;
    const count = min(min(BLOCK, inner - column), end - first);
    const block = at<T>(x, outer * n * inner + column);
    momentsOfColumns<T>(block, n, inner, count);
    for (let j = 0; j < count; j++) {
      put<T>(mean, first + j, load<f64>(at<f64>(scratchAt(0), j)));
      put<T>(variance, first + j, load<f64>(at<f64>(scratchAt(BLOCK * 8), j)) / divisor);
    }
    first += count;
  }
}

@inline function put<T>(to: usize, index: i32, value: f64): void {
  if (to != 0) store<T>(at<T>(to, index), <T>value);
}

/** The sum of (x[i] - centre)^2 in four running values. */
export function squaresOfRow<T>(x: usize, n: i32, centre: f64): f64 {
  const c = f64x2.splat(centre);
  let a = f64x2.splat(0), b = f64x2.splat(0);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const from = at<T>(x, i);
    const low = sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(from)) : v128.load(from);
    const high = sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(from, 8)) : v128.load(from, 16);
    const p = f64x2.sub(low, c), q = f64x2.sub(high, c);
    a = f64x2.add(a, f64x2.mul(p, p));
    b = f64x2.add(b, f64x2.mul(q, q));
  }
  const pair = f64x2.add(a, b);
  let sum = f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  for (; i < n; i++) {
    const distance = <f64>load<T>(at<T>(x, i)) - centre;
    sum += distance * distance;
  }
  return sum;
}

/** Means and sums of squares of `count` columns, in scratch. */
function momentsOfColumns<T>(x: usize, n: i32, inner: i32, count: i32): void {
  const means = scratchAt(0);
  const squares = scratchAt(BLOCK * 8);
  memory.fill(means, 0, at<f64>(0, count));
  memory.fill(squares, 0, at<f64>(0, count));
  for (let i = 0; i < n; i++) {
    const row = at<T>(x, i * inner);
    for (let j = 0; j < count; j++) {
      const to = at<f64>(means, j);
      store<f64>(to, load<f64>(to) + <f64>load<T>(at<T>(row, j)));
    }
  }
  for (let j = 0; j < count; j++) store<f64>(at<f64>(means, j), load<f64>(at<f64>(means, j)) / <f64>n);
  for (let i = 0; i < n; i++) {
    const row = at<T>(x, i * inner);
    for (let j = 0; j < count; j++) {
      const to = at<f64>(squares, j);
      const distance = <f64>load<T>(at<T>(row, j)) - load<f64>(at<f64>(means, j));
      store<f64>(to, load<f64>(to) + distance * distance);
    }
  }
}
