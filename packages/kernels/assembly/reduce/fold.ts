// The loops of reductions over the middle axis of a contiguous [outer, n, inner]; units = outputs, [outer, inner].
// All of them accumulate in f64, also for f32, so that the error is that of the one rounding at the end; the order of
// the terms depends on n alone. What is folded is a class: `lanes` for two f64, `one` for a single f64.
import { at, pair } from '../lanes';
import { scratchAt } from '../scratch';

/** Outputs that are accumulated at a time when inner > 1: 4 KB of scratch, which stays in the first-level cache. */
const BLOCK = 512;

@inline export function fold<T, Op>(out: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  if (inner == 1) {
    for (let i = begin; i < end; i++) store<T>(at<T>(out, i), <T>foldRow<T, Op>(at<T>(x, i * n), n));
  } else {
    foldColumns<T, Op>(out, x, n, inner, begin, end);
  }
}

/** The fold of n neighbours: eight at a time, in four pairs of running values. */
@inline export function foldRow<T, Op>(x: usize, n: i32): f64 {
  const op = changetype<Op>(0);
  const identity = v128.splat<f64>(op.identity());
  let a = identity, b = identity, c = identity, d = identity;
  let i = 0;
  for (; i <= n - 8; i += 8) {
    a = op.lanes(a, pair<T>(at<T>(x, i)));
    b = op.lanes(b, pair<T>(at<T>(x, i + 2)));
    c = op.lanes(c, pair<T>(at<T>(x, i + 4)));
    d = op.lanes(d, pair<T>(at<T>(x, i + 6)));
  }
  a = op.lanes(op.lanes(a, b), op.lanes(c, d));
  let result = op.one(f64x2.extract_lane(a, 0), f64x2.extract_lane(a, 1));
  for (; i < n; i++) result = op.one(result, <f64>load<T>(at<T>(x, i)));
  return result;
}

@inline function foldColumns<T, Op>(out: usize, x: usize, n: i32, inner: i32, begin: i32, end: i32): void {
  const op = changetype<Op>(0);
  let first = begin;
  while (first < end) {
    const outer = first / inner;
    const column = first - outer * inner;
    const count = min(min(BLOCK, inner - column), end - first);
    const sums = scratchAt(0);
    for (let j = 0; j < count; j++) store<f64>(at<f64>(sums, j), op.identity());
    let row = at<T>(x, outer * n * inner + column);
    for (let i = 0; i < n; i++, row = at<T>(row, inner)) foldInto<T, Op>(sums, row, count);
    for (let j = 0; j < count; j++) store<T>(at<T>(out, first + j), <T>load<f64>(at<f64>(sums, j)));
    first += count;
  }
}

/** sums[j] = Op(sums[j], row[j]) */
@inline export function foldInto<T, Op>(sums: usize, row: usize, count: i32): void {
  const op = changetype<Op>(0);
  let j = 0;
  for (; j <= count - 4; j += 4) {
    const to = at<f64>(sums, j);
    v128.store(to, op.lanes(v128.load(to), pair<T>(at<T>(row, j))));
    v128.store(to, op.lanes(v128.load(to, 16), pair<T>(at<T>(row, j + 2))), 16);
  }
  for (; j < count; j++) {
    const to = at<f64>(sums, j);
    store<f64>(to, op.one(load<f64>(to), <f64>load<T>(at<T>(row, j))));
  }
}

/** The fold of sums, here for those who want the sum of a row. */
export class Adding {
  @inline identity(): f64 { return 0; }
  @inline lanes(a: v128, b: v128): v128 { return f64x2.add(a, b); }
  @inline one(a: f64, b: f64): f64 { return a + b; }
}

export function sumRow<T>(x: usize, n: i32): f64 {
  return foldRow<T, Adding>(x, n);
}
