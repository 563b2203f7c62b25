// C[m, n] = alpha * A[m, k] @ B[k, n] + beta * C + bias[n]. C is row-major with rows ldc apart; A and B have any
// strides (rs between rows, cs between columns, in elements), so that a transposed view needs no copy. bias 0 means
// none. Every element is the sum over blocks of 256 terms, in order, of alpha times the block's sum in order: the
// same bits for any split over units, and for packed and batched products alike (matrix times vector aside, see
// vector.ts).
import { at } from '../lanes';
import { columns, KC, MC, packedA } from './blocks';
import { packA, packPanel } from './pack';
import { block, prepare, serialProduct } from './product';
import { multiplyVector } from './vector';

/**
 * All of B, packed: blocks of 256 rows one after another, each as panels of 8 columns (f64: 4). dst takes
 * k * (n rounded up to whole panels) elements. Units = panels.
 */
@kernel function gemm_pack_b<T>(dst: usize, b: usize, brs: i32, bcs: i32, k: i32, n: i32, begin: i32, end: i32): void {
  const padded = paddedColumns<T>(n);
  for (let j = begin; j < end; j++) {
    const width = min(columns<T>(), n - j * columns<T>());
    for (let p = 0; p < k; p += KC) {
      const kc = min(KC, k - p);
      const to = at<T>(dst, p * padded + j * columns<T>() * kc);
      packPanel<T>(to, at<T>(b, p * brs + j * columns<T>() * bcs), brs, bcs, kc, width);
    }
  }
}

@inline function paddedColumns<T>(n: i32): i32 {
  return (n + columns<T>() - 1) / columns<T>() * columns<T>();
}

/**
 * The product with B packed. Units = a grid of blocks of C, column blocks within row blocks: rowsPerUnit rows (a
 * multiple of 5) by columnsPerUnit columns (a multiple of 8). Neighbouring units of one row block share their packing
 * of A.
 */
@kernel function gemm_packed<T>(
  c: usize, ldc: i32, a: usize, ars: i32, acs: i32, packedB: usize, m: i32, n: i32, k: i32, bias: usize,
  alpha: f64, beta: f64,
  rowsPerUnit: i32, columnsPerUnit: i32, begin: i32, end: i32,
): void {
  const columnBlocks = (n + columnsPerUnit - 1) / columnsPerUnit;
  let unit = begin;
  while (unit < end) {
    const rowBlock = unit / columnBlocks;
    const last = min(end, (rowBlock + 1) * columnBlocks);
    const row = rowBlock * rowsPerUnit;
    const column = (unit - rowBlock * columnBlocks) * columnsPerUnit;
    const rows = min(rowsPerUnit, m - row);
    const width = min((last - unit) * columnsPerUnit, n - column);
    const to = at<T>(c, row * ldc + column);
    const biasAt: usize = bias == 0 ? 0 : at<T>(bias, column);
    const add = prepare<T>(to, ldc, rows, width, biasAt, <T>beta, k == 0);
    const rowsOfA = at<T>(a, row * ars);
    grid<T>(to, ldc, rowsOfA, ars, acs, packedB, column, paddedColumns<T>(n), rows, width, k, <T>alpha, add);
    unit = last;
  }
}

function grid<T>(
  c: usize, ldc: i32, a: usize, ars: i32, acs: i32, b: usize, column: i32, padded: i32, m: i32, n: i32, k: i32,
  alpha: T, add: bool,
): void {
  for (let p = 0; p < k; p += KC) {
    const kc = min(KC, k - p);
    for (let i = 0; i < m; i += MC) {
      const rows = min(MC, m - i);
      packA<T>(packedA(), at<T>(a, i * ars + p * acs), ars, acs, rows, kc);
      const panels = at<T>(b, p * padded + column * kc);
      block<T>(at<T>(c, i * ldc), ldc, packedA(), panels, 0, rows, n, kc, alpha, add || p > 0);
    }
  }
}

/**
 * Many products, each on one thread: C of batch i begins at c + i * cBatchStride, A at a + aOffsets[i] and B likewise
 * (elements; aOffsets and bOffsets are addresses of u32 tables, 0 for "the same for all"). Units = batches.
 */
@kernel function gemm_batched<T>(
  c: usize, a: usize, b: usize, aOffsets: usize, bOffsets: usize, ldc: i32, cBatchStride: i32,
  ars: i32, acs: i32, brs: i32, bcs: i32, m: i32, n: i32, k: i32, bias: usize, alpha: f64, beta: f64,
  begin: i32, end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const to = at<T>(c, i * cBatchStride);
    const left = at<T>(a, aOffsets == 0 ? 0 : load<i32>(at<i32>(aOffsets, i)));
    const right = at<T>(b, bOffsets == 0 ? 0 : load<i32>(at<i32>(bOffsets, i)));
    const add = prepare<T>(to, ldc, m, n, bias, <T>beta, k == 0);
    if (n == 1) multiplyVector<T>(to, ldc, left, ars, acs, right, brs, k, <T>alpha, add, 0, m);
    else if (m == 1) multiplyVector<T>(to, 1, right, bcs, brs, left, acs, k, <T>alpha, add, 0, n);
    else serialProduct<T>(to, ldc, left, ars, acs, right, brs, bcs, m, n, k, <T>alpha, add);
  }
}

/**
 * y = alpha * A[m, k] @ x + beta * y + bias, where y's elements are yStride apart and x's xStride; bias has m elements.
 * Units = elements of y. A row vector times a matrix is the same with the matrix's strides exchanged.
 */
@kernel function gemv<T>(
  y: usize, yStride: i32, a: usize, ars: i32, acs: i32, x: usize, xStride: i32, m: i32, k: i32, bias: usize,
  alpha: f64, beta: f64,
  begin: i32, end: i32,
): void {
  let add = k == 0;
  if (beta != 0 || bias != 0 || add) {
    for (let i = begin; i < end; i++) {
      const one = at<T>(y, i * yStride);
      prepare<T>(one, 1, 1, 1, bias == 0 ? 0 : at<T>(bias, i), <T>beta, true);
    }
    add = true;
  }
  multiplyVector<T>(y, yStride, a, ars, acs, x, xStride, k, <T>alpha, add, begin, end);
}
