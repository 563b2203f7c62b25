// Matrix times vector: nothing is read twice, so nothing is packed. The order of the terms depends on A's strides
// alone.
import { at, lanes } from '../lanes';
import { scratchAt } from '../scratch';
import { multiplyAdd } from './tile';

/** Results accumulated at a time when A's columns are contiguous: they stay in the first-level cache. */
const BLOCK = 1024;

/** y[i] (+)= alpha * sum over p of A[i, p] x[p], for i in [begin, end). */
export function multiplyVector<T>(
  y: usize, yStride: i32, a: usize, ars: i32, acs: i32, x: usize, xStride: i32, k: i32, alpha: T, add: bool,
  begin: i32, end: i32,
): void {
  if (ars == 1 && acs != 1) {
    for (let i = begin; i < end; i += BLOCK) {
      const count = min(BLOCK, end - i);
      sumColumns<T>(at<T>(a, i), acs, x, xStride, k, count);
      for (let j = 0; j < count; j++) put<T>(at<T>(y, (i + j) * yStride), alpha * load<T>(at<T>(scratchAt(0), j)), add);
    }
    return;
  }
  const neighbours = acs == 1 && xStride == 1;
  for (let i = begin; i < end; i++) {
    const row = at<T>(a, i * ars);
    const sum = neighbours ? dot<T>(row, x, k) : stridedDot<T>(row, acs, x, xStride, k);
    put<T>(at<T>(y, i * yStride), alpha * sum, add);
  }
}

@inline function put<T>(to: usize, value: T, add: bool): void {
  store<T>(to, add ? load<T>(to) + value : value);
}

/** scratch[j] = sum over p of column p [j] * x[p], four columns at a time. */
function sumColumns<T>(a: usize, acs: i32, x: usize, xStride: i32, k: i32, count: i32): void {
  const sums = scratchAt(0);
  memory.fill(sums, 0, at<T>(0, count));
  let p = 0;
  for (; p <= k - 4; p += 4) {
    const a0 = at<T>(a, p * acs), a1 = at<T>(a0, acs), a2 = at<T>(a1, acs), a3 = at<T>(a2, acs);
    const x0 = load<T>(at<T>(x, p * xStride)), x1 = load<T>(at<T>(x, (p + 1) * xStride));
    const x2 = load<T>(at<T>(x, (p + 2) * xStride)), x3 = load<T>(at<T>(x, (p + 3) * xStride));
    const v0 = v128.splat<T>(x0), v1 = v128.splat<T>(x1), v2 = v128.splat<T>(x2), v3 = v128.splat<T>(x3);
    let j = 0;
    for (; j <= count - lanes<T>(); j += lanes<T>()) {
      let sum = multiplyAdd<T>(v128.load(at<T>(a0, j)), v0, v128.load(at<T>(sums, j)));
      sum = multiplyAdd<T>(v128.load(at<T>(a1, j)), v1, sum);
      sum = multiplyAdd<T>(v128.load(at<T>(a2, j)), v2, sum);
      v128.store(at<T>(sums, j), multiplyAdd<T>(v128.load(at<T>(a3, j)), v3, sum));
    }
    for (; j < count; j++) {
      let sum = fused<T>(load<T>(at<T>(a0, j)), x0, load<T>(at<T>(sums, j)));
      sum = fused<T>(load<T>(at<T>(a1, j)), x1, sum);
      sum = fused<T>(load<T>(at<T>(a2, j)), x2, sum);
      store<T>(at<T>(sums, j), fused<T>(load<T>(at<T>(a3, j)), x3, sum));
    }
  }
  for (; p < k; p++) {
    const column = at<T>(a, p * acs);
    const value = load<T>(at<T>(x, p * xStride));
    for (let j = 0; j < count; j++) {
      const to = at<T>(sums, j);
      store<T>(to, fused<T>(load<T>(at<T>(column, j)), value, load<T>(to)));
    }
  }
}

/** One element of what `multiplyAdd` does to a vector, so that an element's place in a vector does not matter. */
@inline function fused<T>(x: T, y: T, z: T): T {
  return v128.extract_lane<T>(multiplyAdd<T>(v128.splat<T>(x), v128.splat<T>(y), v128.splat<T>(z)), 0);
}

/** Four running vectors, then their lanes, then the tail. */
function dot<T>(a: usize, x: usize, k: i32): T {
  const zero = v128.splat<T>(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  let p = 0;
  for (; p <= k - 4 * lanes<T>(); p += 4 * lanes<T>()) {
    const left = at<T>(a, p);
    const right = at<T>(x, p);
    s0 = multiplyAdd<T>(v128.load(left), v128.load(right), s0);
    s1 = multiplyAdd<T>(v128.load(left, 16), v128.load(right, 16), s1);
    s2 = multiplyAdd<T>(v128.load(left, 32), v128.load(right, 32), s2);
    s3 = multiplyAdd<T>(v128.load(left, 48), v128.load(right, 48), s3);
  }
  for (; p <= k - lanes<T>(); p += lanes<T>()) s0 = multiplyAdd<T>(v128.load(at<T>(a, p)), v128.load(at<T>(x, p)), s0);
  const sums = v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3));
  let result = v128.extract_lane<T>(sums, 0) + v128.extract_lane<T>(sums, 1);
  if (sizeof<T>() == 4) result += v128.extract_lane<T>(sums, 2) + v128.extract_lane<T>(sums, 3);
  for (; p < k; p++) result += load<T>(at<T>(a, p)) * load<T>(at<T>(x, p));
  return result;
}

function stridedDot<T>(a: usize, acs: i32, x: usize, xStride: i32, k: i32): T {
  let sum: T = 0;
  for (let p = 0; p < k; p++) sum += load<T>(at<T>(a, p * acs)) * load<T>(at<T>(x, p * xStride));
  return sum;
}
