export { environmentVariable } from './environment.ts';
export { KernelError, MemoryError, ValueError } from './errors.ts';
export { gemm, type Matrices, offsetsOf, type Product } from './gemm.ts';
export { type Addressable, Cell, type HeapStatistics, MAXIMUM_BUDGET, mebibytes } from './heap.ts';
export { type Argument, ELEMENTWISE_GRAIN, launch, launchFrom, resolve } from './launch.ts';
export { launchMany, type Step } from './launchMany.ts';
export {
  baseKernels,
  deterministic,
  heap,
  type KernelBuilds,
  type KernelTable,
  kernelsOnDemand,
  loadKernels,
  scratchBytes,
  usesRelaxedSimd,
} from './load.ts';
export { stageTable, type Views, views } from './memory.ts';
export type { KernelBuild } from './placement.ts';
export { getNumThreads, setNumThreads } from './pool.ts';
