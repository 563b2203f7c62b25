import { at, lanes } from '../lanes';

/** x * y + z: fused in the relaxed build, rounded twice in the plain one. */
@inline export function multiplyAdd<T>(x: v128, y: v128, z: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(x, y, z);
  return v128.add<T>(z, v128.mul<T>(x, y));
}

/**
 * tile[5, 2 vectors] = A[5, kc] @ B[kc, 2 vectors] for A packed as [kc][5] and rows of B `bStep` bytes apart. What
 * becomes of the tile is another function's work: with it in here, V8 11 orders the loop so that it keeps two
 * accumulators on the stack, whose latency then bounds it (24 GFLOP/s instead of 45). Exported so that the compiler
 * does not inline it into its one caller, which has the same effect.
 */
@kernel export function gemm_tile<T>(tile: usize, kc: i32, a: usize, b: usize, bStep: usize): void {
  const zero = v128.splat<T>(0);
  let c00 = zero, c10 = zero, c20 = zero, c30 = zero, c40 = zero;
  let c01 = zero, c11 = zero, c21 = zero, c31 = zero, c41 = zero;
  for (let p = 0; p < kc; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c00 = multiplyAdd<T>(x, b0, c00);
    c01 = multiplyAdd<T>(x, b1, c01);
    x = v128.load_splat<T>(a, sizeof<T>());
    c10 = multiplyAdd<T>(x, b0, c10);
    c11 = multiplyAdd<T>(x, b1, c11);
    x = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = multiplyAdd<T>(x, b0, c20);
    c21 = multiplyAdd<T>(x, b1, c21);
    x = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = multiplyAdd<T>(x, b0, c30);
    c31 = multiplyAdd<T>(x, b1, c31);
    x = v128.load_splat<T>(a, 4 * sizeof<T>());
    c40 = multiplyAdd<T>(x, b0, c40);
    c41 = multiplyAdd<T>(x, b1, c41);
    a += 5 * sizeof<T>();
    b += bStep;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
  v128.store(tile, c40, 128);
  v128.store(tile, c41, 144);
}

/** C[rows, width] = alpha * tile, added to C if `add`. */
export function storeTile<T>(tile: usize, c: usize, cRow: usize, rows: i32, width: i32, alpha: T, add: bool): void {
  const scale = v128.splat<T>(alpha);
  for (let i = 0; i < rows; i++, c += cRow, tile += 32) {
    if (width == 2 * lanes<T>()) {
      let low = v128.mul<T>(scale, v128.load(tile));
      let high = v128.mul<T>(scale, v128.load(tile, 16));
      if (add) {
        low = v128.add<T>(v128.load(c), low);
        high = v128.add<T>(v128.load(c, 16), high);
      }
      v128.store(c, low);
      v128.store(c, high, 16);
    } else {
      for (let j = 0; j < width; j++) {
        const value = alpha * load<T>(at<T>(tile, j));
        store<T>(at<T>(c, j), add ? load<T>(at<T>(c, j)) + value : value);
      }
    }
  }
}
