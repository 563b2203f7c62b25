// Blocks of products: the loops around the tile. Every way to run a product comes down to `block`, so that it adds the same
// terms in the same order and gives the same bits.
import { at } from '../lanes';
import { columns, edgeA, edgeB, KC, MC, NC, packedA, packedB, ROWS, spareTile } from './blocks';
import { packA, packPanel, packSliver } from './pack';
import { directTile, packedTile, storeCorner } from './tile';

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
 * C[m, n] (+)= alpha * A[m, kc] @ B[kc, n] for one block of terms. A is packed in slivers or, if aRow is not 0, as it lies;
 * B is packed in panels or, if bRow is not 0, as it lies with rows of neighbours. Strides in elements.
 */
export function block<T>(
  c: usize, ldc: i32, a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, m: i32, n: i32, kc: i32, alpha: T, add: bool,
): void {
  const cRow = at<T>(0, ldc);
  const spareRow = at<T>(0, columns<T>());
  const ragged = m % ROWS;
  if (aRow != 0 && ragged != 0) packSliver<T>(edgeA(), at<T>(a, (m - ragged) * aRow), aRow, aColumn, ragged, kc);
  for (let j = 0; j < n; j += columns<T>()) {
    const width = min(columns<T>(), n - j);
    let panel = bRow == 0 ? at<T>(b, j * kc) : at<T>(b, j);
    let panelStep = at<T>(0, bRow == 0 ? columns<T>() : bRow);
    if (bRow != 0 && width < columns<T>()) {
      panel = edgeB();
      panelStep = at<T>(0, columns<T>());
      packPanel<T>(panel, at<T>(b, j), bRow, 1, kc, width);
    }
    for (let i = 0; i < m; i += ROWS) {
      const rows = min(ROWS, m - i);
      const whole = rows == ROWS && width == columns<T>();
      const to = at<T>(c, i * ldc + j);
      const target = whole ? to : spareTile();
      const targetRow = whole ? cRow : spareRow;
      if (aRow != 0 && rows == ROWS) {
        directTile<T>(
          kc, alpha, add && whole, at<T>(a, i * aRow), at<T>(0, aRow), at<T>(0, aColumn), panel, panelStep, target, targetRow,
        );
      } else {
        const sliver = aRow == 0 ? at<T>(a, i * kc) : edgeA();
        packedTile<T>(kc, alpha, add && whole, sliver, panel, panelStep, target, targetRow);
      }
      if (!whole) storeCorner<T>(target, to, cRow, rows, width, add);
    }
  }
}

/** Packing A pays when it is read for many panels of B, and packing B when it is read for many slivers of A. */
const DIRECT_COLUMNS = 64;
const DIRECT_ROWS = 64;

/** C[m, n] (+)= alpha * A @ B on one thread, packing what pays. */
export function serialProduct<T>(
  c: usize, ldc: i32, a: usize, ars: i32, acs: i32, b: usize, brs: i32, bcs: i32, m: i32, n: i32, k: i32, alpha: T, add: bool,
): void {
  const directA = n <= DIRECT_COLUMNS && ars != 0;
  const directB = m <= DIRECT_ROWS && bcs == 1 && brs != 0;
  for (let j = 0; j < n; j += NC<T>()) {
    const width = min(NC<T>(), n - j);
    for (let p = 0; p < k; p += KC) {
      const kc = min(KC, k - p);
      const from = at<T>(b, p * brs + j * bcs);
      if (!directB) packB<T>(from, brs, bcs, kc, width);
      const right = directB ? from : packedB();
      for (let i = 0; i < m; i += MC) {
        const rows = min(MC, m - i);
        const left = at<T>(a, i * ars + p * acs);
        if (!directA) packA<T>(packedA(), left, ars, acs, rows, kc);
        block<T>(
          at<T>(c, i * ldc + j), ldc, directA ? left : packedA(), directA ? ars : 0, acs, right, directB ? brs : 0,
          rows, width, kc, alpha, add || p > 0,
        );
      }
    }
  }
}

function packB<T>(b: usize, brs: i32, bcs: i32, kc: i32, n: i32): void {
  for (let j = 0; j < n; j += columns<T>()) {
    packPanel<T>(at<T>(packedB(), j * kc), at<T>(b, j * bcs), brs, bcs, kc, min(columns<T>(), n - j));
  }
}
