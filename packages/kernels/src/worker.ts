/**
 * What a worker thread runs, as source text: it must start from a string, so that no bundler has to find a file.
 * It loads kernel modules from the shared memory, sleeps until the epoch moves, and claims chunks until none is left.
 * The addresses are those of pool.ts, filled in by `workerSource`.
 */
export function workerSource(control: Readonly<Record<string, number>>): string {
  return `'use strict';
const C = ${JSON.stringify(control)};
function run({ memory, scratch, index }) {
  const i32 = new Int32Array(memory.buffer, 0, C.controlBytes / 4);
  const f64 = new Float64Array(memory.buffer, 0, C.controlBytes / 8);
  const modules = [];
  function load() {
    while (modules.length < Atomics.load(i32, C.moduleCount)) {
      const entry = C.moduleTable + 2 * modules.length;
      const address = i32[entry] >>> 0;
      const bytes = new Uint8Array(memory.buffer).slice(address, address + i32[entry + 1]);
      const copy = new Uint8Array(bytes.length);
      copy.set(bytes);
      const module = new WebAssembly.Module(copy);
      const { exports } = new WebAssembly.Instance(module, { env: { memory, abort() { throw new Error('kernel aborted'); } } });
      if (exports.setScratch) exports.setScratch(scratch);
      modules.push({ exports, names: WebAssembly.Module.exports(module).map((e) => e.name) });
    }
  }
  load();
  function nextEpoch(last) {
    for (let spins = C.spins; spins > 0; spins--) {
      const now = Atomics.load(i32, C.epoch);
      if (now !== last) return now;
    }
    Atomics.wait(i32, C.epoch, last);
    return Atomics.load(i32, C.epoch);
  }
  let epoch = Atomics.load(i32, C.epoch);
  let task = -1, kernel, args, units, grain;
  Atomics.add(i32, C.ready, 1);
  for (;;) {
    epoch = nextEpoch(epoch);
    if (index >= Atomics.load(i32, C.threadLimit)) continue;
    for (;;) {
      const claim = Atomics.sub(i32, C.unclaimed, 1);
      if (claim <= 0) break;
      try {
        // Read only after a claim succeeded: the task's fields are complete then, and stay until it is done.
        // The claim may already be of the next task: its number tells.
        if (i32[C.task] !== task) {
          task = i32[C.task];
          load();
          const { exports, names } = modules[i32[C.module]];
          kernel = exports[names[i32[C.kernel]]];
          args = Array.from(f64.subarray(C.args, C.args + i32[C.argumentCount]));
          units = i32[C.units];
          grain = i32[C.grain];
        }
        const begin = (claim - 1) * grain;
        kernel(...args, begin, Math.min(units, begin + grain));
      } catch {
        // Main reports it: the task it belongs to is there.
        Atomics.store(i32, C.failed, 1);
      }
      if (Atomics.sub(i32, C.unfinished, 1) === 1) Atomics.notify(i32, C.unfinished);
    }
  }
}
if (typeof require === 'function') run(require('node:worker_threads').workerData);
else onmessage = ({ data }) => run(data);
`;
}
