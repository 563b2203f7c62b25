// Copies between a contiguous array and a strided view of rank <= 8, for elements of 1, 2, 4 or 8 bytes. Units =
// elements in logical order. `shapeAndStrides` is i32 shape[rank] then strides[rank], in elements; strides may be 0
// or negative.
import { at } from '../lanes';
import { advance, canonical, seek, shapeAt, strideAt } from './layout';
import { transpose } from './transpose';

/** dst[i] = src view[i] */
@kernel(u8, u16, u32, u64) function copy_strided<T>(
  dst: usize, src: usize, shapeAndStrides: usize, rank: i32, begin: i32, end: i32,
): void {
  walk<T>(dst, src, false, shapeAndStrides, rank, begin, end);
}

/** dst view[i] = src[i]; where strides are 0 the last write stays. */
@kernel(u8, u16, u32, u64) function copy_to_strided<T>(
  dst: usize, src: usize, shapeAndStrides: usize, rank: i32, begin: i32, end: i32,
): void {
  walk<T>(src, dst, true, shapeAndStrides, rank, begin, end);
}

/** Row by row of the view, whole blocks of rows at once where it is a transposed matrix. */
function walk<T>(
  flat: usize, view: usize, toView: bool, shapeAndStrides: usize, rank: i32, begin: i32, end: i32,
): void {
  if (begin >= end) return;
  const axes = canonical(shapeAndStrides, rank) - 1;
  const columns = shapeAt(axes);
  const step = strideAt(axes);
  const transposed = axes > 0 && step > 1 && strideAt(axes - 1) == 1;
  let i = begin;
  let row = i / columns;
  let offset = seek(axes, row);
  while (i < end) {
    const column = i - row * columns;
    const rows = (end - i) / columns;
    const at0 = at<T>(flat, i);
    const viewAt = at<T>(view, offset + column * step);
    if (transposed && column == 0 && rows > 0) {
      const length = shapeAt(axes - 1);
      const taken = min(rows, length - (row % length));
      if (toView) transpose<T>(viewAt, step, at0, columns, columns, taken);
      else transpose<T>(at0, columns, viewAt, step, taken, columns);
      i += taken * columns;
      row += taken;
      offset = seek(axes, row);
    } else {
      const count = min(columns - column, end - i);
      if (toView) segment<T>(viewAt, step, at0, 1, count);
      else segment<T>(at0, 1, viewAt, step, count);
      i += count;
      row++;
      offset = advance(axes, offset);
    }
  }
}

/** Beyond this a call of memory.copy pays. */
const LONG_RUN: usize = 1024;

@inline function segment<T>(dst: usize, dstStep: i32, src: usize, srcStep: i32, count: i32): void {
  if (dstStep == 1 && srcStep == 1) {
    run(dst, src, <usize>count * sizeof<T>());
    return;
  }
  const to = at<T>(0, dstStep);
  const from = at<T>(0, srcStep);
  for (let j = 0; j < count; j++, dst += to, src += from) store<T>(dst, load<T>(src));
}

function run(dst: usize, src: usize, bytes: usize): void {
  if (bytes > LONG_RUN) {
    memory.copy(dst, src, bytes);
    return;
  }
  for (; bytes >= 16; bytes -= 16, dst += 16, src += 16) v128.store(dst, v128.load(src));
  for (; bytes >= 4; bytes -= 4, dst += 4, src += 4) store<u32>(dst, load<u32>(src));
  for (; bytes > 0; bytes--, dst++, src++) store<u8>(dst, load<u8>(src));
}
