export { setScratch } from '@tessera/kernels/assembly/scratch';
export * from './backward';
export * from './decode';
export * from './forward';
export * from './merge';
export * from './states';

/** The first byte after this module's own tables. */
const heapBase: usize = __heap_base;

export { heapBase as __heap_base };
