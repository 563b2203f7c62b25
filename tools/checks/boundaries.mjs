// Prints every breach of the rules of the house, and fails if there is one.
import { join } from 'node:path';
import { breaches } from './breaches.mjs';

const found = breaches(join(import.meta.dirname, '../..'));
for (const breach of found) console.error(breach);
console.log(`boundaries: ${found.length || 'no'} breach${found.length > 1 ? 'es' : ''}`);
process.exitCode = found.length ? 1 : 0;
