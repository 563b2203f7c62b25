/**
 * The WebAssembly heap as a cache. JavaScript's collector owns every tensor; the heap owns only cells.
 *
 * A resident cell has a block of the heap, and the heap's list holds the cell. An evicted cell holds an ordinary
 * Uint8Array, and the heap has forgotten the cell. So a tensor that nobody reaches any more costs one eviction at
 * most, after which the collector takes its cell like any other object, even in a loop that never yields; and one
 * that is still reached is copied back at its next use. Nobody frees by hand, though freeing early is welcome.
 */
import { Allocator, type Block } from './allocator.ts';
import { MemoryError } from './errors.ts';
import { growTo, PAGE_BYTES, views } from './memory.ts';

/** Where one tensor's bytes are: in a block of the heap, or, when evicted, in `copy`. */
export class Cell {
  block: Block | null = null;
  copy: Uint8Array | null = null;
  freed = false;
  pins = 0;
  colder: Cell | null = null;
  warmer: Cell | null = null;

  constructor(readonly bytes: number) {}
}

/** A place in a cell that can be handed to a kernel. A Tensor is one. */
export interface Addressable {
  readonly cell: Cell;
  readonly byteOffset: number;
}

/** Sizes in bytes, counts since the start. */
export interface HeapStatistics {
  /** Bytes of cells in the heap now, garbage that was not yet evicted included. */
  readonly resident: number;
  /** Bytes at which eviction starts; grows toward `budget` when evicted cells turn out to be alive. */
  readonly softLimit: number;
  /** The most that the heap may hold. */
  readonly budget: number;
  /** Address space that the heap has taken so far. */
  readonly reserved: number;
  readonly evictions: number;
  /** By which evictions have lowered `resident` so far. */
  readonly evictedBytes: number;
  readonly reloads: number;
  /** By which reloads have raised `resident` so far. */
  readonly reloadedBytes: number;
}

const INITIAL_SOFT_LIMIT = 64 * 2 ** 20;
const GROWTH = 4 * 2 ** 20;
/** Dead cells at least this large are dropped without a copy once the loop yields; watching small ones costs more. */
const WATCHED_BYTES = 256 * 2 ** 10;
/** 32-bit addresses end at 4 GiB; the last pages stay unused so that an end address never wraps to 0. */
export const MAXIMUM_BUDGET: number = 2 ** 32 - 16 * PAGE_BYTES;
const DEFAULT_BUDGET = 2 * 2 ** 30;

export class Heap {
  readonly #allocator: Allocator;
  readonly #dead = new FinalizationRegistry<Cell>((cell) => this.free(cell));
  #workspace: Block | null = null;
  #coldest: Cell | null = null;
  #warmest: Cell | null = null;
  #budget = DEFAULT_BUDGET;
  #softLimit = INITIAL_SOFT_LIMIT;
  #resident = 0;
  #evictions = 0;
  #evictedBytes = 0;
  #reloads = 0;
  #reloadedBytes = 0;

  constructor(start: number) {
    this.#allocator = new Allocator(start);
  }

  get budget(): number {
    return this.#budget;
  }

  set budget(bytes: number) {
    this.#budget = bytes;
    this.#softLimit = Math.min(this.#softLimit, bytes);
    this.#evictDownTo(this.#softLimit);
  }

  statistics(): HeapStatistics {
    return {
      resident: this.#resident,
      softLimit: this.#softLimit,
      budget: this.#budget,
      reserved: this.#allocator.end - this.#allocator.start,
      evictions: this.#evictions,
      evictedBytes: this.#evictedBytes,
      reloads: this.#reloads,
      reloadedBytes: this.#reloadedBytes,
    };
  }

  /** A resident cell whose bytes are not yet defined. */
  allocate(bytes: number): Cell {
    const cell = new Cell(bytes);
    cell.block = this.#take(bytes);
    this.#resident += cell.block.bytes;
    this.#append(cell);
    return cell;
  }

  /** Bytes that never move and are never evicted (kernels, scratch). */
  reserve(bytes: number): number {
    return this.#take(bytes).offset;
  }

  /**
   * The address of room that a kernel needs beside its operands. It is never evicted, and the next taker overwrites it.
   * Take it before the operands' addresses: making room may evict them.
   */
  workspace(bytes: number): number {
    if (this.#workspace === null || this.#workspace.bytes < bytes) {
      if (this.#workspace !== null) this.#allocator.free(this.#workspace);
      this.#workspace = null;
      this.#workspace = this.#take(bytes);
    }
    return this.#workspace.offset;
  }

  /** Drops `cell` without a copy once `owner` is garbage and the event loop yields. */
  watch(owner: object, cell: Cell): void {
    if (cell.bytes >= WATCHED_BYTES) this.#dead.register(owner, cell);
  }

  /** Gives the bytes back. Freeing twice is a no-op. */
  free(cell: Cell): void {
    if (cell.freed) return;
    cell.freed = true;
    cell.copy = null;
    if (cell.block !== null) this.#release(cell);
  }

  /** Moves the cell to the cold end: first to be evicted. */
  demote(cell: Cell): void {
    if (cell.block === null || cell === this.#coldest) return;
    this.#remove(cell);
    cell.warmer = this.#coldest;
    if (this.#coldest !== null) this.#coldest.colder = cell;
    else this.#warmest = cell;
    this.#coldest = cell;
  }

  /** The cell's address, after copying it back if it was evicted. Pin it first if another cell is loaded before use. */
  load(cell: Cell): number {
    if (cell.block === null) this.#reload(cell);
    else if (cell !== this.#warmest) {
      this.#remove(cell);
      this.#append(cell);
    }
    return (cell.block as unknown as Block).offset;
  }

  #reload(cell: Cell): void {
    const { copy } = cell;
    if (copy === null)
      throw new MemoryError(
        'tensor: its memory was freed by dispose() or tidy(); got a use after that; try keeping the tensor until its last use',
      );
    // A reload proves that living tensors did not fit: let the cache grow by what was missed.
    this.#softLimit = Math.min(this.#budget, this.#softLimit + cell.bytes);
    cell.block = this.#take(cell.bytes);
    this.#resident += cell.block.bytes;
    views().u8.set(copy, cell.block.offset);
    cell.copy = null;
    this.#append(cell);
    this.#reloads++;
    this.#reloadedBytes += cell.block.bytes;
  }

  #take(bytes: number): Block {
    if (bytes > this.#budget) {
      throw new MemoryError(
        `heap: a tensor must fit the heap's budget of ${mebibytes(this.#budget)}; got ${mebibytes(bytes)}; try setMemoryBudget(bytes) or smaller pieces`,
      );
    }
    this.#evictDownTo(this.#softLimit - bytes);
    for (;;) {
      const block = this.#allocator.allocate(bytes);
      if (block !== null) return block;
      if (this.#extend(bytes)) continue;
      if (!this.#evictColdest()) {
        throw new MemoryError(
          `heap: no room for ${mebibytes(bytes)} beside the operands in use, within a budget of ${mebibytes(this.#budget)}; try setMemoryBudget(bytes) or smaller pieces`,
        );
      }
    }
  }

  #extend(bytes: number): boolean {
    const allocator = this.#allocator;
    const shortfall = allocator.shortfall(bytes);
    const room = Math.min(this.#budget * 1.125, MAXIMUM_BUDGET) - allocator.end;
    if (shortfall > room) return false;
    const step = Math.min(Math.max(shortfall, GROWTH), room);
    if (!growTo(allocator.end + step)) return false;
    allocator.extend(step);
    return true;
  }

  #evictDownTo(bytes: number): void {
    while (this.#resident > bytes && this.#evictColdest());
  }

  #evictColdest(): boolean {
    let cell = this.#coldest;
    while (cell !== null && cell.pins > 0) cell = cell.warmer;
    if (cell === null) return false;
    const { offset, bytes } = cell.block as Block;
    cell.copy = new Uint8Array(cell.bytes);
    cell.copy.set(views().u8.subarray(offset, offset + cell.bytes));
    this.#evictions++;
    this.#evictedBytes += bytes;
    this.#release(cell);
    return true;
  }

  #release(cell: Cell): void {
    const block = cell.block as Block;
    this.#remove(cell);
    this.#resident -= block.bytes;
    this.#allocator.free(block);
    cell.block = null;
  }

  #append(cell: Cell): void {
    cell.colder = this.#warmest;
    if (this.#warmest !== null) this.#warmest.warmer = cell;
    else this.#coldest = cell;
    this.#warmest = cell;
  }

  #remove(cell: Cell): void {
    const { colder, warmer } = cell;
    if (colder !== null) colder.warmer = warmer;
    else this.#coldest = warmer;
    if (warmer !== null) warmer.colder = colder;
    else this.#warmest = colder;
    cell.colder = null;
    cell.warmer = null;
  }
}

/** A number of bytes as messages write it. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
