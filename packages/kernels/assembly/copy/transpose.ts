import { at } from '../lanes';

/** Elements on a side of a tile: a tile's rows are a cache line each for 4-byte elements. */
const TILE = 16;

/**
 * dst[i * dstRow + j] = src[j * srcRow + i] for i < rows, j < columns, tile by tile so that both sides stay in cache.
 */
@inline export function transpose<T>(dst: usize, dstRow: i32, src: usize, srcRow: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i += TILE) {
    for (let j = 0; j < columns; j += TILE) {
      const to = at<T>(dst, i * dstRow + j);
      const from = at<T>(src, j * srcRow + i);
      tile<T>(to, dstRow, from, srcRow, min(TILE, rows - i), min(TILE, columns - j));
    }
  }
}

function tile<T>(dst: usize, dstRow: i32, src: usize, srcRow: i32, rows: i32, columns: i32): void {
  const side = sizeof<T>() == 4 ? 4 : sizeof<T>() == 8 ? 2 : 1;
  const wholeRows = rows - (rows % side);
  const wholeColumns = columns - (columns % side);
  for (let i = 0; i < wholeRows; i += side) {
    for (let j = 0; j < wholeColumns; j += side) {
      const to = at<T>(dst, i * dstRow + j);
      const from = at<T>(src, j * srcRow + i);
      if (side == 4) transpose4(to, at<T>(0, dstRow), from, at<T>(0, srcRow));
      else if (side == 2) transpose2(to, at<T>(0, dstRow), from, at<T>(0, srcRow));
      else store<T>(to, load<T>(from));
    }
    for (let j = wholeColumns; j < columns; j++) {
      for (let k = i; k < i + side; k++) moveOne<T>(dst, dstRow, src, srcRow, k, j);
    }
  }
  for (let i = wholeRows; i < rows; i++) {
    for (let j = 0; j < columns; j++) moveOne<T>(dst, dstRow, src, srcRow, i, j);
  }
}

@inline function moveOne<T>(dst: usize, dstRow: i32, src: usize, srcRow: i32, i: i32, j: i32): void {
  store<T>(at<T>(dst, i * dstRow + j), load<T>(at<T>(src, j * srcRow + i)));
}

/** A 4 x 4 block of 4-byte elements; rows are bytes apart. */
@inline export function transpose4(dst: usize, dstRow: usize, src: usize, srcRow: usize): void {
  const a = v128.load(src);
  const b = v128.load(src + srcRow);
  const c = v128.load(src + 2 * srcRow);
  const d = v128.load(src + 3 * srcRow);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(dst, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(dst + dstRow, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(dst + 2 * dstRow, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(dst + 3 * dstRow, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** A 2 x 2 block of 8-byte elements. */
@inline export function transpose2(dst: usize, dstRow: usize, src: usize, srcRow: usize): void {
  const a = v128.load(src);
  const b = v128.load(src + srcRow);
  v128.store(dst, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(dst + dstRow, v128.shuffle<i64>(a, b, 1, 3));
}
