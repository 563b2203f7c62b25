/** What every kind of attention gives. */
import type { Tensor } from '@tessera/tensor';

export interface FlashAttentionResult {
  /** [B, H, Lq, dv], in the layout of the queries. */
  readonly output: Tensor;
  /** log sum exp of every row of scores, -Infinity where a query sees no key. [B, H, Lq] */
  readonly logSumExp: Tensor;
}
