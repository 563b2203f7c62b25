/**
 * Kernel modules: this package's own, and anybody's. A module is WebAssembly that imports one shared memory as
 * `env.memory`, in a plain SIMD build and, optionally, one with relaxed SIMD (fused multiply-add).
 * Every export `name(...args, begin, end)` is a kernel over the units [begin, end).
 */
import { environmentVariable } from './environment.ts';
import { KernelError, ValueError } from './errors.ts';
import { build as relaxedBuild } from './generated/relaxed.ts';
import { build as simdBuild } from './generated/simd.ts';
import { Heap } from './heap.ts';
import { growTo, sharedMemory, views } from './memory.ts';
import { DATA_END, type KernelBuild, own, placed } from './placement.ts';
import { announceModule, type Kernel } from './pool.ts';

/** The builds of one kernel module: as tessera-kernels writes them, or WebAssembly without data of its own, as base64. */
export interface KernelBuilds {
  readonly simd: KernelBuild | string;
  readonly relaxed?: KernelBuild | string;
}

/** The kernels of one loaded module, by name. */
export type KernelTable = ReadonlyMap<string, Kernel>;

interface Runtime {
  readonly heap: Heap;
  readonly scratch: number;
  readonly scratchBytes: number;
}

let runtime: Runtime | undefined;
let forcePlain: boolean | undefined;

/** Keeps to the plain SIMD build, whose bits are the same on every processor. Also TESSERA_DETERMINISTIC=1. */
export function deterministic(on: boolean): void {
  if (typeof on !== 'boolean')
    throw new ValueError(`deterministic: takes true or false; got ${typeof on}; try deterministic(true)`);
  forcePlain = on;
}

/** True when kernels use the relaxed SIMD build (fused multiply-add) here. */
export function usesRelaxedSimd(): boolean {
  forcePlain ??= environmentVariable('TESSERA_DETERMINISTIC') === '1';
  return !forcePlain && relaxedSimdWorks();
}

/** Kernels that are loaded when they are first asked for, in the build that is used then. */
function onDemand(load: (relaxed: boolean) => KernelTable): () => KernelTable {
  const tables = new Map<boolean, KernelTable>();
  return () => {
    const relaxed = usesRelaxedSimd();
    const table = tables.get(relaxed) ?? load(relaxed);
    tables.set(relaxed, table);
    return table;
  };
}

/** The kernels of this package. */
export const baseKernels: () => KernelTable = /* @__PURE__ */ onDemand((relaxed) =>
  loadModule(own(relaxed ? relaxedBuild : simdBuild)),
);

/** Compiles a kernel module for this thread and announces it to the others. Load each once and keep the table. */
export function loadKernels(builds: KernelBuilds): KernelTable {
  baseKernels();
  return loadModule(placed(usesRelaxedSimd() ? (builds.relaxed ?? builds.simd) : builds.simd));
}

/** A module's kernels, loaded at first use, and in the other build where `deterministic` has changed. */
export function kernelsOnDemand(builds: KernelBuilds): () => KernelTable {
  return onDemand(() => loadKernels(builds));
}

function loadModule(bytes: Uint8Array<ArrayBuffer>): KernelTable {
  const module = new WebAssembly.Module(bytes);
  const instance = instantiate(module);
  runtime ??= start(instance);
  const setScratch = instance.exports.setScratch as ((address: number) => void) | undefined;
  setScratch?.(runtime.scratch);
  const address = runtime.heap.reserve(bytes.length);
  views().u8.set(bytes, address);
  const number = announceModule(address, bytes.length);
  const table = new Map<string, Kernel>();
  WebAssembly.Module.exports(module).forEach(({ name, kind }, index) => {
    if (kind === 'function')
      table.set(name, { name, module: number, index, run: instance.exports[name] as Kernel['run'] });
  });
  return table;
}

/** The one heap. */
export function heap(): Heap {
  if (runtime === undefined) baseKernels();
  return (runtime as Runtime).heap;
}

/** How much scratch memory each thread has, for kernels of any module. */
export function scratchBytes(): number {
  heap();
  return (runtime as Runtime).scratchBytes;
}

/** Reserves one more thread's scratch memory. */
export function makeScratch(): number {
  return heap().reserve(scratchBytes());
}

function instantiate(module: WebAssembly.Module): WebAssembly.Instance {
  const abort = (): never => {
    throw new KernelError('kernel aborted');
  };
  return new WebAssembly.Instance(module, { env: { memory: sharedMemory(), abort } });
}

/** The base module says how much scratch memory a thread needs. */
function start(instance: WebAssembly.Instance): Runtime {
  growTo(DATA_END);
  const heap = new Heap(DATA_END);
  const scratchBytes = (instance.exports.SCRATCH_BYTES as () => number)();
  return { heap, scratch: heap.reserve(scratchBytes), scratchBytes };
}

// (module (func (result v128) (f32x4.relaxed_madd ...))), the smallest module that only a relaxed-SIMD engine accepts.
const RELAXED_PROBE: readonly number[] = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 17, 1, 15, 0, 65, 0, 253, 17, 65, 0, 253, 17, 65,
  0, 253, 17, 253, 133, 2, 11,
];

let relaxedWorks: boolean | undefined;

function relaxedSimdWorks(): boolean {
  relaxedWorks ??= WebAssembly.validate(new Uint8Array(RELAXED_PROBE));
  return relaxedWorks;
}
