/** Laws that ops must obey, and what it takes to state more of them. Needs `fast-check` and `@tessera/arbitraries`. */
export { type Bound, bounds, ulp } from './bounds.ts';
export { checkOp, opLaws } from './checkOp.ts';
export { type DrawOptions, drawFrom } from './draw.ts';
export { type Comparable, expectSameBits, expectWithin, LawError, within } from './expectWithin.ts';
export { checkLaw, type Law, type LawOptions } from './law.ts';
export {
  type CaseOptions,
  describeCase,
  drawCase,
  laidOut,
  type OpCase,
  operandName,
  type PlainInput,
  tensorOf,
} from './opCase.ts';
export { isOp, opTable } from './opTable.ts';
export { expectRefusal, isNamedError, unlessRefused } from './refusal.ts';
export { gamma, UNIT_FLOAT32, UNIT_FLOAT64 } from './roundings.ts';
export { hasKernel, meaning, referenceTwin } from './twin.ts';
