export { setScratch } from '@tessera/kernels/assembly/scratch';
export * from './forward';

/** The first byte after this module's own tables. */
const heapBase: usize = __heap_base;

export * from './backward';
export { heapBase as __heap_base };
