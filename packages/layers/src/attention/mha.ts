/** Attention of a sequence to itself, with several heads. */
import { type Tensor, ValueError } from '@tessera/tensor';
import { checkInteger, withDefaults } from '@tessera/tensor/core';
import { Dropout } from '../dropout/dropout.ts';
import { Linear } from '../linear.ts';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { checkSequences, type SequencesShape } from './sequences.ts';

export interface MHAOptions {
  /** Probability with which an attention weight is dropped. Default 0.1. */
  readonly attentionDropout?: number;
  /** Probability with which an element of the result is dropped. Default 0.1. */
  readonly outputDropout?: number;
}

export interface MHAMap extends ShapeMap {
  readonly output: this['layer'] extends MHA<infer D> ? SequencesShape<'MHA', ShapeIn<this['input']>, D> : never;
}

/**
 * Self-attention in `numHeads` parts of the features: (B, L, D) -> (B, L, D). Dropout acts on the attention weights and
 * on the result. Vaswani et al., 2017.
 *
 * @example
 * new MHA(64, 8).forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
export class MHA<out D extends number = number> extends Module {
  declare readonly mapsShape: MHAMap;
  readonly headDim: number;
  readonly qProj: Linear;
  readonly kProj: Linear;
  readonly vProj: Linear;
  readonly outProj: Linear;
  readonly attnDropout: Dropout;
  readonly outputDropout: Dropout;

  constructor(
    readonly hiddenDim: D,
    readonly numHeads: number,
    options: MHAOptions = {},
  ) {
    super();
    checkInteger('MHA', 'hiddenDim', hiddenDim, 1);
    checkInteger('MHA', 'numHeads', numHeads, 1);
    const { attentionDropout, outputDropout } = withDefaults<Required<MHAOptions>>('MHA', options, {
      attentionDropout: 0.1,
      outputDropout: 0.1,
    });
    if (hiddenDim % numHeads !== 0)
      throw new ValueError(
        `MHA: hiddenDim must be divisible by numHeads; got ${hiddenDim} and ${numHeads}; try a divisor of ${hiddenDim}`,
      );
    this.headDim = hiddenDim / numHeads;
    this.qProj = new Linear(hiddenDim, hiddenDim);
    this.kProj = new Linear(hiddenDim, hiddenDim);
    this.vProj = new Linear(hiddenDim, hiddenDim);
    this.outProj = new Linear(hiddenDim, hiddenDim);
    this.attnDropout = new Dropout(attentionDropout);
    this.outputDropout = new Dropout(outputDropout);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkSequences('MHA', x, this.hiddenDim);
    const [batch, length, features] = x.shape as readonly [number, number, number];
    // (B, L, D) -> (B, L, H, D/H) -> (B, H, L, D/H)
    const heads = (t: Tensor): Tensor => t.reshape(batch, length, this.numHeads, this.headDim).transpose(1, 2);
    const q = heads(this.qProj.forward(x));
    const k = heads(this.kProj.forward(x));
    const v = heads(this.vProj.forward(x));
    const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(this.headDim));
    const weights = this.attnDropout.forward(scores.softmax(-1));
    // (B, H, L, D/H) -> (B, L, H, D/H) -> (B, L, D)
    const joined = weights.matmul(v).transpose(1, 2).reshape(batch, length, features);
    return this.outputDropout.forward(this.outProj.forward(joined));
  }
}
