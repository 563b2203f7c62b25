/** What differs between Node, Deno, Bun and browsers, and nothing else. */

interface NodeLike {
  readonly env: Record<string, string | undefined>;
  getBuiltinModule?: (name: string) => unknown;
}

const node: NodeLike | undefined = (globalThis as { process?: NodeLike }).process;

/** One of Node's own modules, or undefined elsewhere. Bundlers see no import. */
export function builtinModule<T>(name: string): T | undefined {
  return node?.getBuiltinModule?.(name) as T | undefined;
}

export function environmentVariable(name: string): string | undefined {
  return node?.env?.[name];
}

/** How many threads this machine runs at once. */
export function availableThreads(): number {
  const os = builtinModule<{ availableParallelism(): number }>('node:os');
  if (os !== undefined) return os.availableParallelism();
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}

/** A started thread that runs `source` with `data` and never keeps the process alive; undefined where none can start. */
export function startThread(source: string, data: unknown): boolean {
  interface NodeWorker {
    new (source: string, options: object): { unref(): void };
  }
  const threads = builtinModule<{ Worker: NodeWorker }>('node:worker_threads');
  if (threads !== undefined) {
    new threads.Worker(source, { eval: true, workerData: data, execArgv: [], name: 'tessera' }).unref();
    return true;
  }
  const scope = globalThis as { crossOriginIsolated?: boolean };
  if (scope.crossOriginIsolated !== true || typeof Worker === 'undefined') return false;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  new Worker(url, { name: 'tessera' }).postMessage(data);
  return true;
}

/** Only a thread that may block can sleep in Atomics.wait: everywhere but on a browser's main thread. */
export const maySleep: boolean = node?.getBuiltinModule !== undefined || typeof document === 'undefined';
