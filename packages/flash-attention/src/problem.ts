/** What an attention is over: sizes, sequences, and which keys each query sees. */
import { stageTable } from '@tessera/kernels';
import { ShapeError, type Tensor } from '@tessera/tensor';
import { formatShape, streamWords } from '@tessera/tensor/core';
import type { Expression } from './score/expression.ts';

/** Beyond every length, and far enough from the end of i32 for sums with lengths. */
export const ALL: number = 2 ** 30;

export interface FlashAttributes {
  /** What products of queries and keys are multiplied with. */
  readonly scale: number;
  /** Query i sees keys from i - left to i + right. */
  readonly left: number;
  readonly right: number;
  /** Whether these count from the last query and the last key of a sequence instead of the first. */
  readonly aligned: boolean;
  /** Queries of a block and keys of a tile; null: by size. */
  readonly tiles: readonly [queries: number, keys: number] | null;
  /** What becomes of a scaled score; lookups by number, in the captured operands. */
  readonly score: Expression | null;
  /** Weights that go missing. */
  readonly dropout: Dropout | null;
  /** Where sequences lie; null: every batch is one. */
  readonly sequences: Sequences | null;
  /** Keys and values in pages, [pages, Hkv, page size, d]. */
  readonly pages: Pages | null;
  /** Which blocks are seen not at all, in part, or as a whole. */
  readonly blocks: Blocks | null;
}

export interface Dropout {
  readonly p: number;
  readonly seed: number;
  /** Blocks of random numbers taken before. */
  readonly offset: number;
}

/** Where one sequence lies. */
export interface Sequence {
  readonly batch: number;
  readonly firstQuery: number;
  readonly queries: number;
  readonly firstKey: number;
  readonly keys: number;
}

export interface Sequences {
  /** In order of batches and rows, without overlap. */
  readonly list: readonly Sequence[];
  /** Queries and keys of the longest, or for which there is room. */
  readonly queries: number;
  readonly keys: number;
  /** The same in numbers, for kernels: [n, 5], int32. */
  readonly table: Tensor;
}

export interface Pages {
  /** Which page holds the keys of a sequence from page size times column on: [sequences, pages of the longest], int32. */
  readonly table: Tensor;
  /** Keys of a page. */
  readonly size: number;
}

export interface Blocks {
  /** 0 not seen, 1 in part, 2 as a whole: [B or 1, H or 1, blocks of queries, blocks of keys], int32. */
  readonly states: Tensor;
  /** Queries and keys of a block. */
  readonly size: readonly [queries: number, keys: number];
  /** What becomes of scores in blocks that are seen as a whole; null: nothing. */
  readonly open: Expression | null;
}

export interface Sizes {
  /** Batches in memory, and rows of each. */
  readonly batch: number;
  readonly queryRows: number;
  readonly keyRows: number;
  readonly sequences: number;
  readonly heads: number;
  readonly keyHeads: number;
  /** Of the longest sequence. */
  readonly queries: number;
  readonly keys: number;
  readonly d: number;
  readonly dv: number;
}

/** Sizes of [B, H, Lq, d], [B, Hkv, Lk, d] and [B, Hkv, Lk, dv]; throws for what does not fit. */
export function sizesOf(
  op: string,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { sequences, pages }: Pick<FlashAttributes, 'sequences' | 'pages'>,
): Sizes {
  for (const [name, t] of Object.entries({ query, key, value }))
    if (t.ndim !== 4)
      throw new ShapeError(`${op}: ${name} must be [B, H, L, d]; got ${formatShape(t.shape)}; try unsqueeze(0)`);
  const [batch, heads, queryRows, d] = query.shape as readonly [number, number, number, number];
  const [keyBatches, keyHeads, keyRows] = key.shape as readonly [number, number, number, number];
  const dv = value.shape[3] as number;
  const fits =
    (pages !== null || keyBatches === batch) &&
    key.shape[3] === d &&
    formatShape(value.shape) === formatShape([keyBatches, keyHeads, keyRows, dv]);
  if (!fits || !(keyHeads === heads || (keyHeads > 0 && heads % keyHeads === 0)))
    throw new ShapeError(
      `${op}: key and value must be [${pages === null ? batch : 'pages'}, Hkv, Lk, ${d}] and [${pages === null ? batch : 'pages'}, Hkv, Lk, dv], with Hkv that divides ${heads}; got ${formatShape(key.shape)} and ${formatShape(value.shape)} for query ${formatShape(query.shape)}; try one head of keys for each of queries`,
    );
  const sizes = { batch, queryRows, keyRows, heads, keyHeads, d, dv };
  if (sequences === null) return { ...sizes, sequences: batch, queries: queryRows, keys: keyRows };
  const { list, queries, keys } = sequences;
  return { ...sizes, sequences: list.length, queries, keys };
}

/** What kernels are told beside sizes and attributes: how the work is cut, and where programs begin. */
export interface Plan {
  readonly tiles: readonly [queries: number, keys: number];
  /** Into how many spans the keys of a head are cut, and how many units share the work. */
  readonly spans: number;
  readonly parts: number;
  /** Where the program for blocks that are seen as a whole, and the one of slopes begin; -1: there is none. */
  readonly open: number;
  readonly slopes: number;
  readonly registers: number;
  /** Bytes by which the parts of captured tensors' gradients lie apart. */
  readonly partBytes: readonly number[];
}

/** The table that kernels read (assembly/problem.ts), until the next call. */
export function stage(
  sizes: Sizes,
  { left, right, aligned, dropout, pages, blocks }: FlashAttributes,
  { tiles, spans, parts, open, slopes, registers, partBytes }: Plan,
  layouts: readonly Tensor[],
): number {
  const { sequences, heads, keyHeads, queries, keys, d, dv, batch, queryRows, keyRows } = sizes;
  return stageTable([
    ...[sequences, heads, keyHeads === 0 ? 1 : heads / keyHeads, queries, keys, d, dv],
    ...[left, right, Number(aligned), ...tiles, spans, parts, batch, queryRows, keyRows],
    ...(pages === null ? [0, 0] : [keyRows, pages.table.shape[1] as number]),
    ...(blocks === null ? [1, 1, 0, 0, 0] : stateLayout(blocks)),
    ...[open, slopes, registers],
    ...streamWords(dropout ?? { seed: 0, offset: 0 }),
    ...layouts.flatMap(({ strides }) => strides),
    ...partBytes,
  ]);
}

function stateLayout({ states, size }: Blocks): number[] {
  const [batches, heads, rows, columns] = states.shape as readonly [number, number, number, number];
  const head = rows * columns;
  return [...size, columns, batches === 1 ? 0 : heads * head, heads === 1 ? 0 : head];
}
