export { CrossEntropyLoss, type CrossEntropyOptions, crossEntropy } from './crossEntropy/crossEntropy.ts';
export { crossEntropyRowsBackwardOp, crossEntropyRowsOp } from './crossEntropy/rows.ts';
export { KLDivLoss, type KLDivOptions, klDiv } from './klDiv.ts';
export { MSELoss, mseLoss } from './mse.ts';
export type { LossOptions, Reduction } from './reduction.ts';
