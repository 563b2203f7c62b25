// Mean and variance of the middle axis of [outer, n, inner] in two passes, in f64; units = outputs. variance = sum of
// squares of the distances from the mean / max(0, n - correction). Address 0 for what is not wanted.
import { at, pair, sumOfPair } from '../lanes';
import { scratchAt } from '../scratch';
import { Adding, foldInto, sumRow } from './fold';

/** Outputs at a time when inner > 1: means, then sums, 4 KB each. */
const BLOCK = 512;

@kernel export function moments<T>(
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
    const p = f64x2.sub(pair<T>(at<T>(x, i)), c);
    const q = f64x2.sub(pair<T>(at<T>(x, i + 2)), c);
    a = f64x2.add(a, f64x2.mul(p, p));
    b = f64x2.add(b, f64x2.mul(q, q));
  }
  let sum = sumOfPair(f64x2.add(a, b));
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
  for (let i = 0; i < n; i++) foldInto<T, Adding>(means, at<T>(x, i * inner), count);
  for (let j = 0; j < count; j++) store<f64>(at<f64>(means, j), load<f64>(at<f64>(means, j)) / <f64>n);
  for (let i = 0; i < n; i++) addSquares<T>(squares, at<T>(x, i * inner), means, count);
}

/** squares[j] += (row[j] - means[j])^2 */
function addSquares<T>(squares: usize, row: usize, means: usize, count: i32): void {
  let j = 0;
  for (; j <= count - 2; j += 2) {
    const distance = f64x2.sub(pair<T>(at<T>(row, j)), v128.load(at<f64>(means, j)));
    v128.store(at<f64>(squares, j), f64x2.add(v128.load(at<f64>(squares, j)), f64x2.mul(distance, distance)));
  }
  if (j < count) {
    const distance = <f64>load<T>(at<T>(row, j)) - load<f64>(at<f64>(means, j));
    store<f64>(at<f64>(squares, j), load<f64>(at<f64>(squares, j)) + distance * distance);
  }
}
