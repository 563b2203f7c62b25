// Packing: A in slivers of five rows, each [kc][5]; B in panels of two vectors, each [kc][8] (f64: [kc][4]). Edges
// are filled with zeros, which are multiplied and never stored.
import { at, lanes } from '../lanes';
import { transpose2, transpose4 } from '../copy/transpose';
import { columns, ROWS } from './blocks';

/** A[rows, kc] -> slivers one after another. */
export function packA<T>(dst: usize, a: usize, rowStride: i32, columnStride: i32, rows: i32, kc: i32): void {
  for (let i = 0; i < rows; i += ROWS) {
    packSliver<T>(dst, at<T>(a, i * rowStride), rowStride, columnStride, min(ROWS, rows - i), kc);
    dst = at<T>(dst, ROWS * kc);
  }
}

/** A[rows <= 5, kc] -> one sliver. */
function packSliver<T>(dst: usize, a: usize, rowStride: i32, columnStride: i32, rows: i32, kc: i32): void {
  if (rows < ROWS) memory.fill(dst, 0, at<T>(0, ROWS * kc));
  const row = at<T>(0, rowStride);
  const step = at<T>(0, columnStride);
  let p = 0;
  if (rows == ROWS && columnStride == 1) {
    // Square blocks of the first rows, then what is left of the fifth.
    for (; p <= kc - lanes<T>(); p += lanes<T>()) {
      const from = at<T>(a, p);
      const to = at<T>(dst, ROWS * p);
      const toRow = at<T>(0, ROWS);
      if (sizeof<T>() == 4) {
        transpose4(to, toRow, from, row);
      } else {
        transpose2(to, toRow, from, row);
        transpose2(to + 16, toRow, from + 2 * row, row);
      }
      const fifth = from + 4 * row;
      for (let j = 0; j < lanes<T>(); j++) store<T>(at<T>(to, 4 + j * ROWS), load<T>(at<T>(fifth, j)));
    }
  }
  for (; p < kc; p++) {
    let from = a + <usize>p * step;
    const to = at<T>(dst, ROWS * p);
    for (let i = 0; i < rows; i++, from += row) store<T>(at<T>(to, i), load<T>(from));
  }
}

/** B[kc, width <= 8] -> one panel. */
export function packPanel<T>(dst: usize, b: usize, rowStride: i32, columnStride: i32, kc: i32, width: i32): void {
  const whole = width == columns<T>();
  if (!whole) memory.fill(dst, 0, at<T>(0, columns<T>() * kc));
  const row = at<T>(0, rowStride);
  const step = at<T>(0, columnStride);
  const toRow = at<T>(0, columns<T>());
  let p = 0;
  if (whole && columnStride == 1) {
    for (; p < kc; p++, b += row, dst += toRow) {
      v128.store(dst, v128.load(b));
      v128.store(dst, v128.load(b, 16), 16);
    }
  } else if (whole && rowStride == 1) {
    for (; p <= kc - lanes<T>(); p += lanes<T>()) {
      const from = at<T>(b, p);
      const to = at<T>(dst, columns<T>() * p);
      if (sizeof<T>() == 4) {
        transpose4(to, toRow, from, step);
        transpose4(to + 16, toRow, from + 4 * step, step);
      } else {
        transpose2(to, toRow, from, step);
        transpose2(to + 16, toRow, from + 2 * step, step);
      }
    }
  }
  for (; p < kc; p++) {
    let from = b + <usize>p * row;
    const to = at<T>(dst, columns<T>() * p);
    for (let j = 0; j < width; j++, from += step) store<T>(at<T>(to, j), load<T>(from));
  }
}
