export {
  CrossEntropyLoss,
  type CrossEntropyOptions,
  crossEntropy,
  type Labelled,
} from './crossEntropy/crossEntropy.ts';
export { crossEntropyRowsBackwardOp, crossEntropyRowsOp } from './crossEntropy/rows.ts';
export { KLDivLoss, type KLDivOptions, klDiv } from './klDiv.ts';
export { type Alike, MSELoss, mseLoss } from './mse.ts';
export type { LossOptions, Lost, Reducing, Reduction } from './reduction.ts';
