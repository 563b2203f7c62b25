import { lanes } from '../lanes';

/** x * y + z: fused in the relaxed build, rounded twice in the plain one. */
@inline export function multiplyAdd<T>(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, z);
  return v128.add<T>(z, v128.mul<T>(x, y));
}

/** A tile from packed A, [kc][5]: its rows are neighbours, so that their addresses are constants. */
export function packedTile<T>(kc: i32, alpha: T, add: bool, a: usize, b: usize, bStep: usize, c: usize, cRow: usize): void {
  tile<T>(true, kc, alpha, add, a, 0, 0, b, bStep, c, cRow);
}

/** A tile from A as it lies. */
export function directTile<T>(
  kc: i32, alpha: T, add: bool, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize,
): void {
  tile<T>(false, kc, alpha, add, a, aRow, aStep, b, bStep, c, cRow);
}

/**
 * C[5, 2 vectors] = alpha * A[5, kc] @ B[kc, 2 vectors], added to C if `add`. All strides are in bytes: between rows of
 * A (aRow), of B (bStep), of C (cRow), and columns of A (aStep).
 */
@inline function tile<T>(
  packed: bool, kc: i32, alpha: T, add: bool,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize,
): void {
  const zero = v128.splat<T>(0);
  let c00 = zero, c10 = zero, c20 = zero, c30 = zero, c40 = zero;
  let c01 = zero, c11 = zero, c21 = zero, c31 = zero, c41 = zero;
  const step = packed ? 5 * sizeof<T>() : aStep;
  const aRow2 = 2 * aRow, aRow3 = 3 * aRow, aRow4 = 4 * aRow;
  for (let p = 0; p < kc; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c00 = multiplyAdd<T>(x, b0, c00);
    c01 = multiplyAdd<T>(x, b1, c01);
    x = packed ? v128.load_splat<T>(a, sizeof<T>()) : v128.load_splat<T>(a + aRow);
    c10 = multiplyAdd<T>(x, b0, c10);
    c11 = multiplyAdd<T>(x, b1, c11);
    x = packed ? v128.load_splat<T>(a, 2 * sizeof<T>()) : v128.load_splat<T>(a + aRow2);
    c20 = multiplyAdd<T>(x, b0, c20);
    c21 = multiplyAdd<T>(x, b1, c21);
    x = packed ? v128.load_splat<T>(a, 3 * sizeof<T>()) : v128.load_splat<T>(a + aRow3);
    c30 = multiplyAdd<T>(x, b0, c30);
    c31 = multiplyAdd<T>(x, b1, c31);
    x = packed ? v128.load_splat<T>(a, 4 * sizeof<T>()) : v128.load_splat<T>(a + aRow4);
    c40 = multiplyAdd<T>(x, b0, c40);
    c41 = multiplyAdd<T>(x, b1, c41);
    a += step;
    b += bStep;
  }
  const scale = v128.splat<T>(alpha);
  storeRow<T>(c, scale, c00, c01, add);
  storeRow<T>(c + cRow, scale, c10, c11, add);
  storeRow<T>(c + 2 * cRow, scale, c20, c21, add);
  storeRow<T>(c + 3 * cRow, scale, c30, c31, add);
  storeRow<T>(c + 4 * cRow, scale, c40, c41, add);
}

@inline function storeRow<T>(c: usize, scale: v128, low: v128, high: v128, add: bool): void {
  low = v128.mul<T>(scale, low);
  high = v128.mul<T>(scale, high);
  if (add) {
    low = v128.add<T>(v128.load(c), low);
    high = v128.add<T>(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/** C[rows, width] (+)= the corner of a spare tile: what `storeRow` does, an element at a time. */
export function storeCorner<T>(spare: usize, c: usize, cRow: usize, rows: i32, width: i32, add: bool): void {
  const spareRow = <usize>(2 * lanes<T>()) * sizeof<T>();
  for (let i = 0; i < rows; i++, c += cRow, spare += spareRow) {
    for (let j = 0; j < width; j++) {
      const to = c + <usize>j * sizeof<T>();
      const value = load<T>(spare + <usize>j * sizeof<T>());
      store<T>(to, add ? load<T>(to) + value : value);
    }
  }
}
