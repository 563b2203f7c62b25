/** Attention in plain ops: what the kernels mean. */
import { type Tensor, where } from '@tessera/tensor';
import { type FlashAttributes, type Sizes, visible } from './problem.ts';

/** scale Q K^T, -Infinity where a query does not see a key. [B, H, Lq, Lk] */
export function scoresOf(q: Tensor, k: Tensor, sizes: Sizes, attributes: FlashAttributes): Tensor {
  const scores = q.mul(attributes.scale).matmul(grouped(k, sizes).transpose(-2, -1));
  return where(visible(sizes, attributes), scores, -Infinity);
}

/** Every head of keys for each of its heads of queries. [B, Hkv, ...] -> [B, H, ...] */
export function grouped(t: Tensor, { heads, keyHeads }: Sizes): Tensor {
  return heads === keyHeads ? t : t.repeatInterleave(heads / keyHeads, 1);
}

/** The sum over the heads of queries of each head of keys. [B, H, ...] -> [B, Hkv, ...] */
export function gathered(t: Tensor, { heads, keyHeads }: Sizes): Tensor {
  return heads === keyHeads ? t : t.unflatten(1, [keyHeads, heads / keyHeads]).sum(2);
}

/** weights @ rows, where a row with the weight 0 adds nothing, whatever is in it. [..., M, N] @ [..., N, C] -> [..., M, C] */
export function weighted(weights: Tensor, rows: Tensor): Tensor {
  if (rows.isfinite().all().item()) return weights.matmul(rows);
  const shares = weights.unsqueeze(-1);
  // (..., M, N, 1) (..., 1, N, C) -> (..., M, N, C) -> (..., M, C)
  return where(shares.eq(0), 0, shares.mul(rows.unsqueeze(-3))).sum(-2);
}
