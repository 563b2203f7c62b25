/**
 * How a matrix product is run: as one vector, as many products side by side, as strips of one product, or as blocks
 * that share B packed once. Sizes alone decide, never the number of threads, and every way adds the same terms in the
 * same order (see assembly/gemm), so a product has the same bits on any number of threads.
 */
import type { Addressable } from './heap.ts';
import { launch } from './launch.ts';
import { heap } from './load.ts';
import { stageTable, views } from './memory.ts';

/** One matrix or a batch of them, wherever the elements lie. Strides count elements. */
export interface Matrices {
  readonly source: Addressable;
  readonly rowStride: number;
  readonly columnStride: number;
  /** One for every batch dimension; 0 where matrices are shared. */
  readonly batchStrides: readonly number[];
}

/** C = alpha * A @ B + beta * C, or alpha * A @ B + bias, for every matrix of a batch. */
export interface Product {
  readonly type: 'f32' | 'f64';
  /** Sizes of the batch dimensions. */
  readonly batch: readonly number[];
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** Contiguous [...batch, m, n]. */
  readonly c: Addressable;
  readonly a: Matrices;
  readonly b: Matrices;
  /** [n], added to every row; only where beta is 0. */
  readonly bias: Addressable | null;
  readonly alpha: number;
  readonly beta: number;
}

/** Multiplications that make a chunk worth claiming, and a product worth two steps of all threads. */
const CHUNK_TERMS = 2 ** 17;
const PACKED_TERMS = 2 ** 20;
/** Elements that make a chunk of packing. */
const CHUNK_ELEMENTS = 2 ** 14;
/** Products of a batch at least this large are cut themselves. */
const LARGE_TERMS = 2 ** 23;
/** About this many blocks keep every thread busy to the end. */
const UNITS = 16;
/** Up to so many rows, B is read too seldom to be packed in a step of its own: strips of columns pack it as they go. */
const NARROW_ROWS = 128;
const STRIP = 64;
/** Blocks of C: their rows of A fit the second-level cache, and A is packed anew for every block beside another. */
const BLOCK_ROWS = [15, 120] as const;
const BLOCK_COLUMNS = [64, 256] as const;
/** How much of B is packed at a time. Cutting k at a multiple of the kernels' 256 leaves the order of terms as it is. */
const PACKED_ROWS = 1024;
const PACKED_ELEMENTS = 2 ** 20;
/** Rows of a tile of C; columns are two vectors: 8, or 4 of f64. */
const TILE_ROWS = 5;
const TILE_COLUMNS = 8;

/** Runs a product. Operands are checked by the caller and do not overlap C. */
export function gemm(given: Product): void {
  const product = mergeRows(given);
  const { batch, m, k, n } = product;
  const count = batch.reduce((total, size) => total * size, 1);
  if (count * m * n === 0) return;
  if (count === 1) {
    runOne(product);
    return;
  }
  const aOffsets = offsetsOf(batch, product.a.batchStrides);
  const bOffsets = offsetsOf(batch, product.b.batchStrides);
  if (m * k * n < LARGE_TERMS) {
    runSideBySide(product, aOffsets, bOffsets, n, m * n);
    return;
  }
  for (let i = 0; i < count; i++) {
    const a = { ...product.a, source: shifted(product, product.a.source, aOffsets[i] as number) };
    const b = { ...product.b, source: shifted(product, product.b.source, bOffsets[i] as number) };
    runOne({ ...product, a, b, c: shifted(product, product.c, i * m * n) });
  }
}

/** Where every matrix of a batch begins, in elements, in row-major order of the batch dimensions. */
export function offsetsOf(sizes: readonly number[], strides: readonly number[]): number[] {
  let offsets = [0];
  for (const [d, size] of sizes.entries()) {
    const stride = strides[d] as number;
    const next: number[] = [];
    for (const offset of offsets) for (let i = 0; i < size; i++) next.push(offset + i * stride);
    offsets = next;
  }
  return offsets;
}

/** A batch that shares B and whose rows of A follow one another is one product with more rows. */
function mergeRows(product: Product): Product {
  const { batch, a, b, m } = product;
  if (batch.length === 0) return product;
  const sizes = [...batch, m];
  const strides = [...a.batchStrides, a.rowStride];
  const dims = [...sizes.keys()].filter((d) => sizes[d] !== 1);
  const shared = batch.every((size, d) => size === 1 || b.batchStrides[d] === 0);
  const regular = dims.every(
    (d, i) => i === 0 || strides[dims[i - 1] as number] === (strides[d] as number) * (sizes[d] as number),
  );
  if (!shared || !regular) return product;
  const rowStride = strides[dims.at(-1) ?? batch.length] as number;
  return {
    ...product,
    batch: [],
    m: sizes.reduce((rows, size) => rows * size, 1),
    a: { ...a, rowStride, batchStrides: [] },
    b: { ...b, batchStrides: [] },
  };
}

function runOne(product: Product): void {
  const { m, k, n } = product;
  if (m === 1 || n === 1) runVector(product);
  else if (m <= NARROW_ROWS && n >= 2 * STRIP && m * k * n >= 2 * CHUNK_TERMS) runStrips(product);
  else if (m * k * n >= PACKED_TERMS) runPacked(product);
  else runSideBySide(product, null, null, n, 0);
}

/** A matrix times a column, or a row times a matrix, which is the same with the strides exchanged. */
function runVector(product: Product): void {
  const { type, m, k, n, a, b, c, alpha } = product;
  // The kernel's bias has one element for each of the results: right for a row, while a column has one for all.
  const beta = n === 1 ? spreadBias(product) : product.beta;
  const bias = n === 1 ? null : product.bias;
  const [matrix, rowStride, columnStride, x, xStride] =
    n === 1
      ? [a.source, a.rowStride, a.columnStride, b.source, b.rowStride]
      : [b.source, b.columnStride, b.rowStride, a.source, a.columnStride];
  const grain = roundUp(CHUNK_TERMS / Math.max(1, k), 64);
  launch(
    `gemv_${type}`,
    [c, 1, matrix, rowStride, columnStride, x, xStride, m * n, k, bias, alpha, beta],
    m * n,
    grain,
  );
}

/** Products that each run on one thread; null offsets mean a single one. */
function runSideBySide(
  product: Product,
  aOffsets: readonly number[] | null,
  bOffsets: readonly number[] | null,
  ldc: number,
  cStride: number,
): void {
  const { type, m, k, n, a, b, c, bias, alpha, beta } = product;
  const count = aOffsets?.length ?? bOffsets?.length ?? 1;
  const tables = heap().workspace(8 * count);
  const table = (offsets: readonly number[] | null, place: number): number => {
    if (offsets === null) return 0;
    views().u32.set(offsets, tables / 4 + place);
    return tables + 4 * place;
  };
  const args = [c, a.source, b.source, table(aOffsets, 0), table(bOffsets, count), ldc, cStride];
  const strides = [a.rowStride, a.columnStride, b.rowStride, b.columnStride];
  const grain = Math.ceil(CHUNK_TERMS / Math.max(1, m * k * n));
  launch(`gemm_batched_${type}`, [...args, ...strides, m, n, k, bias, alpha, beta], count, grain);
}

/** Few rows: columns of C in strips, each of which packs the part of B that it alone reads. */
function runStrips(product: Product): void {
  const { m, k, n, b, c } = product;
  const columns = evenPart(n, Math.max(STRIP, CHUNK_TERMS / (m * k)), TILE_COLUMNS);
  const strips = Math.floor(n / columns);
  const beta = spreadBias(product);
  const offsets = Array.from({ length: strips }, (_, i) => i * columns * b.columnStride);
  runSideBySide({ ...product, beta, bias: null, n: columns }, null, offsets, n, columns);
  const done = strips * columns;
  if (done === n) return;
  const rest = { ...b, source: shifted(product, b.source, done * b.columnStride) };
  runSideBySide({ ...product, beta, bias: null, b: rest, c: shifted(product, c, done), n: n - done }, null, null, n, 0);
}

/** Packs B with all threads, then multiplies blocks of A by it with all threads; in pieces that stay in a cache. */
function runPacked(product: Product): void {
  const { k, n, a, b, c, bias, beta } = product;
  const { rows, columns } = blockOf(product);
  const width = Math.max(1, Math.floor(PACKED_ELEMENTS / Math.min(k, PACKED_ROWS) / columns)) * columns;
  for (let p = 0; p < k; p += PACKED_ROWS) {
    for (let j = 0; j < n; j += width) {
      const piece = {
        ...product,
        k: Math.min(PACKED_ROWS, k - p),
        n: Math.min(width, n - j),
        a: { ...a, source: shifted(product, a.source, p * a.columnStride) },
        b: { ...b, source: shifted(product, b.source, p * b.rowStride + j * b.columnStride) },
        c: shifted(product, c, j),
        bias: p === 0 ? bias && shifted(product, bias, j) : null,
        beta: p === 0 ? beta : 1,
      };
      runBlocks(piece, n, rows, columns);
    }
  }
}

function runBlocks(
  { type, m, k, n, a, b, c, bias, alpha, beta }: Product,
  ldc: number,
  rows: number,
  columns: number,
): void {
  const bytes = type === 'f32' ? 4 : 8;
  const panel = (TILE_COLUMNS * 4) / bytes;
  const packed = heap().workspace(roundUp(n, panel) * k * bytes);
  launch(
    `gemm_pack_b_${type}`,
    [packed, b.source, b.rowStride, b.columnStride, k, n],
    Math.ceil(n / panel),
    Math.ceil(CHUNK_ELEMENTS / (k * panel)),
  );
  const units = Math.ceil(m / rows) * Math.ceil(n / columns);
  launch(
    `gemm_packed_${type}`,
    [c, ldc, a.source, a.rowStride, a.columnStride, packed, m, n, k, bias, alpha, beta, rows, columns],
    units,
    1,
  );
}

/** Blocks of C, even and of whole tiles. */
function blockOf({ m, k, n }: Product): { rows: number; columns: number } {
  const area = Math.max((m * n) / UNITS, CHUNK_TERMS / k);
  const columns = evenPart(n, clamp(area / BLOCK_ROWS[1], BLOCK_COLUMNS), TILE_COLUMNS);
  return { rows: evenPart(m, clamp(area / columns, BLOCK_ROWS), TILE_ROWS), columns };
}

function clamp(value: number, [least, most]: readonly [number, number]): number {
  return Math.max(least, Math.min(most, value));
}

/** Writes the bias into every row of C, for ways that cannot add it themselves; gives the beta to go on with. */
function spreadBias({ type, m, n, c, bias, beta }: Product): number {
  if (bias === null) return beta;
  launch(`copy_strided_${type === 'f32' ? 'u32' : 'u64'}`, [c, bias, stageTable([m, n, 0, 1]), 2], m * n);
  return 1;
}

/** Cuts `length` into even parts of at most about `most`, each a multiple of `tile`; gives the size of one. */
function evenPart(length: number, most: number, tile: number): number {
  return roundUp(length / Math.ceil(length / most), tile);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function shifted({ type }: Product, { cell, byteOffset }: Addressable, elements: number): Addressable {
  return { cell, byteOffset: byteOffset + elements * (type === 'f32' ? 4 : 8) };
}
