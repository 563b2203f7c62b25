/** The numbers of the notebook. */
import type { Tensor } from '@tessera/tensor';
import * as tessera from '@tessera/tensor';
import type { Adapters } from '../adapter.ts';
import { reductions } from './reductions.ts';

const { log_softmax, softmax } = reductions as Required<Adapters>;

export const notebook: Adapters = {
  batch_norm: ([x], { training, eps }) =>
    tessera.batchNorm(x as Tensor, { training: training as boolean, eps: eps as number }),
  layer_norm: ([x, weight, bias], { normalized_shape, eps }) =>
    tessera.layerNorm(x as Tensor, normalized_shape as readonly number[], {
      weight: weight ?? null,
      bias: bias ?? null,
      eps: eps as number,
    }),
  log_softmax: log_softmax as Adapters[string],
  softmax: softmax as Adapters[string],
};
