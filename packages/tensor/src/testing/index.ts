/** Laws that ops must obey, and what it takes to state more of them. Needs `fast-check` and `@tessera/arbitraries`. */
export { type AttentionBounds, type Bound, bounds, TOLERANCES, type ToleranceClass } from './bounds/index.ts';
export { gamma, LEAST_NORMAL, UNIT_FLOAT32, UNIT_FLOAT64, ulp } from './bounds/roundings.ts';
export { checkOp, opLaws } from './checkOp.ts';
export type { Comparable } from './comparable.ts';
export { type DrawOptions, drawFrom } from './draw.ts';
export { expectAtMost, expectSameBits, expectWithin, LawError, within } from './expectWithin.ts';
export { checkLaw, checkLaws, type Law, LawFailure, type LawOptions, type LawOutcome } from './law.ts';
export { onThreads, SEVERAL } from './onThreads.ts';
export {
  type CaseOptions,
  describeCase,
  drawCase,
  drawInputs,
  drawLayout,
  laidOut,
  type OpCase,
  operandName,
  type PlainInput,
  tensorOf,
} from './opCase.ts';
export { isOp, opTable } from './opTable.ts';
export { expectRefusal, isNamedError, unlessRefused } from './refusal.ts';
export { hasKernel, meaning, referenceTwin } from './twin.ts';
