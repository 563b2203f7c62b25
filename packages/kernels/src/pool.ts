/**
 * The thread pool. A task is (kernel, arguments, units, grain); it is cut into chunks of `grain` units, by size alone,
 * and every thread, the calling one included, claims chunks until none is left. So a result never depends on how many
 * threads there are, and a thread that is late, or not there yet, only means that the others do its share.
 *
 * How a task is published without locks: its fields are written while `unclaimed` is at most 0, so nobody reads them;
 * then `unclaimed` is set to the number of chunks (claims count down to 0), then the epoch moves and sleepers wake.
 * The caller returns when `unfinished` is 0: no thread then runs a chunk of the task, whatever else it is doing.
 */
import { availableThreads, environmentVariable, maySleep, startThread } from './environment.ts';
import { KernelError, ValueError } from './errors.ts';
import { CONTROL_BYTES, sharedMemory, views } from './memory.ts';
import { workerSource } from './worker.ts';

/** Places in the control block, in 4-byte words (`args` in 8-byte words); the busy ones have cache lines of their own. */
const CONTROL = {
  controlBytes: CONTROL_BYTES,
  epoch: 0,
  unclaimed: 16,
  unfinished: 32,
  ready: 48,
  threadLimit: 49,
  failed: 50,
  module: 64,
  kernel: 65,
  argumentCount: 66,
  units: 67,
  grain: 68,
  moduleCount: 69,
  task: 70,
  args: 48,
  moduleTable: 256,
  /** About 30 us of spinning before a worker sleeps: longer than the pause between two kernels of one layer. */
  spins: 20_000,
} as const;

const MAXIMUM_ARGUMENTS = 40;
const MAXIMUM_MODULES = 64;
const MAXIMUM_THREADS = 64;

let wanted: number | undefined;
let started = 1;
let warned = false;

/** How many threads kernels run on, the calling one included. */
export function getNumThreads(): number {
  wanted ??= defaultThreads();
  return wanted;
}

/** Sets how many threads kernels run on, the calling one included (1 to 64). Results do not depend on it. */
export function setNumThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > MAXIMUM_THREADS) {
    throw new ValueError(
      `setNumThreads: threads must be a whole number from 1 to ${MAXIMUM_THREADS}; got ${typeof threads === 'number' ? threads : typeof threads}; try setNumThreads(2)`,
    );
  }
  wanted = threads;
}

function defaultThreads(): number {
  const asked = Number(environmentVariable('TESSERA_NUM_THREADS'));
  return Math.min(MAXIMUM_THREADS, Number.isInteger(asked) && asked > 0 ? asked : availableThreads());
}

/** Tells every thread, present and future, of a kernel module whose bytes lie in the shared memory; gives its number. */
export function announceModule(address: number, bytes: number): number {
  const { i32 } = views();
  const number = Atomics.load(i32, CONTROL.moduleCount);
  if (number === MAXIMUM_MODULES)
    throw new KernelError(
      `loadKernels: at most ${MAXIMUM_MODULES} kernel modules; got one more; try loading each once`,
    );
  i32[CONTROL.moduleTable + 2 * number] = address;
  i32[CONTROL.moduleTable + 2 * number + 1] = bytes;
  Atomics.store(i32, CONTROL.moduleCount, number + 1);
  return number;
}

/** A kernel as the pool sees it: the function of this thread, and where other threads find theirs. */
export interface Kernel {
  readonly name: string;
  readonly module: number;
  readonly index: number;
  readonly run: (...args: number[]) => void;
}

/** Starts the threads that are missing. It takes memory, so it must come before operands are turned into addresses. */
export function prepareThreads(makeScratch: () => number): void {
  const threads = getNumThreads();
  if (threads > started && !warned) startThreads(threads, makeScratch);
}

/** Runs `kernel(...args, begin, end)` over the units [0, units), in chunks of `grain`, on all threads. */
export function runParallel(kernel: Kernel, args: readonly number[], units: number, grain: number): void {
  const threads = getNumThreads();
  const chunks = Math.ceil(units / grain);
  if (started === 1 || threads === 1 || chunks < 2) {
    kernel.run(...args, 0, units);
    return;
  }
  publish(kernel, args, units, grain, chunks, threads);
  try {
    claimChunks(kernel, args, units, grain);
  } finally {
    finish(kernel);
  }
}

function publish(
  kernel: Kernel,
  args: readonly number[],
  units: number,
  grain: number,
  chunks: number,
  threads: number,
): void {
  if (args.length > MAXIMUM_ARGUMENTS)
    throw new KernelError(
      `${kernel.name}: at most ${MAXIMUM_ARGUMENTS} arguments; got ${args.length}; try a table in memory`,
    );
  const { i32, f64 } = views();
  i32[CONTROL.task] = ((i32[CONTROL.task] as number) + 1) | 0;
  i32[CONTROL.module] = kernel.module;
  i32[CONTROL.kernel] = kernel.index;
  i32[CONTROL.argumentCount] = args.length;
  i32[CONTROL.units] = units;
  i32[CONTROL.grain] = grain;
  for (let i = 0; i < args.length; i++) f64[CONTROL.args + i] = args[i] as number;
  Atomics.store(i32, CONTROL.threadLimit, threads);
  Atomics.store(i32, CONTROL.failed, 0);
  Atomics.store(i32, CONTROL.unfinished, chunks);
  Atomics.store(i32, CONTROL.unclaimed, chunks);
  Atomics.add(i32, CONTROL.epoch, 1);
  Atomics.notify(i32, CONTROL.epoch);
}

function claimChunks(kernel: Kernel, args: readonly number[], units: number, grain: number): void {
  const { i32 } = views();
  for (;;) {
    const claim = Atomics.sub(i32, CONTROL.unclaimed, 1);
    if (claim <= 0) return;
    try {
      const begin = (claim - 1) * grain;
      kernel.run(...args, begin, Math.min(units, begin + grain));
    } finally {
      Atomics.sub(i32, CONTROL.unfinished, 1);
    }
  }
}

function finish(kernel: Kernel): void {
  const { i32 } = views();
  // After a failure of our own chunk the others' go on; drain what is unclaimed so that they stop, then wait for them.
  const dropped = Atomics.exchange(i32, CONTROL.unclaimed, 0);
  if (dropped > 0) Atomics.sub(i32, CONTROL.unfinished, dropped);
  for (let spins = 0; ; spins++) {
    const unfinished = Atomics.load(i32, CONTROL.unfinished);
    if (unfinished === 0) break;
    if (spins > 20_000 && maySleep) Atomics.wait(i32, CONTROL.unfinished, unfinished, 1);
  }
  if (Atomics.load(i32, CONTROL.failed) !== 0)
    throw new KernelError(
      `${kernel.name}: the kernel failed on another thread; got arguments it cannot run; try setNumThreads(1) to see the error here`,
    );
}

function startThreads(threads: number, makeScratch: () => number): void {
  const source = workerSource(CONTROL);
  for (; started < threads; started++) {
    const data = { memory: sharedMemory(), scratch: makeScratch(), index: started };
    if (startThread(source, data)) continue;
    warned = true;
    console.warn(
      'tessera: running on one thread; a page needs cross-origin isolation (COOP and COEP headers) for more',
    );
    return;
  }
}
