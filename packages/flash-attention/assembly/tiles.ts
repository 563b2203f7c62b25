// How one block of queries and one tile of keys lie in scratch. Queries are on the lanes of vectors: a panel is two
// vectors of them (8, or 4 of f64), and everything that happens to a query happens to its lane.
import { at, lanes } from '@tessera/kernels/assembly/lanes';
import { scratchAt } from '@tessera/kernels/assembly/scratch';

/** Rows of a tile of a product (see gemm/blocks of the kernels). */
export const ROWS: i32 = 5;
/** Bytes of a row of a panel. */
export const ROW: i32 = 32;

/** Queries of a panel. */
@inline export function width<T>(): i32 { return 2 * lanes<T>(); }

@inline export function panels<T>(queries: i32): i32 { return (queries + width<T>() - 1) / width<T>(); }

/** Rounded up to whole slivers. */
@inline export function slivers(rows: i32): i32 { return (rows + ROWS - 1) / ROWS; }

// The parts of scratch, one after another; `layOut` says where they begin.

/** One tile of a product. */
@inline export function tileAt(): usize { return scratchAt(256); }
/** The running maximum, the running sum and the last rescaling of every query of the block. */
export let largestAt: usize = 0;
export let sumAt: usize = 0;
/** Q^T in panels, [panel][d][ROW]. */
export let queriesAt: usize = 0;
/** O^T in panels, [panel][dv][ROW], with whole slivers of rows. */
export let outAt: usize = 0;
/** K in slivers, [sliver][d][5]. */
export let keysAt: usize = 0;
/** V^T in slivers, [sliver of dv][keys][5]. */
export let valuesAt: usize = 0;
/** S^T, then P^T, of one panel: [key][ROW]. */
export let scoresAt: usize = 0;

export function layOut<T>(queries: i32, keys: i32, d: i32, dv: i32): void {
  const count = panels<T>(queries);
  largestAt = scratchAt(1024);
  sumAt = largestAt + <usize>(count * ROW);
  queriesAt = sumAt + <usize>(count * ROW);
  outAt = queriesAt + <usize>(count * d * ROW);
  keysAt = outAt + <usize>(count * slivers(dv) * ROWS * ROW);
  valuesAt = keysAt + at<T>(0, slivers(keys) * ROWS * d);
  scoresAt = (valuesAt + at<T>(0, slivers(dv) * ROWS * keys) + 15) & ~15;
}
