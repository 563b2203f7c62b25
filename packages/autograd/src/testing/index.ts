/** Laws that derivatives must obey. Needs `fast-check` and `@tessera/arbitraries`. */

export { checkLaw, type Law, LawError, LawFailure, type LawOptions, type LawOutcome } from '@tessera/tensor/testing';
export { checkOp, gradientLaws, opLaws } from './checkOp.ts';
export { expectSlope, type Line, slopeOf } from './differences.ts';
