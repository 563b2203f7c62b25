import { CrossEntropyLoss, crossEntropy, KLDivLoss, klDiv, MSELoss, mseLoss, type Reduction } from '@tessera/losses';
import { type Tensor, zeros } from '@tessera/tensor';

declare const some: Tensor;
declare const reduction: Reduction;
const logits = zeros(64, 10);
const labels = zeros([64], { dtype: 'int32' });

// Tensor<readonly []>
export const squared = mseLoss(logits, zeros(64, 10));
// Tensor<readonly [64, 10]>
export const each = mseLoss(logits, zeros(64, 10), { reduction: 'none' });
// mseLoss: input and target must have one shape; got [64, 10] and [64]
export const misfit = mseLoss(logits, zeros(64));
// Tensor<readonly []>
export const criterion = new MSELoss().forward(logits, zeros(64, 10));
// Tensor<readonly []>
export const total = new MSELoss({ reduction: 'sum' }).forward(logits, some);
// Tensor<readonly [64, 10]>
export const module = new MSELoss({ reduction: 'none' }).forward(logits, logits);
// mseLoss: input and target must have one shape; got [64, 10] and [10, 64]
export const misfitModule = new MSELoss().forward(logits, zeros(10, 64));
// Tensor<readonly []>
export const byLabels = crossEntropy(logits, labels);
// Tensor<readonly [64]>
export const perSample = crossEntropy(logits, labels, { reduction: 'none' });
// Tensor<readonly []>
export const byProbabilities = crossEntropy(logits, zeros(64, 10), { labelSmoothing: 0.1 });
// Tensor<readonly [8, 5]>
export const perPlace = new CrossEntropyLoss({ reduction: 'none' }).forward(
  zeros(8, 10, 5),
  zeros([8, 5], { dtype: 'int32' }),
);
// crossEntropy: target must be [64] class indices or [64, 10] probabilities; got [10] for input [64, 10]
export const misfitLabels = crossEntropy(logits, zeros([10], { dtype: 'int32' }));
// crossEntropy: input must have a dimension of classes; got []
export const noClasses = crossEntropy(zeros(), zeros());
// Tensor<readonly []>
export const divergence = klDiv(logits, logits, { reduction: 'batchmean' });
// Tensor<readonly [64, 10]>
export const divergences = new KLDivLoss({ reduction: 'none' }).forward(logits, zeros(10));
// klDiv: shapes must broadcast; got [64, 10] and [64] (10 and 64)
export const misfitDivergence = klDiv(logits, zeros(64));
// Tensor<readonly [64, 10] | readonly []>
export const someReduction = mseLoss(logits, logits, { reduction });
