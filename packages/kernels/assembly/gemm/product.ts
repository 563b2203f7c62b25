// Blocks of products: the loops around the tile. Every way to run a product comes down to `block`, so that it adds
// the same terms in the same order and gives the same bits.
import { at } from '../lanes';
import { columns, edgePanel, KC, MC, NC, packedA, packedB, ROWS, spareTile } from './blocks';
import { packA, packPanel } from './pack';
import { gemm_tile, storeTile } from './tile';

/** C = beta * C + bias, for what alpha * A @ B is then added to. Gives whether anything is there to add to. */
@inline export function prepare<T>(c: usize, ldc: i32, m: i32, n: i32, bias: usize, beta: T, isEmpty: bool): bool {
  if (beta == 0 && bias == 0 && !isEmpty) return false;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const to = at<T>(c, i * ldc + j);
      const start: T = beta == 0 ? 0 : beta * load<T>(to);
      store<T>(to, bias == 0 ? start : start + load<T>(at<T>(bias, j)));
    }
  }
  return true;
}

/**
 * C[m, n] (+)= alpha * A[m, kc] @ B[kc, n] for one block of terms, with A packed in slivers and B packed in panels
 * or, if bRow is not 0, as it lies: rows bRow elements apart, each of neighbours.
 */
export function block<T>(
  c: usize, ldc: i32, a: usize, b: usize, bRow: i32, m: i32, n: i32, kc: i32, alpha: T, add: bool,
): void {
  const cRow = at<T>(0, ldc);
  const tile = spareTile();
  for (let j = 0; j < n; j += columns<T>()) {
    const width = min(columns<T>(), n - j);
    const asItLies = bRow != 0 && width == columns<T>();
    let panel = bRow == 0 ? at<T>(b, j * kc) : at<T>(b, j);
    if (bRow != 0 && !asItLies) {
      packPanel<T>(edgePanel(), panel, bRow, 1, kc, width);
      panel = edgePanel();
    }
    const step = at<T>(0, asItLies ? bRow : columns<T>());
    for (let i = 0; i < m; i += ROWS) {
      gemm_tile<T>(tile, kc, at<T>(a, i * kc), panel, step);
      storeTile<T>(tile, at<T>(c, i * ldc + j), cRow, min(ROWS, m - i), width, alpha, add);
    }
  }
}

/** Packing B pays when it is read for many rows of A. */
const DIRECT_ROWS = 20;

/** C[m, n] (+)= alpha * A @ B on one thread. */
export function serialProduct<T>(
  c: usize, ldc: i32, a: usize, ars: i32, acs: i32, b: usize, brs: i32, bcs: i32, m: i32, n: i32, k: i32,
  alpha: T, add: bool,
): void {
  const direct = m <= DIRECT_ROWS && bcs == 1 && brs != 0;
  for (let j = 0; j < n; j += NC<T>()) {
    const width = min(NC<T>(), n - j);
    for (let p = 0; p < k; p += KC) {
      const kc = min(KC, k - p);
      const from = at<T>(b, p * brs + j * bcs);
      if (!direct) packB<T>(from, brs, bcs, kc, width);
      for (let i = 0; i < m; i += MC) {
        const rows = min(MC, m - i);
        packA<T>(packedA(), at<T>(a, i * ars + p * acs), ars, acs, rows, kc);
        const to = at<T>(c, i * ldc + j);
        block<T>(to, ldc, packedA(), direct ? from : packedB(), direct ? brs : 0, rows, width, kc, alpha, add || p > 0);
      }
    }
  }
}

function packB<T>(b: usize, brs: i32, bcs: i32, kc: i32, n: i32): void {
  for (let j = 0; j < n; j += columns<T>()) {
    packPanel<T>(at<T>(packedB(), j * kc), at<T>(b, j * bcs), brs, bcs, kc, min(columns<T>(), n - j));
  }
}
