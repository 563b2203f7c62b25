/** The table of all ops: whatever the package exports that is a record. */
import * as exported from '../index.ts';
import type { Op } from '../op.ts';

/** Whether a value is the record of an op. */
export function isOp(value: unknown): value is Op {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    'kind' in value &&
    'name' in value &&
    'operands' in value
  );
}

/**
 * The records among the exports of a module (default: `@tessera/tensor`), each once, in order of their names.
 *
 * @example
 * for (const op of opTable()) describe(op.name, () => ...);
 * opTable(await import('./my-ops.ts'));
 */
export function opTable(module: object = exported): Op[] {
  return [...new Set(Object.values(module).filter(isOp))].sort((a, b) => (a.name < b.name ? -1 : 1));
}
