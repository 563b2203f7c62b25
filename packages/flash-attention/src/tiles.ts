/** How large blocks and tiles are: by sizes alone, so that results never depend on threads. */
import { mebibytes, scratchBytes } from '@tessera/kernels';
import { ValueError } from '@tessera/tensor';
import type { FlashAttributes, Sizes } from './problem.ts';

/** Numbers of a block of queries and its results, and of a tile of keys and its values, that stay in the second-level cache. */
const [BLOCK_ELEMENTS, TILE_ELEMENTS] = [2 ** 15, 2 ** 14];
/** Queries are taken in panels of so many. */
const PANEL = 8;
const [MOST_QUERIES, MOST_KEYS] = [256, 128];

/** Slivers of five, panels, and what a kernel keeps besides: sizes in scratch are rounded up by no more. */
const [ROUNDING, KEPT_BYTES] = [8, 2048];

/** Queries of a block and keys of a tile of the forward pass; throws where they do not fit a thread's scratch memory. */
export function tilesOf(
  op: string,
  sizes: Sizes,
  { tiles }: FlashAttributes,
  bytes: number,
): readonly [number, number] {
  const { queries, keys, d, dv } = sizes;
  const wide = Math.max(1, d + dv);
  const chosen = tiles ?? [
    fit(BLOCK_ELEMENTS / wide, queries, MOST_QUERIES),
    fit(TILE_ELEMENTS / wide, keys, MOST_KEYS),
  ];
  const [block, tile] = chosen.map(up) as [number, number];
  // Q and O with two numbers for each query, K and V, and a panel of scores.
  return checkFit(op, sizes, chosen, bytes * (block * (up(d) + up(dv) + 2) + tile * (up(d) + up(dv) + PANEL)));
}

/** The same of the backward pass, which holds queries and keys twice, their slopes, and the scores of a whole block. */
export function backwardTilesOf(
  op: string,
  sizes: Sizes,
  { tiles }: FlashAttributes,
  bytes: number,
): readonly [number, number] {
  const { queries, keys, d, dv } = sizes;
  const wide = Math.max(1, d + dv);
  const chosen = tiles ?? [fit(TILE_ELEMENTS / wide, queries, MOST_KEYS), fit(TILE_ELEMENTS / wide, keys, MOST_KEYS)];
  const [block, tile] = chosen.map(up) as [number, number];
  const elements = tile * (3 * up(d) + 2 * up(dv)) + block * (2 * up(d) + 2 * up(dv) + 2 * tile + ROUNDING);
  return checkFit(op, sizes, chosen, bytes * elements);
}

const up = (size: number): number => size + ROUNDING;

function checkFit(
  op: string,
  { d, dv }: Sizes,
  tiles: readonly [number, number],
  bytes: number,
): readonly [number, number] {
  const most = scratchBytes() - KEPT_BYTES;
  if (bytes <= most) return tiles;
  throw new ValueError(
    `${op}: a block of queries and a tile of keys must fit ${mebibytes(most)}; got ${mebibytes(bytes)} for tiles [${tiles.join(', ')}], d ${d} and dv ${dv}; try smaller tiles, or narrower heads`,
  );
}

/** About as many as wanted, in whole panels, and no more than there are. */
function fit(wanted: number, length: number, most: number): number {
  const panels = Math.max(1, Math.floor(Math.min(wanted, most, length + PANEL - 1) / PANEL));
  return panels * PANEL;
}
