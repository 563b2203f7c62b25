// What the kernels of one call know: sizes and strides, in a table of i32 that src/problem.ts writes in this order.
import { at } from '@tessera/kernels/assembly/lanes';
import { ROW } from './tiles';

@unmanaged export class Problem {
  /** Sequences, and heads of queries in each. */
  sequences: i32;
  heads: i32;
  /** Query heads of one key head. */
  group: i32;
  /** Queries and keys of the longest sequence. */
  queries: i32;
  keys: i32;
  d: i32;
  dv: i32;
  /** Query i sees keys from i - left to i + right; with `aligned`, counted from the last of both. */
  left: i32;
  right: i32;
  aligned: i32;
  /** Queries of a block, and keys of a tile. */
  block: i32;
  tile: i32;
  /** Into how many spans the keys of a unit's heads are cut, and how many units take turns at them. */
  spans: i32;
  parts: i32;
  /** Batches in memory, and rows of queries and of keys of one. */
  batches: i32;
  queryRows: i32;
  keyRows: i32;
  /** Keys of a page and pages of a sequence; 0 where keys lie in rows. */
  page: i32;
  pages: i32;
  // A table of blocks: queries and keys of one, columns of the table, strides of batches and heads.
  stateQueries: i32; stateKeys: i32; stateColumns: i32; stateBatch: i32; stateHead: i32;
  /** Where the program for blocks that are seen as a whole begins; negative: there is none. */
  open: i32;
  /** Where the program of the backward pass begins that goes from slopes of results to those of scores. */
  slopes: i32;
  /** Registers of all programs. */
  registers: i32;
  // Random numbers: seed, and blocks taken before.
  seedLow: u32; seedHigh: u32; offsetLow: u32; offsetHigh: u32;
  // Layouts, four numbers each: of q, k, v, out (or of the cotangent of out).
  q: i32; qHead: i32; qRow: i32; qColumn: i32;
  k: i32; kHead: i32; kRow: i32; kColumn: i32;
  v: i32; vHead: i32; vRow: i32; vColumn: i32;
  o: i32; oHead: i32; oRow: i32; oColumn: i32;
  // Bytes by which the parts of captured tensors' gradients lie apart, eight numbers of which this is the first.
  captured0: i32;
}

/** Where the rows of a sequence are: as src/problem.ts lists them. */
@unmanaged class Rows {
  batch: i32;
  firstQuery: i32;
  queries: i32;
  firstKey: i32;
  keys: i32;
}

// The sequence that is worked on.
export let sequence: i32 = 0;
export let batch: i32 = 0;
export let firstQuery: i32 = 0, queries: i32 = 0;
export let firstKey: i32 = 0, keys: i32 = 0;
export let left: i32 = 0, right: i32 = 0;

/** Turns to a sequence; without a list, each is a batch of its own. */
export function turnTo(x: Problem, sequences: usize, index: i32): void {
  sequence = index;
  batch = index;
  firstQuery = firstKey = 0;
  queries = x.queries;
  keys = x.keys;
  if (sequences != 0) {
    const rows = changetype<Rows>(sequences + <usize>index * offsetof<Rows>());
    batch = rows.batch;
    firstQuery = rows.firstQuery;
    queries = rows.queries;
    firstKey = rows.firstKey;
    keys = rows.keys;
  }
  const lead = x.aligned != 0 ? keys - queries : 0;
  left = x.left - lead;
  right = x.right + lead;
}

/** Where row `row` of a head of a batch begins. */
@inline export function rowAt<T>(
  base: usize, batch: i32, batchStride: i32, head: i32, headStride: i32, row: i32, rowStride: i32,
): usize {
  return base + (<usize>batch * batchStride + <usize>head * headStride + <usize>row * rowStride) * sizeof<T>();
}

/** Where key `key` of the sequence begins, in rows or in pages. A tile lies in one page. */
@inline export function keyAt<T>(
  x: Problem, base: usize, batchStride: i32, head: i32, headStride: i32, key: i32, rowStride: i32, pages: usize,
): usize {
  if (pages == 0) return rowAt<T>(base, batch, batchStride, head, headStride, firstKey + key, rowStride);
  const page = load<i32>(at<i32>(pages, sequence * x.pages + key / x.page));
  return rowAt<T>(base, page, batchStride, head, headStride, key % x.page, rowStride);
}

/** Keys of a span, in whole tiles. */
export function keysOfSpan(x: Problem): i32 {
  return ((x.keys + x.spans - 1) / x.spans + x.tile - 1) / x.tile * x.tile;
}

/** What a table of blocks says: 0 for a tile that no query of the block sees, 2 for one that every query sees, else 1. */
@inline export function stateOf(x: Problem, states: usize, head: i32, query: i32, key: i32): i32 {
  if (states == 0) return 1;
  const row = sequence * x.stateBatch + head * x.stateHead + query / x.stateQueries * x.stateColumns;
  return load<i32>(at<i32>(states, row + key / x.stateKeys));
}

/** The program for a block in this state; 0: scores stay as they are. */
export function programFor(x: Problem, program: usize, state: i32): usize {
  if (program == 0 || (state == 2 && x.open < 0)) return 0;
  return at<i32>(program, state == 2 ? x.open : 0);
}

/** -Infinity where key j of a query i does not lie in [i - left, i + right], in S^T of one panel. */
export function hideOutside<T>(scores: usize, keys: i32, firstKey: i32, firstQuery: i32, queries: i32): void {
  for (let i = 0; i < queries; i++) {
    const query = firstQuery + i - firstKey;
    let to = at<T>(scores, i);
    for (let j = 0; j < keys; j++, to += ROW)
      if (j < query - left || j > query + right) store<T>(to, <T>-Infinity);
  }
}
