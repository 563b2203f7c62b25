/** Why mutants of what runs kernels survive. */
import type { Rule } from '../reasons.ts';

export const KERNELS: readonly Rule[] = [
  { reason: 'host', in: 'kernels/environment.ts' },
  { reason: 'host', in: 'kernels/load.ts' },
  { reason: 'host', in: 'kernels/placement.ts' },
  { reason: 'host', in: 'kernels/memory.ts' },
  {
    reason: 'host',
    in: 'kernels/pool.ts',
    line: /started|warned|spins|asked|data\)|workerSource|const data|moduleTable|setNumThreads/,
  },
  { reason: 'pieces', in: 'kernels/pool.ts', line: /chunks < 2/ },
  { reason: 'pieces', in: 'kernels/launch', from: /units (<=|>) grain|^units \* BLOCK > / },
  // Which way a product is run, and in what blocks.
  {
    reason: 'pieces',
    in: 'kernels/gemm.ts',
    line: /_TERMS|NARROW_ROWS|const (grain|columns|width|area|units|packed|rows) =|evenPart|clamp|Math\.max\(least|Math\.ceil\((value|CHUNK)|roundUp\(length|return \{ rows:/,
  },
  {
    reason: 'shorter',
    in: 'kernels/gemm.ts',
    from: /^count === 1$|^batch\.length === 0$|^m === 1|^n === 1$|^done === n$|^!shared/,
  },
  { reason: 'shorter', in: 'kernels/gemm.ts', line: /const (dims|shared|regular) =|i === 0 \|\| strides/ },
  {
    reason: 'memory',
    in: 'kernels/heap.ts',
    line: /WATCHED_BYTES|#dead|INITIAL_SOFT_LIMIT|GROWTH|const (room|step) =|shortfall > room|MAXIMUM_BUDGET/,
  },
  { reason: 'words', in: 'kernels/heap.ts', line: /MiB|mebibytes/ },
];
