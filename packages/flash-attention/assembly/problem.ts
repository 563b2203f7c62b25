// What the kernels of one call know: sizes and strides, in a table of i32 that src/problem.ts writes in this order.
import { at } from '@tessera/kernels/assembly/lanes';
import { ROW } from './tiles';

@unmanaged export class Problem {
  heads: i32;
  /** Query heads of one key head. */
  group: i32;
  queries: i32;
  keys: i32;
  d: i32;
  dv: i32;
  /** Query i sees keys from i - left to i + right. */
  left: i32;
  right: i32;
  /** Queries of a block, and keys of a tile. */
  block: i32;
  tile: i32;
  // Layouts, four numbers each: of q, k, v, out (or of the cotangent of out).
  q: i32; qHead: i32; qRow: i32; qColumn: i32;
  k: i32; kHead: i32; kRow: i32; kColumn: i32;
  v: i32; vHead: i32; vRow: i32; vColumn: i32;
  o: i32; oHead: i32; oRow: i32; oColumn: i32;
}

/** Where a head of a batch begins. */
@inline export function headAt<T>(base: usize, batchStride: i32, headStride: i32, batch: i32, head: i32): usize {
  return at<T>(base, batch * batchStride + head * headStride);
}

/** -Infinity where key j of a query i does not lie in [i - left, i + right], in S^T of one panel. */
export function hideOutside<T>(
  scores: usize, keys: i32, firstKey: i32, firstQuery: i32, queries: i32, left: i32, right: i32,
): void {
  for (let i = 0; i < queries; i++) {
    const query = firstQuery + i - firstKey;
    let to = at<T>(scores, i);
    for (let j = 0; j < keys; j++, to += ROW)
      if (j < query - left || j > query + right) store<T>(to, <T>-Infinity);
  }
}
