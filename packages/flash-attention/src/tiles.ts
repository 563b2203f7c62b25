/** How large blocks and tiles are: by sizes alone, so that results never depend on threads. */
import { scratchBytes } from '@tessera/kernels';
import type { FlashAttributes, Sizes } from './problem.ts';

export type Tiles = readonly [queries: number, keys: number];

/** Numbers of a block of queries and its results, and of a tile of keys and its values, that stay in the second-level cache. */
const [BLOCK_ELEMENTS, TILE_ELEMENTS] = [2 ** 16, 2 ** 15];
/** Queries are taken in panels of so many, keys in slivers. */
const [PANEL, SLIVER] = [8, 5];
const [MOST_QUERIES, MOST_KEYS] = [512, 256];
/** Of both in the backward pass, which holds more of each. */
const [BACKWARD_ELEMENTS, MOST_BACKWARD] = [2 ** 14, 128];
/** So many blocks of queries are wanted for threads to share, before blocks grow. */
const [UNITS, LEAST_QUERIES] = [16, 128];

/** Slivers of five, panels, and what a kernel keeps besides: sizes in scratch are rounded up by no more. */
const [ROUNDING, KEPT_BYTES] = [8, 2048];

/** Queries of a block and keys of a tile of the forward pass; null where heads are too wide for a thread's scratch memory. */
export function tilesOf(sizes: Sizes, attributes: FlashAttributes, registers: number, bytes: number): Tiles | null {
  const { d, dv, sequences, heads, queries } = sizes;
  const wide = Math.max(1, d + dv);
  const shared = Math.max(LEAST_QUERIES, (sequences * heads * queries) / UNITS);
  // Q and O with two numbers for each query, K and V, and registers as large as a panel of scores.
  const needed = ([queries, keys]: Tiles): number => {
    const [block, tile] = [up(queries), up(keys)];
    return bytes * (block * (up(d) + up(dv) + 2) + tile * (up(d) + up(dv) + PANEL * (registers + 2)));
  };
  return choose(sizes, attributes, [Math.min(BLOCK_ELEMENTS / wide, shared), TILE_ELEMENTS / wide], needed);
}

/** As many queries are taken without packing: fewer than a panel of float64 has lanes. */
export const DECODED = 3;

/** The same for few queries: all of a group of heads in a block. */
export function decodingTilesOf(
  sizes: Sizes,
  attributes: FlashAttributes,
  registers: number,
  bytes: number,
): Tiles | null {
  const { d, dv, heads, keyHeads, queries } = sizes;
  const rows = (heads / keyHeads) * queries;
  const needed = ([, tile]: Tiles): number =>
    bytes * ((rows + 1) * (up(d) + up(dv) + 2 * PANEL) + up(tile) * PANEL * (registers + 2));
  return choose(sizes, attributes, [1, TILE_ELEMENTS / Math.max(1, d + dv)], needed);
}

/** The same of the backward pass, which holds queries and keys twice, their slopes, and the scores of a whole block. */
export function backwardTilesOf(
  sizes: Sizes,
  attributes: FlashAttributes,
  registers: number,
  bytes: number,
): Tiles | null {
  const { d, dv } = sizes;
  const wide = Math.max(1, d + dv);
  const needed = ([queries, keys]: Tiles): number => {
    const [block, tile] = [up(queries), up(keys)];
    const ofQueries = block * (2 * up(d) + 2 * up(dv) + 2 * tile + ROUNDING);
    return bytes * (tile * (3 * up(d) + 2 * up(dv) + PANEL * (registers + 2)) + ofQueries);
  };
  const wanted = Math.min(MOST_BACKWARD, BACKWARD_ELEMENTS / wide);
  return choose(sizes, attributes, [wanted, wanted], needed);
}

const up = (size: number): number => size + ROUNDING;

/** The tiles that were asked for, or about as many queries and keys as wanted; less where they do not fit. */
function choose(
  { queries, keys }: Sizes,
  { tiles, blocks, pages }: FlashAttributes,
  [wantedQueries, wantedKeys]: Tiles,
  needed: (tiles: Tiles) => number,
): Tiles | null {
  let [block, tile] = tiles ?? [
    fit(wantedQueries, queries, MOST_QUERIES, PANEL),
    fit(wantedKeys, keys, MOST_KEYS, SLIVER),
  ];
  const most = scratchBytes() - KEPT_BYTES;
  for (;;) {
    // A block lies in one block of a table, a tile of keys also in one page.
    if (blocks !== null) block = divisor(blocks.size[0], block);
    if (blocks !== null) tile = divisor(blocks.size[1], tile);
    if (pages !== null) tile = commonDivisor(pages.size, blocks?.size[1] ?? pages.size, tile);
    if (needed([block, tile]) <= most) return [block, tile];
    if (block === 1 && tile === 1) return null;
    [block, tile] = [Math.ceil(block / 2), Math.ceil(tile / 2)];
  }
}

/** The largest divisor of a size that is not above `most`. */
function divisor(size: number, most: number): number {
  return commonDivisor(size, size, most);
}

function commonDivisor(a: number, b: number, most: number): number {
  let found = Math.min(a, b, most);
  while (a % found !== 0 || b % found !== 0) found--;
  return found;
}

/** About as many as wanted, in whole steps, and no more than there are. */
function fit(wanted: number, length: number, most: number, step: number): number {
  return step * Math.max(1, Math.floor(Math.min(wanted, most, length + step - 1) / step));
}
