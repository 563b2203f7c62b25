// Scratch memory of one thread. A module global is per instance, and every thread has an instance of its own.

let scratch: usize = 0;

export function setScratch(address: usize): void {
  scratch = address;
}

@inline export function scratchAt(offset: usize): usize {
  return scratch + offset;
}

/** What the loader must give each thread: gemm needs the most (see gemm/blocks.ts). */
export function SCRATCH_BYTES(): i32 {
  return 0x280000;
}

/** The first byte after this module's own tables. */
const heapBase: usize = __heap_base;
export { heapBase as __heap_base };
