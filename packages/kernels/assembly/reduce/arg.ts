// The index of the largest or smallest element of the middle axis of [outer, n, inner], as i32; units = outputs. The
// first of equals wins, and NaN wins over all, as in PyTorch.
import { at } from '../lanes';
import { scratchAt } from '../scratch';

/** Outputs at a time when inner > 1: their best values so far stay in the first-level cache. */
const BLOCK = 1024;

@kernel function argmax<T>(out: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  search<T, Larger<T>>(out, x, n, inner, begin, end);
}
@kernel function argmin<T>(out: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  search<T, Smaller<T>>(out, x, n, inner, begin, end);
}

class Larger<T> {
  @inline extreme(x: v128, y: v128): v128 { return v128.max<T>(x, y); }
  @inline extremeOne(x: T, y: T): T { return max<T>(x, y); }
  @inline beats(x: T, y: T): bool { return x > y; }
}
class Smaller<T> {
  @inline extreme(x: v128, y: v128): v128 { return v128.min<T>(x, y); }
  @inline extremeOne(x: T, y: T): T { return min<T>(x, y); }
  @inline beats(x: T, y: T): bool { return x < y; }
}

@inline function search<T, Order>(out: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  if (inner == 1) {
    for (let i = begin; i < end; i++) store<i32>(at<i32>(out, i), searchRow<T, Order>(at<T>(x, i * n), n));
    return;
  }
  let first = begin;
  while (first < end) {
    const outer = first / inner;
    const column = first - outer * inner;
    const count = min(min(BLOCK, inner - column), end - first);
    searchColumns<T, Order>(at<i32>(out, first), at<T>(x, outer * n * inner + column), n, inner, count);
    first += count;
  }
}

/** Finds the extreme value with vectors first, then the first place where it (or NaN) stands. */
@inline function searchRow<T, Order>(x: usize, n: i32): i32 {
  const order = changetype<Order>(0);
  const width = 32 / sizeof<T>();
  let best = load<T>(x);
  let i = 0;
  if (n >= width) {
    let a = v128.load(x), b = v128.load(x, 16);
    for (i = width; i <= n - width; i += width) {
      a = order.extreme(a, v128.load(at<T>(x, i)));
      b = order.extreme(b, v128.load(at<T>(x, i), 16));
    }
    a = order.extreme(a, b);
    best = order.extremeOne(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1));
    if (sizeof<T>() == 4) {
      best = order.extremeOne(best, order.extremeOne(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(a, 3)));
    }
  }
  for (; i < n; i++) best = order.extremeOne(best, load<T>(at<T>(x, i)));
  const anyNaN = best != best;
  for (let j = 0; j < n; j++) {
    const value = load<T>(at<T>(x, j));
    if (anyNaN ? value != value : value == best) return j;
  }
  return 0;
}

@inline function searchColumns<T, Order>(out: usize, x: usize, n: i32, inner: i32, count: i32): void {
  const order = changetype<Order>(0);
  const best = scratchAt(0);
  memory.copy(best, x, at<T>(0, count));
  memory.fill(out, 0, at<i32>(0, count));
  for (let i = 1; i < n; i++) {
    const row = at<T>(x, i * inner);
    for (let j = 0; j < count; j++) {
      const value = load<T>(at<T>(row, j));
      const old = load<T>(at<T>(best, j));
      if (order.beats(value, old) || (value != value && old == old)) {
        store<T>(at<T>(best, j), value);
        store<i32>(at<i32>(out, j), i);
      }
    }
  }
}
