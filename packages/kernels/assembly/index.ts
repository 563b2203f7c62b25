export { SCRATCH_BYTES, __heap_base, setScratch } from './scratch';
export * from './elementwise/arithmetic';
export * from './elementwise/binary';
export * from './elementwise/compare';
export * from './elementwise/exponential';
export * from './random/distributions';
export * from './reduce/folds';
export * from './copy/convert';
export * from './copy/strided';
