// The loops of reductions over the middle axis of a contiguous [outer, n, inner]; units = outputs, [outer, inner].
// All of them accumulate in f64, also for f32, so that the error is that of the one rounding at the end; the order of
// the terms depends on n alone. What is folded is a class: `lanes` for two f64, `one` for a single f64.
import { at } from '../lanes';
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
    const from = at<T>(x, i);
    if (sizeof<T>() == 4) {
      a = op.lanes(a, widen(v128.load64_zero(from)));
      b = op.lanes(b, widen(v128.load64_zero(from, 8)));
      c = op.lanes(c, widen(v128.load64_zero(from, 16)));
      d = op.lanes(d, widen(v128.load64_zero(from, 24)));
    } else {
      a = op.lanes(a, v128.load(from));
      b = op.lanes(b, v128.load(from, 16));
      c = op.lanes(c, v128.load(from, 32));
      d = op.lanes(d, v128.load(from, 48));
    }
  }
  const pair = op.lanes(op.lanes(a, b), op.lanes(c, d));
  let result = op.one(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1));
  for (; i < n; i++) result = op.one(result, <f64>load<T>(at<T>(x, i)));
  return result;
}

@inline function widen(pair: v128): v128 {
  return f64x2.promote_low_f32x4(pair);
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
@inline function foldInto<T, Op>(sums: usize, row: usize, count: i32): void {
  const op = changetype<Op>(0);
  let j = 0;
  for (; j <= count - 4; j += 4) {
    const to = at<f64>(sums, j);
    const from = at<T>(row, j);
    const low = sizeof<T>() == 4 ? widen(v128.load64_zero(from)) : v128.load(from);
    const high = sizeof<T>() == 4 ? widen(v128.load64_zero(from, 8)) : v128.load(from, 16);
    v128.store(to, op.lanes(v128.load(to), low));
    v128.store(to, op.lanes(v128.load(to, 16), high), 16);
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
