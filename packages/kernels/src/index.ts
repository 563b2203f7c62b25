export { MAXIMUM_BUDGET, Cell, type Addressable, type HeapStatistics } from './heap.ts';
export { environmentVariable } from './environment.ts';
export { KernelError, MemoryError } from './errors.ts';
export { gemm, type Matrices, offsetsOf, type Product } from './gemm.ts';
export { stageTable, type Views, views } from './memory.ts';
export { type Argument, ELEMENTWISE_GRAIN, launch, launchFrom, resolve } from './launch.ts';
export { baseKernels, deterministic, heap, type KernelBuilds, type KernelTable, loadKernels, usesRelaxedSimd } from './load.ts';
export { getNumThreads, setNumThreads } from './pool.ts';
