// Operands as the products want them. Edges are filled with zeros.

import { transpose2, transpose4 } from '@tessera/kernels/assembly/copy/transpose';
import { at, lanes } from '@tessera/kernels/assembly/lanes';
import { panels, ROW, ROWS, width } from './tiles';

/** Q[queries, d] * scale -> Q^T in panels. */
export function packQueries<T>(
  dst: usize,
  q: usize,
  rowStride: i32,
  columnStride: i32,
  queries: i32,
  d: i32,
  scale: f64,
): void {
  const factor = <T>scale;
  for (let p = 0; p < panels<T>(queries); p++) {
    const count = min(width<T>(), queries - p * width<T>());
    if (count < width<T>()) memory.fill(dst, 0, <usize>(d * ROW));
    for (let i = 0; i < count; i++) {
      let from = at<T>(q, (p * width<T>() + i) * rowStride);
      let to = at<T>(dst, i);
      for (let c = 0; c < d; c++, from += at<T>(0, columnStride), to += ROW) store<T>(to, load<T>(from) * factor);
    }
    dst += d * ROW;
  }
}

/** V[keys, dv] -> V^T in slivers of five columns of V; gives whether all of it is finite. */
export function packValues<T>(dst: usize, v: usize, rowStride: i32, columnStride: i32, keys: i32, dv: i32): bool {
  let difference = v128.splat<T>(0);
  for (let c = 0; c < dv; c += ROWS) {
    const count = min(ROWS, dv - c);
    let from = at<T>(v, c * columnStride);
    if (count < ROWS) memory.fill(dst, 0, at<T>(0, ROWS * keys));
    for (let j = 0; j < keys; j++, from += at<T>(0, rowStride), dst += at<T>(0, ROWS)) {
      if (count == ROWS && columnStride == 1) {
        const first = v128.load(from);
        v128.store(dst, first);
        difference = v128.or(difference, v128.sub<T>(first, first));
        if (sizeof<T>() == 8) {
          const second = v128.load(from, 16);
          v128.store(dst, second, 16);
          difference = v128.or(difference, v128.sub<T>(second, second));
        }
        const last = load<T>(from, 4 * sizeof<T>());
        store<T>(dst, last, 4 * sizeof<T>());
        difference = v128.or(difference, v128.splat<T>(last - last));
      } else {
        for (let i = 0; i < count; i++) {
          const value = load<T>(at<T>(from, i * columnStride));
          store<T>(at<T>(dst, i), value);
          difference = v128.or(difference, v128.splat<T>(value - value));
        }
      }
    }
  }
  // x - x is 0, but NaN for what is not finite.
  return !v128.any_true(difference);
}

/** O^T of one panel, [dv][ROW], -> rows of O. */
export function unpackPanel<T>(
  out: usize,
  rowStride: i32,
  columnStride: i32,
  panel: usize,
  queries: i32,
  dv: i32,
): void {
  let c = 0;
  if (columnStride == 1 && queries == width<T>()) {
    for (; c <= dv - lanes<T>(); c += lanes<T>()) {
      const from = panel + <usize>(c * ROW);
      const to = at<T>(out, c);
      const row = at<T>(0, rowStride);
      if (sizeof<T>() == 4) {
        transpose4(to, row, from, ROW);
        transpose4(to + 4 * row, row, from + 16, ROW);
      } else {
        transpose2(to, row, from, ROW);
        transpose2(to + 2 * row, row, from + 16, ROW);
      }
    }
  }
  for (; c < dv; c++) {
    const from = panel + <usize>(c * ROW);
    for (let i = 0; i < queries; i++) store<T>(at<T>(out, i * rowStride + c * columnStride), load<T>(at<T>(from, i)));
  }
}
