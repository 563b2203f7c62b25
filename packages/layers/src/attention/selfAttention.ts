/** Attention of a sequence to itself, with one head. */
import type { Tensor } from '@tessera/tensor';
import { checkInteger } from '@tessera/tensor/core';
import { Linear } from '../linear.ts';
import { Module } from '../module.ts';
import type { Fits, Output, ShapeIn, ShapeMap } from '../shapeMap.ts';
import { checkSequences, type SequencesShape } from './sequences.ts';

export interface SelfAttentionMap extends ShapeMap {
  readonly output: this['layer'] extends SelfAttention<infer D>
    ? SequencesShape<'SelfAttention', ShapeIn<this['input']>, D>
    : never;
}

/**
 * softmax(Q K^T / sqrt(D)) V with Q, K, V linear in x: (B, L, D) -> (B, L, D). Vaswani et al., 2017.
 *
 * @example
 * new SelfAttention(64).forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
export class SelfAttention<out D extends number = number> extends Module {
  declare readonly mapsShape: SelfAttentionMap;
  readonly qProj: Linear;
  readonly kProj: Linear;
  readonly vProj: Linear;

  constructor(readonly hiddenDim: D) {
    super();
    checkInteger('SelfAttention', 'hiddenDim', hiddenDim, 1);
    this.qProj = new Linear(hiddenDim, hiddenDim);
    this.kProj = new Linear(hiddenDim, hiddenDim);
    this.vProj = new Linear(hiddenDim, hiddenDim);
  }

  forward<L, X extends Tensor>(this: L, x: X & Fits<L, X>): Output<L, X>;
  forward(x: Tensor): Tensor {
    checkSequences('SelfAttention', x, this.hiddenDim);
    const q = this.qProj.forward(x);
    const k = this.kProj.forward(x);
    const v = this.vProj.forward(x);
    // (B, L, D) @ (B, D, L) -> (B, L, L)
    const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(this.hiddenDim));
    return scores.softmax(-1).matmul(v);
  }
}
