/** This package's kernels, loaded at first use onto the heap that all kernels share. */
import { type Argument, type KernelTable, launchFrom, loadKernels, usesRelaxedSimd } from '@tessera/kernels';
import { build as relaxed } from './generated/relaxed.ts';
import { build as simd } from './generated/simd.ts';

const tables = new Map<boolean, KernelTable>();

/** Runs a kernel over [0, units), in chunks of `grain`. */
export function run(name: string, args: readonly Argument[], units: number, grain: number): void {
  const fused = usesRelaxedSimd();
  const table = tables.get(fused) ?? loadKernels({ simd, relaxed });
  tables.set(fused, table);
  launchFrom(table, name, args, units, grain);
}
