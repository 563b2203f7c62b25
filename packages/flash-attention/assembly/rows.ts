// Products of one row with rows of keys, and weighted sums of rows of values, where these lie. Every sum goes in the order in which
// the tiles of a product have it.

import { at, lanes } from '@tessera/kernels/assembly/lanes';
import { multiplyAdd } from '@tessera/kernels/assembly/gemm/tile';
import { scratchAt } from '@tessera/kernels/assembly/scratch';
import { ROW } from './tiles';

/** Columns, up to whole vectors. */
@inline export function padded<T>(columns: i32): i32 { return (columns + lanes<T>() - 1) & -lanes<T>(); }

/** to[j ROW] = sum over c of q[c] k[j, c]: keys are on the lanes, two vectors of them at once. */
export function products<T>(to: usize, q: usize, k: usize, row: i32, column: i32, d: i32, keys: i32): void {
  const wide = 2 * lanes<T>();
  for (let j = 0; j < keys; j += wide) {
    const count = min(wide, keys - j);
    const from = at<T>(k, j * row);
    let first = v128.splat<T>(0), second = v128.splat<T>(0);
    let c = 0;
    if (column == 1 && count == wide) {
      for (; c <= d - lanes<T>(); c += lanes<T>()) {
        first = columnsOf<T>(first, at<T>(q, c), at<T>(from, c), at<T>(0, row));
        second = columnsOf<T>(second, at<T>(q, c), at<T>(from, lanes<T>() * row + c), at<T>(0, row));
      }
    }
    const lane = scratchAt(704);
    for (; c < d; c++) {
      for (let i = 0; i < wide; i++) store<T>(at<T>(lane, i), load<T>(at<T>(from, min(i, count - 1) * row + c * column)));
      const x = v128.load_splat<T>(at<T>(q, c));
      first = multiplyAdd<T>(v128.load(lane), x, first);
      second = multiplyAdd<T>(v128.load(lane, 16), x, second);
    }
    v128.store(lane, first);
    v128.store(lane, second, 16);
    for (let i = 0; i < count; i++) store<T>(to + <usize>((j + i) * ROW), load<T>(at<T>(lane, i)));
  }
}

/** One vector of columns of as many rows, turned, times q. */
@inline function columnsOf<T>(sum: v128, q: usize, k: usize, row: usize): v128 {
  const r0 = v128.load(k), r1 = v128.load(k + row);
  if (sizeof<T>() == 8) {
    sum = multiplyAdd<T>(v128.shuffle<u64>(r0, r1, 0, 2), v128.load_splat<T>(q), sum);
    return multiplyAdd<T>(v128.shuffle<u64>(r0, r1, 1, 3), v128.load_splat<T>(q, 8), sum);
  }
  const r2 = v128.load(k + 2 * row), r3 = v128.load(k + 3 * row);
  const low01 = v128.shuffle<u32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<u32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<u32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<u32>(r2, r3, 2, 6, 3, 7);
  sum = multiplyAdd<T>(v128.shuffle<u64>(low01, low23, 0, 2), v128.load_splat<T>(q), sum);
  sum = multiplyAdd<T>(v128.shuffle<u64>(low01, low23, 1, 3), v128.load_splat<T>(q, 4), sum);
  sum = multiplyAdd<T>(v128.shuffle<u64>(high01, high23, 0, 2), v128.load_splat<T>(q, 8), sum);
  return multiplyAdd<T>(v128.shuffle<u64>(high01, high23, 1, 3), v128.load_splat<T>(q, 12), sum);
}

/** to = alpha to + sum over j of weights[j ROW] v[j], four vectors of columns at once; what has the weight 0 adds nothing. */
export function weightedSum<T>(
  to: usize, alpha: T, weights: usize, v: usize, row: i32, column: i32, dv: i32, keys: i32,
): void {
  const scale = v128.splat<T>(alpha);
  let c = 0;
  if (column == 1) {
    for (; c <= dv - 4 * lanes<T>(); c += 4 * lanes<T>()) {
      let from = at<T>(v, c);
      let a = v128.splat<T>(0), b = a, d = a, e = a;
      for (let j = 0; j < keys; j++, from += at<T>(0, row)) {
        const weight = load<T>(weights + <usize>(j * ROW));
        if (weight == 0) continue;
        const w = v128.splat<T>(weight);
        a = multiplyAdd<T>(v128.load(from), w, a);
        b = multiplyAdd<T>(v128.load(from, 16), w, b);
        d = multiplyAdd<T>(v128.load(from, 32), w, d);
        e = multiplyAdd<T>(v128.load(from, 48), w, e);
      }
      const place = at<T>(to, c);
      v128.store(place, v128.add<T>(v128.mul<T>(v128.load(place), scale), a));
      v128.store(place, v128.add<T>(v128.mul<T>(v128.load(place, 16), scale), b), 16);
      v128.store(place, v128.add<T>(v128.mul<T>(v128.load(place, 32), scale), d), 32);
      v128.store(place, v128.add<T>(v128.mul<T>(v128.load(place, 48), scale), e), 48);
    }
  }
  for (; c < dv; c++) {
    let sum = v128.splat<T>(0);
    for (let j = 0; j < keys; j++) {
      const w = v128.load_splat<T>(weights + <usize>(j * ROW));
      if (v128.extract_lane<T>(w, 0) != 0) sum = multiplyAdd<T>(v128.load_splat<T>(at<T>(v, j * row + c * column)), w, sum);
    }
    store<T>(at<T>(to, c), load<T>(at<T>(to, c)) * alpha + v128.extract_lane<T>(sum, 0));
  }
}
