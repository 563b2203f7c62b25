/** Runs a kernel on cells: makes every operand resident, turns it into an address, and hands the rest to the pool. */
import { KernelError } from './errors.ts';
import type { Addressable, Heap } from './heap.ts';
import { baseKernels, heap, type KernelTable, makeScratch } from './load.ts';
import { prepareThreads, runParallel } from './pool.ts';

/** An argument of a kernel: a number as it is, anything addressable as the address of its bytes, null as address 0. */
export type Argument = number | Addressable | null;

/** Chunks of elementwise work: small enough to share, large enough to pay for a wake-up. */
export const ELEMENTWISE_GRAIN = 32_768;

/** Runs `name` of this package's kernels over [0, units). Operands are checked by the caller; kernels trust them. */
export function launch(
  name: string,
  args: readonly Argument[],
  units: number,
  grain: number = ELEMENTWISE_GRAIN,
): void {
  launchFrom(baseKernels(), name, args, units, grain);
}

/** Runs a kernel of any loaded module over [0, units), cut into chunks of `grain` units. */
export function launchFrom(
  table: KernelTable,
  name: string,
  args: readonly Argument[],
  units: number,
  grain: number,
): void {
  if (units === 0) return;
  const kernel = table.get(name);
  if (kernel === undefined)
    throw new KernelError(`launch: the kernel must exist in the module; got "${name}"; try one of its exports`);
  // WebAssembly would read what is missing as 0 and ignore what is too much.
  if (args.length + 2 !== kernel.run.length) {
    throw new KernelError(
      `${name}: the kernel takes ${kernel.run.length - 2} arguments before its range; got ${args.length}; try the list in assembly/README.md`,
    );
  }
  if (units > grain) prepareThreads(makeScratch);
  const addresses = resolve(heap(), args);
  if (units <= grain) kernel.run(...addresses, 0, units);
  else runParallel(kernel, addresses, units, grain);
}

/** Addresses of all operands at once. They hold until the next allocation or load. */
export function resolve(owner: Heap, args: readonly Argument[]): number[] {
  for (const arg of args) if (isAddressable(arg)) arg.cell.pins++;
  try {
    return args.map((arg) => (isAddressable(arg) ? owner.load(arg.cell) + arg.byteOffset : (arg ?? 0)));
  } finally {
    for (const arg of args) if (isAddressable(arg)) arg.cell.pins--;
  }
}

function isAddressable(arg: Argument): arg is Addressable {
  return typeof arg === 'object' && arg !== null;
}
