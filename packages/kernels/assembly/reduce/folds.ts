// Reductions over the middle axis of [outer, n, inner]; units = outputs. n = 0 gives the identity of the fold.
import { at } from '../lanes';
import { Adding, fold, sumRow } from './fold';

@kernel(fold) class Sum<T> extends Adding {}

@kernel(fold) class Prod<T> {
  @inline identity(): f64 { return 1; }
  @inline lanes(a: v128, b: v128): v128 { return f64x2.mul(a, b); }
  @inline one(a: f64, b: f64): f64 { return a * b; }
}

/** NaN anywhere gives NaN. */
@kernel(fold) class Amax<T> {
  @inline identity(): f64 { return -Infinity; }
  @inline lanes(a: v128, b: v128): v128 { return f64x2.max(a, b); }
  @inline one(a: f64, b: f64): f64 { return max(a, b); }
}

@kernel(fold) class Amin<T> {
  @inline identity(): f64 { return Infinity; }
  @inline lanes(a: v128, b: v128): v128 { return f64x2.min(a, b); }
  @inline one(a: f64, b: f64): f64 { return min(a, b); }
}

/** Sums of chunks of `chunk` elements of x[0, count), in f64, for a full reduction; units = chunks. */
@kernel function sum_partial<T>(out: usize, x: usize, count: i32, chunk: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const first = i * chunk;
    store<f64>(at<f64>(out, i), sumRow<T>(at<T>(x, first), min(chunk, count - first)));
  }
}
