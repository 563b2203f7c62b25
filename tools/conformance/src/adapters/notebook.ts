/** The numbers of the notebook. */

import { crossEntropy, klDiv } from '@tessera/losses';
import type { Tensor } from '@tessera/tensor';
import * as tessera from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';
import { reductions } from './reductions.ts';

const { log_softmax, softmax } = reductions as Required<Adapters>;

const layerNorm: Adapter = ([x, weight, bias], { normalized_shape, eps }) =>
  tessera.layerNorm(x as Tensor, normalized_shape as readonly number[], {
    weight: weight ?? null,
    bias: bias ?? null,
    eps: eps as number,
  });

type LossReduction = 'none' | 'mean' | 'sum';

const kl: Adapter = ([x, target], { reduction }, { inputs }) => {
  const options = { reduction: reduction as LossReduction };
  // Inputs named p and q are probabilities, and the case means KL(p || q); otherwise x holds logits of shape [N, C].
  if (inputs[0]?.name === 'p') return klDiv((target as Tensor).log(), x as Tensor, options);
  return klDiv(tessera.logSoftmax(x as Tensor, 1), target as Tensor, options);
};

export const notebook: Adapters = {
  batch_norm: ([x], { training, eps }) =>
    tessera.batchNorm(x as Tensor, { training: training as boolean, eps: eps as number }),
  cross_entropy: ([x, target], { reduction }) =>
    crossEntropy(x as Tensor, target as Tensor, { reduction: reduction as LossReduction }),
  kl_div: kl,
  layer_norm: layerNorm,
  log_softmax: log_softmax as Adapter,
  softmax: softmax as Adapter,
};
