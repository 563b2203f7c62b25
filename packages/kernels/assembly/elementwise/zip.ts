// The loops of binary kernels, over a 2-D broadcast: out is [rows, cols], contiguous; operand x holds element (r, c) at
// x + r * xRow + c * xCol (in elements), xCol 1 or 0. A range may begin and end inside a row.
import { at, lanes, loadUpTo, storeUpTo } from '../lanes';
import { scratchAt } from '../scratch';

/** out[r, c] = Op(a[r, c], b[r, c]) */
@inline export function zip<T, Op>(
  out: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, cols: i32, begin: i32, end: i32,
): void {
  const op = changetype<Op>(0);
  const aStep = <usize>(aCol * 16);
  const bStep = <usize>(bCol * 16);
  let width = cols;
  if (isOneRow(aRow, aCol, cols) && isOneRow(bRow, bCol, cols)) width = max(end, 1);
  let i = begin;
  while (i < end) {
    const row = i / width;
    const col = i - row * width;
    const stop = min(end, i + width - col);
    let p = operand<T>(a, row * aRow + col * aCol, aCol, 0);
    let q = operand<T>(b, row * bRow + col * bCol, bCol, 16);
    for (; i <= stop - lanes<T>(); i += lanes<T>()) {
      v128.store(at<T>(out, i), op.of(v128.load(p), v128.load(q)));
      p += aStep;
      q += bStep;
    }
    if (i < stop) {
      const count = stop - i;
      storeUpTo<T>(at<T>(out, i), op.of(loadUpTo<T>(p, count), loadUpTo<T>(q, count)), count);
      i = stop;
    }
  }
}

/** Whether rows follow one another without a gap (or all is one value), so that the whole is one long row. */
@inline function isOneRow(row: i32, col: i32, cols: i32): bool {
  return row == col * cols;
}

/** One value per row is spread over a vector in scratch, which the loop reads again and again with step 0. */
@inline function operand<T>(x: usize, index: i32, col: i32, slot: usize): usize {
  const from = at<T>(x, index);
  if (col != 0) return from;
  v128.store(scratchAt(slot), v128.load_splat<T>(from));
  return scratchAt(slot);
}

/** The same, one element at a time in f64, then rounded once. */
@inline export function zipScalar<T, Op>(
  out: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, cols: i32, begin: i32, end: i32,
): void {
  const op = changetype<Op>(0);
  let i = begin;
  while (i < end) {
    const row = i / cols;
    let p = row * aRow + (i - row * cols) * aCol;
    let q = row * bRow + (i - row * cols) * bCol;
    const stop = min(end, (row + 1) * cols);
    for (; i < stop; i++, p += aCol, q += bCol) {
      store<T>(at<T>(out, i), <T>op.of(<f64>load<T>(at<T>(a, p)), <f64>load<T>(at<T>(b, q))));
    }
  }
}

/** out[r, c] = 1 where Op's mask is set, else 0; out holds bytes. */
@inline export function zipMask<T, Op>(
  out: usize, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, cols: i32, begin: i32, end: i32,
): void {
  const op = changetype<Op>(0);
  const aStep = <usize>(aCol * 16);
  const bStep = <usize>(bCol * 16);
  let width = cols;
  if (isOneRow(aRow, aCol, cols) && isOneRow(bRow, bCol, cols)) width = max(end, 1);
  let i = begin;
  while (i < end) {
    const row = i / width;
    const col = i - row * width;
    const stop = min(end, i + width - col);
    let p = operand<T>(a, row * aRow + col * aCol, aCol, 0);
    let q = operand<T>(b, row * bRow + col * bCol, bCol, 16);
    for (; i < stop; i += lanes<T>()) {
      const count = stop - i;
      storeMask<T>(out + i, op.of(loadUpTo<T>(p, count), loadUpTo<T>(q, count)), count);
      p += aStep;
      q += bStep;
    }
    i = stop;
  }
}

/** Lanes of all ones or all zeros -> bytes of 1 or 0. */
@inline function storeMask<T>(to: usize, mask: v128, count: i32): void {
  const step = sizeof<T>();
  const bytes = v128.and(
    step == 4
      ? v128.shuffle<u8>(mask, mask, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      : v128.shuffle<u8>(mask, mask, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    v128.splat<u8>(1),
  );
  if (count >= lanes<T>()) {
    if (step == 4) v128.store32_lane(to, bytes, 0);
    else v128.store16_lane(to, bytes, 0);
  } else {
    const word = v128.extract_lane<u32>(bytes, 0);
    for (let j = 0; j < count; j++) store<u8>(to + j, <u8>(word >> (8 * j)));
  }
}
