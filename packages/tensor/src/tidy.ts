/** Freeing temporaries at once, for those who want the last per cent. Never needed for correctness. */
import { isTensor } from './core/base.ts';
import { runScope } from './core/scope.ts';
import type { Storage } from './core/storage.ts';

/**
 * Runs `body` and frees every tensor made in it, but those it returns (also inside arrays and plain objects), those
 * that a recorded graph needs, gradients, and optimizer state.
 *
 * @example
 * const y = tidy(() => a.mul(b).add(c));
 */
export function tidy<T>(body: () => T): T {
  return runScope(body, (result) => {
    if (result instanceof Promise) throw new TypeError('tidy: the function must be synchronous; got a promise; try tidy around the synchronous parts');
    return storagesIn(result, new Set());
  });
}

function storagesIn(value: unknown, found: Set<Storage>): Set<Storage> {
  if (isTensor(value)) found.add(value.storage);
  else if (Array.isArray(value)) for (const item of value) storagesIn(item, found);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) storagesIn(item, found);
  return found;
}
