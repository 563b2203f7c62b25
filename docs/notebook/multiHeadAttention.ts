/** The notebook's third chapter: attention with several heads by hand, beside the library's. */
import { Dropout, MHA as LibraryMHA, Linear, Module } from '@tessera/layers';
import { manualSeed, randn, type Tensor } from '@tessera/tensor';
import { type Chapter, compared, largestDifference, showIfMain, told } from './chapter.ts';

export class MHA extends Module {
  readonly headDim: number;
  readonly qProj: Linear;
  readonly kProj: Linear;
  readonly vProj: Linear;
  readonly outProj: Linear;
  readonly attnDropout: Dropout;
  readonly outputDropout: Dropout;

  constructor(
    readonly hiddenDim: number,
    readonly numHeads: number,
    attentionDropout = 0.1,
    outputDropout = 0.1,
  ) {
    super();
    this.headDim = Math.floor(hiddenDim / numHeads);
    this.qProj = new Linear(hiddenDim, hiddenDim);
    this.kProj = new Linear(hiddenDim, hiddenDim);
    this.vProj = new Linear(hiddenDim, hiddenDim);
    this.outProj = new Linear(hiddenDim, hiddenDim);
    this.attnDropout = new Dropout(attentionDropout);
    this.outputDropout = new Dropout(outputDropout);
  }

  forward(x: Tensor): Tensor {
    const [batchSize, seqLen] = x.shape as readonly [number, number, number];
    // (B, L, D) -> (B, L, H, D/H) -> (B, H, L, D/H), written in two ways
    const Q = this.qProj.forward(x).view(batchSize, seqLen, this.numHeads, this.headDim).permute(0, 2, 1, 3);
    const K = this.kProj.forward(x).view(batchSize, seqLen, this.numHeads, this.headDim).transpose(1, 2);
    const V = this.vProj.forward(x).view(batchSize, seqLen, this.numHeads, this.headDim).transpose(1, 2);

    let attnWeight: Tensor = Q.matmul(K.transpose(-2, -1)).div(Math.sqrt(this.headDim)).softmax(-1);
    attnWeight = this.attnDropout.forward(attnWeight);
    let output: Tensor = attnWeight.matmul(V);
    // (B, H, L, D/H) -> (B, L, H, D/H) -> (B, L, D)
    output = output.transpose(1, 2).contiguous().view(batchSize, seqLen, this.hiddenDim);
    output = this.outProj.forward(output);
    output = this.outputDropout.forward(output);
    return output;
  }
}

export interface MHANumbers {
  /** Largest difference in evaluation, where nothing is dropped. */
  readonly evaluation: number;
  /** Largest difference in training: the same seed draws the same masks. */
  readonly training: number;
  /** Share of elements of the output that dropout made 0 in training. */
  readonly dropped: number;
  /** How many there are. */
  readonly elements: number;
}

export function compareMHA(seed = 0): MHANumbers {
  manualSeed(seed);
  const [hiddenDim, numHeads] = [64, 8];
  const byHand = new MHA(hiddenDim, numHeads);
  const library = new LibraryMHA(hiddenDim, numHeads);
  library.loadStateDict(byHand.stateDict());
  const x = randn(4, 16, hiddenDim);

  byHand.eval();
  library.eval();
  const evaluation = largestDifference(byHand.forward(x), library.forward(x));

  byHand.train();
  library.train();
  manualSeed(seed + 1);
  const byHandOutput = byHand.forward(x);
  manualSeed(seed + 1);
  const training = largestDifference(byHandOutput, library.forward(x));

  const dropped = byHandOutput.eq(0).to('float32').mean().item();
  return { evaluation, training, dropped, elements: byHandOutput.count };
}

export const chapter: Chapter = {
  title: 'Multi-head attention',
  slips: [
    '`head_dim` is by true division, a float, which `view` refuses; `//` is meant',
    '`self.dropout` does not exist; `self.attn_dropout` is meant',
    '`math` is not imported in this cell',
  ],
  rows: () => {
    const { evaluation, training, dropped } = compareMHA();
    return [
      compared('by hand and MHA, evaluation', evaluation),
      compared('by hand and MHA, training, one seed', training),
      told('of the output, dropout drops (p = 0.1)', `${(100 * dropped).toFixed(1)} %`, Math.abs(dropped - 0.1) < 0.03),
    ];
  },
};

showIfMain(import.meta.url, chapter);
