/** Attention of a sequence to itself, with one head. */
import type { Tensor } from '@tessera/tensor';
import { Linear } from '../linear.ts';
import { Module } from '../module.ts';

/**
 * softmax(Q K^T / sqrt(D)) V with Q, K, V linear in x: (B, L, D) -> (B, L, D). Vaswani et al., 2017.
 *
 * @example
 * new SelfAttention(64).forward(randn(2, 10, 64)).shape; // [2, 10, 64]
 */
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
    // (B, L, D) @ (B, D, L) -> (B, L, L)
    const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(this.hiddenDim));
    return scores.softmax(-1).matmul(v);
  }
}
