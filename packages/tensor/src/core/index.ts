/** For those who build ops, layers or traces of their own: `@tessera/tensor/core`. */

export { generatorOf } from '../random/generator.ts';
export { streamWords } from '../random/philox.ts';
export * from './arguments.ts';
export { alias, allocate, demote, isTensor, type Layout, makeTensor, rehouse } from './base.ts';
export * from './broadcast.ts';
export { copyOf, elementsInPlace, freeTemporaries, toContiguous, writeInto } from './copy.ts';
export * from './dims.ts';
export { apply, dispatch, evaluate } from './dispatch.ts';
export { checkDType, DTYPES, isFloating, type TypedArray } from './dtype.ts';
export { assignInPlace } from './inPlace.ts';
export * from './reversal.ts';
export * from './rule.ts';
export { keep, runScope } from './scope.ts';
export * from './shape.ts';
export * from './sizes.ts';
export { Storage } from './storage.ts';
export type { BackwardOptions, GradientHook, Trace, TraceEngine } from './trace.ts';
