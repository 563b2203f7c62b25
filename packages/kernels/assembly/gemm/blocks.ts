// Sizes of a blocked product, and where its pieces lie in scratch. A block of A (MC x KC) stays in the second-level
// cache, a panel of B (KC x 8) in the first.
import { lanes } from '../lanes';
import { scratchAt } from '../scratch';

/**
 * Rows of a tile; its columns are two vectors. 10 accumulators, 2 of B, 1 of A and 1 product fit in the 15 registers
 * that V8 gives; with 6 rows it keeps an accumulator on the stack, whose latency then bounds the loop (29 GFLOP/s
 * instead of 45 without fused multiply-add, 57 instead of 56 with it).
 */
export const ROWS: i32 = 5;
@inline export function columns<T>(): i32 { return 2 * lanes<T>(); }

/** Terms of one partial product: every way to compute a product adds the same partial products in the same order. */
export const KC: i32 = 256;
export const MC: i32 = 120;
/** Columns of B that a serial product packs at a time: 2 MB. */
@inline export function NC<T>(): i32 { return 0x200000 / (KC * sizeof<T>()); }

/** MC x KC elements. */
@inline export function packedA(): usize { return scratchAt(0); }
/** One tile of results. */
@inline export function spareTile(): usize { return scratchAt(0x3c000); }
/** One panel of B, at the ragged edge of a B that is not packed. */
@inline export function edgePanel(): usize { return scratchAt(0x3d000); }
/** KC x NC elements. */
@inline export function packedB(): usize { return scratchAt(0x50000); }
