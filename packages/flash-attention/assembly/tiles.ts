// Queries are on the lanes of vectors: a panel is two vectors of them (8, or 4 of f64), and everything that happens to a
// query happens to its lane.
import { lanes } from '@tessera/kernels/assembly/lanes';
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

/** One tile of a product, in scratch; what is below it is for what a panel keeps of its lanes. */
@inline export function tileAt(): usize { return scratchAt(256); }
/** Where the blocks and tiles of a kernel may begin. */
@inline export function partsAt(): usize { return scratchAt(1024); }
