/** Looking at the heap, and freeing early for those who want the last per cent. Never needed for correctness. */
import { type HeapStatistics, heap, MAXIMUM_BUDGET } from '@tessera/kernels';
import { checkFunction } from './core/arguments.ts';
import { isTensor } from './core/base.ts';
import { ValueError } from './core/errors.ts';
import { runScope } from './core/scope.ts';
import { describe } from './core/shape.ts';
import type { Storage } from './core/storage.ts';

/**
 * Runs `body` and frees every tensor made in it, but those it returns (also inside arrays and plain objects), those
 * that a recorded graph needs, gradients, and optimizer state.
 *
 * @example
 * const y = tidy(() => a.mul(b).add(c));
 */
export function tidy<T>(body: () => T): T {
  checkFunction('tidy', 'body', body, '() => a.mul(b)');
  return runScope(body, (result) => {
    if (result instanceof Promise)
      throw new ValueError(
        'tidy: the function must be synchronous; got a promise; try tidy around the synchronous parts',
      );
    return storagesIn(result, new Set());
  });
}

function storagesIn(value: unknown, found: Set<Storage>, seen = new Set<object>()): Set<Storage> {
  if (isTensor(value)) found.add(value.storage);
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !seen.has(value)) {
    seen.add(value);
    for (const item of Object.values(value)) storagesIn(item, found, seen);
  }
  return found;
}

/**
 * What the heap holds, in bytes, and how often tensors were moved out of it and back.
 *
 * @example
 * memory().resident;
 */
export function memory(): HeapStatistics {
  return heap().statistics();
}

/**
 * Sets how many bytes of tensors may lie in WebAssembly memory at once (default 2 GiB, at most 4 GiB less 1 MiB). What
 * does not fit waits in ordinary memory and comes back when it is used.
 */
export function setMemoryBudget(bytes: number): void {
  if (!Number.isFinite(bytes) || bytes < MINIMUM_BUDGET || bytes > MAXIMUM_BUDGET) {
    throw new ValueError(
      `setMemoryBudget: bytes must be in [${MINIMUM_BUDGET}, ${MAXIMUM_BUDGET}]; got ${describe(bytes)}; try 2 ** 30`,
    );
  }
  heap().budget = Math.floor(bytes);
}

const MINIMUM_BUDGET = 2 ** 20;
