// Rows by index, for embeddings and their derivatives. Indices are i32 and in range; rows are contiguous.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';

/** out[i] = table[index[i]]; units = rows of out. For elements of 1, 2, 4 or 8 bytes. */
@kernel(u8, u16, u32, u64) function gather_rows<T>(
  out: usize, table: usize, index: usize, rowLength: i32, begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const from = at<T>(table, load<i32>(at<i32>(index, i)) * rowLength);
    const to = at<T>(out, i * rowLength);
    if (rowLength == 1) store<T>(to, load<T>(from));
    else memory.copy(to, from, at<T>(0, rowLength));
  }
}

/**
 * out[index[i]] += src[i] for i < count, in order; units = columns, so that no two threads meet and the order is the
 * same.
 */
@kernel function scatter_add_rows<T>(
  out: usize, src: usize, index: usize, rowLength: i32, count: i32, begin: i32, end: i32,
): void {
  for (let i = 0; i < count; i++) {
    const from = at<T>(src, i * rowLength);
    const to = at<T>(out, load<i32>(at<i32>(index, i)) * rowLength);
    for (let j = begin; j < end; j += lanes<T>()) {
      const sum = v128.add<T>(loadUpTo<T>(at<T>(to, j), end - j), loadUpTo<T>(at<T>(from, j), end - j));
      storeUpTo<T>(at<T>(to, j), sum, end - j);
    }
  }
}
