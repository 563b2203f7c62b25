// Suites that import vitest get vitest.ts of this folder.
import { register } from 'node:module';

const shim = new URL('./vitest.ts', import.meta.url).href;
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (specifier, context, next) =>
      specifier === 'vitest' ? { url: ${JSON.stringify(shim)}, shortCircuit: true } : next(specifier, context);
  `)}`,
);
