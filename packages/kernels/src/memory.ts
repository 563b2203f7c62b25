/** The one WebAssembly memory that every kernel module and every thread shares, and typed views onto it. */
import { ValueError } from './errors.ts';

export const PAGE_BYTES = 65_536;
/** Addresses below this belong to the thread pool's control block (see pool.ts). */
export const CONTROL_BYTES = 4_096;

/** The upper half of the control block holds the staged table. */
const TABLE_ADDRESS = 2_048;
const TABLE_ENTRIES = (CONTROL_BYTES - TABLE_ADDRESS) / 4;

const MAXIMUM_PAGES = 65_536;
const INITIAL_PAGES = 64;

/** Views of the whole memory, remade whenever it grows. Never keep one across an allocation. */
export interface Views {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

let memory: WebAssembly.Memory | undefined;
let current: Views | undefined;

/** The shared memory, made at first use. Kernel modules must be compiled with the same maximum (65,536 pages). */
export function sharedMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared: true });
  return memory;
}

export function views(): Views {
  if (current === undefined) {
    const { buffer } = sharedMemory();
    current = {
      u8: new Uint8Array(buffer),
      u16: new Uint16Array(buffer),
      i32: new Int32Array(buffer),
      u32: new Uint32Array(buffer),
      f32: new Float32Array(buffer),
      f64: new Float64Array(buffer),
    };
  }
  return current;
}

/** Grows the memory to hold at least `bytes`; false when the engine refuses. */
export function growTo(bytes: number): boolean {
  const shared = sharedMemory();
  const missing = Math.ceil((bytes - shared.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return true;
  try {
    shared.grow(missing);
  } catch (error) {
    // The engine's one way of saying "no more memory"; the heap then evicts instead.
    if (error instanceof RangeError) return false;
    throw error;
  }
  current = undefined;
  return true;
}

/** A small table of integers (shapes, strides) for the next kernel, at a fixed address: the next call overwrites it. */
export function stageTable(values: readonly number[]): number {
  if (values.length > TABLE_ENTRIES)
    throw new ValueError(`stageTable: at most ${TABLE_ENTRIES} entries; got ${values.length}; try fewer dimensions`);
  views().i32.set(values, TABLE_ADDRESS / 4);
  return TABLE_ADDRESS;
}
