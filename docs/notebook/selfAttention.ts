/** The notebook's second chapter: self-attention by hand, beside the library's. */
import { type Layer, SelfAttention as LibrarySelfAttention, Linear, Module } from '@tessera/layers';
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import { type Chapter, compared, largestDifference, showIfMain } from './chapter.ts';

export class SelfAttention extends Module {
  readonly qProj: Linear;
  readonly kProj: Linear;
  readonly vProj: Linear;

  constructor(readonly hiddenDim: number) {
    super();
    this.qProj = new Linear(hiddenDim, hiddenDim);
    this.kProj = new Linear(hiddenDim, hiddenDim);
    this.vProj = new Linear(hiddenDim, hiddenDim);
  }

  forward(x: Tensor): Tensor {
    const q = this.qProj.forward(x);
    const k = this.kProj.forward(x);
    const v = this.vProj.forward(x);
    let attnWeight = q.matmul(k.transpose(-2, -1)); // (B, L, D) @ (B, D, L) -> (B, L, L)
    attnWeight = attnWeight.div(Math.sqrt(this.hiddenDim)).softmax(-1);
    const output = attnWeight.matmul(v);
    return output;
  }
}

export interface SelfAttentionNumbers {
  /** Largest difference between ours by hand and the library's, with the same weights. */
  readonly output: number;
  /** The same for the gradient of the queries' weight. */
  readonly gradient: number;
}

export function compareSelfAttention(seed = 0): SelfAttentionNumbers {
  manualSeed(seed);
  const hiddenDim = 64;
  const byHand = new SelfAttention(hiddenDim);
  const library = new LibrarySelfAttention(hiddenDim);
  library.loadStateDict(byHand.stateDict());

  const x = randn(2, 10, hiddenDim);
  const outputs = [byHand, library].map((module: Layer) => {
    const output = module.forward(x);
    output.square().mean().backward();
    return output;
  });
  return {
    output: largestDifference(outputs[0]!, outputs[1]!),
    gradient: largestDifference(byHand.qProj.weight.grad!, library.qProj.weight.grad!),
  };
}

export const chapter: Chapter = {
  title: 'Self-attention',
  slips: ['`nn.module` is `nn.Module`'],
  rows: () => {
    const { output, gradient } = compareSelfAttention();
    return [
      compared('by hand and SelfAttention, output', output),
      compared('by hand and SelfAttention, gradient', gradient),
    ];
  },
};

showIfMain(import.meta.url, chapter);
