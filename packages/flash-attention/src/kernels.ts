/** This package's kernels, loaded at first use onto the heap that all kernels share. */
import { type Argument, kernelsOnDemand, launchFrom } from '@tessera/kernels';
import { build as relaxed } from './generated/relaxed.ts';
import { build as simd } from './generated/simd.ts';

const kernels = /* @__PURE__ */ kernelsOnDemand({ simd, relaxed });

/** Runs a kernel over [0, units), in chunks of `grain`. */
export function run(name: string, args: readonly Argument[], units: number, grain: number): void {
  launchFrom(kernels(), name, args, units, grain);
}
