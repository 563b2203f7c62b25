/** Losses: what is compared comes first, other tensors are options under their names. */
import * as library from '@tessera/losses';
import { logSoftmax, type Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

type Loss = (...args: never[]) => Tensor;

/** Takes the first `compared` inputs as arguments; the others, and all attributes, as options. */
function loss(run: Loss, compared = 2): Adapter {
  return (inputs, attributes, { inputs: described }) => {
    const options = Object.entries(attributes).map(([name, value]) => [camelCase(name), value]);
    const tensors = inputs.slice(compared).map((t, i) => [camelCase(described[compared + i]?.name as string), t]);
    const given = Object.fromEntries([...options, ...tensors]);
    return (run as (...args: unknown[]) => Tensor)(...inputs.slice(0, compared), given);
  };
}

/** The vectors hold logits. */
const ctc: Adapter = ([logits, ...others], attributes, testCase) =>
  loss(library.ctcLoss, 4)([logSoftmax(logits as Tensor, -1), ...others], attributes, testCase);

export const losses: Adapters = {
  binary_cross_entropy: loss(library.binaryCrossEntropy),
  binary_cross_entropy_with_logits: loss(library.binaryCrossEntropyWithLogits),
  cosine_embedding_loss: loss(library.cosineEmbeddingLoss, 3),
  cross_entropy: loss(library.crossEntropy),
  ctc_loss: ctc,

  gaussian_nll_loss: loss(library.gaussianNLLLoss, 3),
  hinge_embedding_loss: loss(library.hingeEmbeddingLoss),
  huber_loss: loss(library.huberLoss),
  kl_div: loss(library.klDiv),
  l1_loss: loss(library.l1Loss),
  margin_ranking_loss: loss(library.marginRankingLoss, 3),
  mse_loss: loss(library.mseLoss),
  multi_margin_loss: loss(library.multiMarginLoss),
  multilabel_margin_loss: loss(library.multilabelMarginLoss),
  multilabel_soft_margin_loss: loss(library.multilabelSoftMarginLoss),
  nll_loss: loss(library.nllLoss),
  poisson_nll_loss: loss(library.poissonNLLLoss),
  smooth_l1_loss: loss(library.smoothL1Loss),
  soft_margin_loss: loss(library.softMarginLoss),
  triplet_margin_loss: loss(library.tripletMarginLoss, 3),
};
