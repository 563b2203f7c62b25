/** The notebook's fifth chapter: the Kullback-Leibler divergence by hand, beside the library's. */
import { KLDivLoss } from '@tessera/losses';
import { clamp, log, mean, sum, type Tensor, tensor } from '@tessera/tensor';
import { type Chapter, digits, quoted, showIfMain } from './chapter.ts';
import { logits, manualSoftmax, yTrue } from './crossEntropy.ts';

/** D_KL(p || q), averaged over rows: each is a distribution. */
export function klDivergence(yTrue: Tensor, yPred: Tensor, eps = 1e-15): Tensor {
  yTrue = clamp(yTrue, eps, 1);
  yPred = clamp(yPred, eps, 1);
  const kl = sum(yTrue.mul(log(yTrue).sub(log(yPred))), 1);
  return mean(kl);
}

export interface KLNumbers {
  /** One-hot labels: the divergence is the cross-entropy. */
  readonly manual1: number;
  readonly library1: number;
  readonly manual2: number;
  readonly library2: number;
}

export function compareKL(): KLNumbers {
  const probabilities = manualSoftmax(logits());
  const p2 = tensor([[0.4, 0.4, 0.2]]);
  const q2 = tensor([[0.3, 0.5, 0.2]]);
  // The library takes log-probabilities first, then the true distribution.
  const criterion = new KLDivLoss({ reduction: 'batchmean' });
  return {
    manual1: klDivergence(yTrue(), probabilities).item(),
    library1: criterion.forward(log(probabilities), yTrue()).item(),
    manual2: klDivergence(p2, q2).item(),
    library2: criterion.forward(log(q2), p2).item(),
  };
}

export const chapter: Chapter = {
  title: 'KL divergence',
  slips: [],
  rows: () => {
    const { manual1, library1, manual2, library2 } = compareKL();
    return [
      quoted('sample 1 by hand', '0.2269', digits([manual1])),
      quoted('sample 1, KLDivLoss', '0.2269', digits([library1])),
      quoted('sample 2 by hand', '0.0258', digits([manual2])),
      quoted('sample 2, KLDivLoss', '0.0258', digits([library2])),
    ];
  },
};

showIfMain(import.meta.url, chapter);
