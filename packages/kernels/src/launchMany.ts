/** Runs an optimizer's kernel over any number of tensors in one call. */
import { KernelError } from './errors.ts';
import type { Addressable, Heap } from './heap.ts';
import { ELEMENTWISE_GRAIN, resolve } from './launch.ts';
import { baseKernels, heap, makeScratch } from './load.ts';
import { views } from './memory.ts';
import { prepareThreads, runParallel } from './pool.ts';

/** One tensor to be updated: it, its gradient and its state (null: none), and the scalars of its step. */
export interface Step {
  readonly operands: readonly (Addressable | null)[];
  readonly scalars: readonly number[];
  readonly elements: number;
}

/** The layout of assembly/optimizers/steps.ts. */
const BLOCK = 16_384;
const ROW_BYTES = 128;
const MOST_OPERANDS = 5;
const FIRST_SCALAR = 4;

/** Runs `name` over all steps at once; where their tensors do not fit the heap together, in parts. */
export function launchMany(name: string, steps: readonly Step[]): void {
  const owner = heap();
  let part: Step[] = [];
  let bytes = 0;
  for (const step of steps) {
    if (step.elements === 0) continue;
    const needed = bytesOf(step);
    // Half of the budget: blocks are rounded up, and lie between others.
    if (part.length > 0 && bytes + needed > owner.budget / 2) {
      launchPart(owner, name, part);
      part = [];
      bytes = 0;
    }
    part.push(step);
    bytes += needed;
  }
  if (part.length > 0) launchPart(owner, name, part);
}

function bytesOf({ operands }: Step): number {
  return operands.reduce((sum, operand) => sum + (operand?.cell.bytes ?? 0), 0);
}

function launchPart(owner: Heap, name: string, steps: readonly Step[]): void {
  const kernel = baseKernels().get(name);
  if (kernel === undefined)
    throw new KernelError(`launchMany: the kernel must exist in the module; got "${name}"; try one of its exports`);
  const units = steps.reduce((sum, { elements }) => sum + Math.ceil(elements / BLOCK), 0);
  if (units * BLOCK > ELEMENTWISE_GRAIN) prepareThreads(makeScratch);
  const table = owner.workspace(steps.length * ROW_BYTES);
  const addresses = resolve(
    owner,
    steps.flatMap(({ operands }) => padded(operands)),
  );
  const { i32, u32, f64 } = views();
  let unit = 0;
  steps.forEach(({ elements, scalars }, i) => {
    const row = table + i * ROW_BYTES;
    i32.set([unit, elements], row / 4);
    u32.set(addresses.slice(i * MOST_OPERANDS, (i + 1) * MOST_OPERANDS), row / 4 + 2);
    f64.set(scalars, row / 8 + FIRST_SCALAR);
    unit += Math.ceil(elements / BLOCK);
  });
  // As many elements to a chunk as elementwise kernels take.
  runParallel(kernel, [table], units, ELEMENTWISE_GRAIN / BLOCK);
}

function padded(operands: readonly (Addressable | null)[]): (Addressable | null)[] {
  return Array.from({ length: MOST_OPERANDS }, (_, i) => operands[i] ?? null);
}
