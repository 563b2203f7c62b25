export { type Alike, AlikeLoss } from './alike.ts';
export {
  BCELoss,
  type BCEOptions,
  binaryCrossEntropy,
  binaryCrossEntropyOp,
} from './binary/bce.ts';
export {
  BCEWithLogitsLoss,
  type BCEWithLogitsOptions,
  bceWithLogitsBackwardOp,
  bceWithLogitsOp,
  binaryCrossEntropyWithLogits,
} from './binary/bceWithLogits.ts';
export { DiceLoss, type DiceOptions, diceLoss } from './binary/dice.ts';
export { SigmoidFocalLoss, type SigmoidFocalOptions, sigmoidFocalLoss } from './binary/sigmoidFocal.ts';
export {
  MultiLabelSoftMarginLoss,
  multilabelSoftMarginLoss,
  SoftMarginLoss,
  softMarginLoss,
} from './binary/softMargin.ts';
export {
  CrossEntropyLoss,
  type CrossEntropyOptions,
  crossEntropy,
  type Labelled,
} from './classification/crossEntropy.ts';
export { crossEntropyLabelsBackwardOp, crossEntropyLabelsOp } from './classification/crossEntropyLabels.ts';
export { crossEntropySoftBackwardOp, crossEntropySoftOp } from './classification/crossEntropySoft.ts';
export { FocalLoss, type FocalOptions, focalLoss } from './classification/focal.ts';
export type { ClassIndices } from './classification/labels.ts';
export {
  LinearCrossEntropyLoss,
  type LinearCrossEntropyOptions,
  type LinearHead,
  linearCrossEntropy,
} from './classification/linearCrossEntropy.ts';
export { linearCrossEntropyOp } from './classification/linearCrossEntropyOp.ts';
export { MultiLabelMarginLoss, multilabelMarginLoss } from './classification/multilabelMargin.ts';
export { MultiMarginLoss, type MultiMarginOptions, multiMarginLoss } from './classification/multiMargin.ts';
export { NLLLoss, type NLLOptions, nllLoss } from './classification/nll.ts';
export { CTCLoss, type CTCOptions, ctcLoss } from './ctc/ctc.ts';
export { ctcBackwardOp, ctcOp } from './ctc/ctcOp.ts';
export { KLDivLoss, type KLDivOptions, klDiv } from './klDiv.ts';
export type { LossOptions, Lost, Reducing, Reduction } from './reduction.ts';
export { GaussianNLLLoss, type GaussianNLLOptions, gaussianNLLLoss } from './regression/gaussianNll.ts';
export { HuberLoss, type HuberLossOptions, huberBackwardOp, huberLoss, huberOp } from './regression/huber.ts';
export { absoluteError, L1Loss, l1Loss } from './regression/l1.ts';
export { MSELoss, mseLoss, squaredErrorBackwardOp, squaredErrorOp } from './regression/mse.ts';
export { PoissonNLLLoss, type PoissonNLLOptions, poissonNLLLoss } from './regression/poissonNll.ts';
export { SmoothL1Loss, type SmoothL1LossOptions, smoothL1Loss } from './regression/smoothL1.ts';
export {
  CosineEmbeddingLoss,
  type CosineEmbeddingOptions,
  cosineEmbeddingLoss,
} from './similarity/cosineEmbedding.ts';
export {
  HingeEmbeddingLoss,
  type HingeEmbeddingOptions,
  hingeEmbeddingLoss,
} from './similarity/hingeEmbedding.ts';
export { MarginRankingLoss, type MarginRankingOptions, marginRankingLoss } from './similarity/marginRanking.ts';
export {
  type DistanceFunction,
  TripletMarginLoss,
  type TripletMarginOptions,
  TripletMarginWithDistanceLoss,
  type TripletMarginWithDistanceOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from './similarity/tripletMargin.ts';
