/**
 * Hands out address ranges of one growing arena: good-fit over size bins, with splitting and coalescing, in constant
 * time (after Masmano et al., "TLSF: a new dynamic memory allocator for real-time systems", 2004).
 * It only keeps books: it never reads or writes the memory it divides.
 */

/** A range of the arena. Neighbours are linked by address, free ranges also by size bin. */
export interface Block {
  offset: number;
  bytes: number;
  free: boolean;
  below: Block | null;
  above: Block | null;
  previousInBin: Block | null;
  nextInBin: Block | null;
}

/** A cache line: no two cells share one, so threads never contend for it. */
export const ALIGNMENT = 64;
const LOG_STEPS = 3;
const STEPS = 1 << LOG_STEPS;
const BINS = 32 * STEPS;

export class Allocator {
  readonly #bins: (Block | null)[] = new Array<Block | null>(BINS).fill(null);
  readonly #occupied = new Uint32Array(BINS / 32);
  #top: Block | null = null;
  #end: number;

  constructor(readonly start: number) {
    this.#end = start;
  }

  /** One past the last address of the arena. */
  get end(): number {
    return this.#end;
  }

  /** A block of at least `bytes`, or null when no free range is large enough. */
  allocate(bytes: number): Block | null {
    const wanted = roundUp(bytes);
    const bin = this.#firstOccupied(binThatFits(wanted));
    if (bin < 0) return null;
    const block = this.#bins[bin] as Block;
    this.#unlink(block);
    block.free = false;
    if (block.bytes - wanted >= ALIGNMENT) this.#split(block, wanted);
    return block;
  }

  free(block: Block): void {
    let whole = block;
    const { below, above } = block;
    if (above?.free) {
      this.#unlink(above);
      this.#absorb(whole, above);
    }
    if (below?.free) {
      this.#unlink(below);
      this.#absorb(below, whole);
      whole = below;
    }
    this.#link(whole);
  }

  /** Adds `bytes` (rounded up) of fresh addresses at the end of the arena. */
  extend(bytes: number): void {
    const fresh: Block = {
      offset: this.#end,
      bytes: roundUp(bytes),
      free: false,
      below: this.#top,
      above: null,
      previousInBin: null,
      nextInBin: null,
    };
    if (this.#top !== null) this.#top.above = fresh;
    this.#top = fresh;
    this.#end += fresh.bytes;
    this.free(fresh);
  }

  /** How many bytes the arena must be extended by before `bytes` can be allocated. */
  shortfall(bytes: number): number {
    const spare = this.#top?.free ? this.#top.bytes : 0;
    return Math.max(0, binFloor(roundUp(bytes)) - spare);
  }

  #split(block: Block, wanted: number): void {
    const rest: Block = {
      offset: block.offset + wanted,
      bytes: block.bytes - wanted,
      free: false,
      below: block,
      above: block.above,
      previousInBin: null,
      nextInBin: null,
    };
    if (block.above !== null) block.above.below = rest;
    else this.#top = rest;
    block.above = rest;
    block.bytes = wanted;
    this.#link(rest);
  }

  #absorb(lower: Block, upper: Block): void {
    lower.bytes += upper.bytes;
    lower.above = upper.above;
    if (upper.above !== null) upper.above.below = lower;
    else this.#top = lower;
  }

  #link(block: Block): void {
    const bin = binOf(block.bytes);
    const head = this.#bins[bin] as Block | null;
    block.free = true;
    block.previousInBin = null;
    block.nextInBin = head;
    if (head !== null) head.previousInBin = block;
    this.#bins[bin] = block;
    this.#occupied[bin >>> 5] = (this.#occupied[bin >>> 5] as number) | (1 << (bin & 31));
  }

  #unlink(block: Block): void {
    const { previousInBin: previous, nextInBin: next } = block;
    if (next !== null) next.previousInBin = previous;
    if (previous !== null) {
      previous.nextInBin = next;
      return;
    }
    const bin = binOf(block.bytes);
    this.#bins[bin] = next;
    if (next === null) this.#occupied[bin >>> 5] = (this.#occupied[bin >>> 5] as number) & ~(1 << (bin & 31));
  }

  #firstOccupied(from: number): number {
    for (let word = from >>> 5; word < this.#occupied.length; word++) {
      const mask = word === from >>> 5 ? -1 << (from & 31) : -1;
      const bits = (this.#occupied[word] as number) & mask;
      if (bits !== 0) return (word << 5) + (31 - Math.clz32(bits & -bits));
    }
    return -1;
  }
}

function roundUp(bytes: number): number {
  return Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
}

// A size 2^e * (1 + s/8) lies in bin 8e + s; every power of two is cut into eight steps, so at most 1/8 is lost.
function binOf(bytes: number): number {
  const exponent = 31 - Math.clz32(bytes);
  return Math.min(BINS - 1, exponent * STEPS + Math.floor((bytes / 2 ** exponent - 1) * STEPS));
}

/** The smallest size of the first bin in which every block can hold `bytes`. */
function binFloor(bytes: number): number {
  const step = 2 ** Math.max(0, 31 - Math.clz32(bytes) - LOG_STEPS);
  return Math.ceil(bytes / step) * step;
}

function binThatFits(bytes: number): number {
  return binOf(binFloor(bytes));
}
