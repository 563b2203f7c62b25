/** Laws that derivatives must obey. Needs `fast-check` and `@tessera/arbitraries`. */

export { checkLaw, type Law, LawError, LawFailure, type LawOptions, type LawOutcome } from '@tessera/tensor/testing';
export { checkLayer, type LayerOptions, layerLaws, layerUnderTest } from './checkLayer.ts';
export { checkLoss, type LossOptions, lossLaws, lossUnderTest } from './checkLoss.ts';
export { checkOp, gradientLaws, opLaws } from './checkOp.ts';
export { checkOptimizer, type OptimizerOptions, optimizerLaws, optimizerUnderTest } from './checkOptimizer.ts';
export { expectSlope, type Line, slopeOf } from './differences.ts';
export type { LayerCase, LayerLike, LayerUnderTest } from './layers/subject.ts';
export type { LossUnderTest, Reduction } from './losses/laws.ts';
export type { OptimizerLike, OptimizerSettings, OptimizerUnderTest, Trajectory } from './optimizers/subject.ts';
