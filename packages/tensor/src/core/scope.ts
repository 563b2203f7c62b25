/** Scopes that free what was made inside them. Never needed for correctness: they only save the heap some work. */
import type { Storage } from './storage.ts';

interface ScopeFrame {
  readonly made: Set<Storage>;
  readonly outer: ScopeFrame | null;
}

let frame: ScopeFrame | null = null;

/** Notes a new storage in the innermost open scope. */
export function enlist(storage: Storage): void {
  frame?.made.add(storage);
}

/** Takes a storage out of every care of scopes: it lives on when they end (gradients, optimizer state). */
export function keep(storage: Storage): void {
  for (let scope: ScopeFrame | null = frame; scope !== null; scope = scope.outer) scope.made.delete(storage);
}

/** Runs `body`, then frees every storage made inside it but the survivors and those that a tape holds. */
export function runScope<T>(body: () => T, survivors: (result: T, made: ReadonlySet<Storage>) => Iterable<Storage>): T {
  const mine: ScopeFrame = { made: new Set(), outer: frame };
  frame = mine;
  try {
    const result = body();
    for (const storage of survivors(result, mine.made)) {
      if (mine.made.delete(storage)) mine.outer?.made.add(storage);
    }
    return result;
  } finally {
    frame = mine.outer;
    for (const storage of mine.made) {
      if (storage.holds > 0) storage.orphaned = true;
      else storage.free();
    }
  }
}
