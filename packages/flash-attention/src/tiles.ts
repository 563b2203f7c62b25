/** How large blocks and tiles are: by sizes alone, so that results never depend on threads. */
import type { Sizes } from './problem.ts';

/** Numbers of a block of queries and its results, and of a tile of keys and its values, that stay in the second-level cache. */
const [BLOCK_ELEMENTS, TILE_ELEMENTS] = [2 ** 15, 2 ** 14];
/** Queries are taken in panels of so many. */
const PANEL = 8;
const [MOST_QUERIES, MOST_KEYS] = [256, 128];

/** Queries of a block and keys of a tile of the forward pass. */
export function tilesOf({ queries, keys, d, dv }: Sizes): readonly [number, number] {
  const width = Math.max(1, d + dv);
  return [fit(BLOCK_ELEMENTS / width, queries, MOST_QUERIES), fit(TILE_ELEMENTS / width, keys, MOST_KEYS)];
}

/** The same of the backward pass, which holds each of them twice. */
export function backwardTilesOf({ queries, keys, d, dv }: Sizes): readonly [number, number] {
  const width = Math.max(1, d + dv);
  return [fit(TILE_ELEMENTS / width, queries, MOST_KEYS), fit(TILE_ELEMENTS / width, keys, MOST_KEYS)];
}

/** About as many as wanted, in whole panels, and no more than there are. */
function fit(wanted: number, length: number, most: number): number {
  const panels = Math.max(1, Math.floor(Math.min(wanted, most, length + PANEL - 1) / PANEL));
  return panels * PANEL;
}
