/** Attention of sequences of various lengths, packed one behind the other. */
import { ShapeError, type Tensor } from '@tessera/tensor';
import { checkTensor, formatShape, withDefaults } from '@tessera/tensor/core';
import { attend } from './flashAttention.ts';
import { type AttentionOptions, DEFAULTS, type Settings } from './options.ts';
import type { FlashAttentionResult } from './result.ts';
import { packedSequences } from './sequences.ts';

const OP = 'flashAttentionVarlen';

/**
 * Attention within each of several sequences, which lie one behind the other without padding: [T, H, d], [S, Hkv, d], [S, Hkv, dv]
 * -> output [T, H, dv] and log-sum-exp [H, T]. Sequence i has the queries from cuQueries[i] to cuQueries[i + 1], and so with keys.
 * Options are those of `flashAttention`, where a batch is a sequence and positions count within it; both alignments of causal
 * attention are those of each sequence. FlashAttention: `flash_attn_varlen_func`; PyTorch: `varlen_attn`.
 *
 * @throws ShapeError when sizes do not fit; ValueError for cumulative lengths that do not rise from 0 to the end.
 * @example
 * const [q, k, v] = [randn(7, 2, 8), randn(7, 2, 8), randn(7, 2, 8)];
 * const lengths = tensor([0, 3, 7], { dtype: 'int32' });
 * flashAttentionVarlen(q, k, v, lengths, lengths, { causal: 'top-left' }).output.shape; // [7, 2, 8]
 */
export function flashAttentionVarlen(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  cuQueries: Tensor,
  cuKeys: Tensor,
  options: AttentionOptions = {},
): FlashAttentionResult {
  const settings = withDefaults<Settings>(OP, options, DEFAULTS);
  const [q, k, v] = Object.entries({ query, key, value }).map(([name, t]) => {
    if (checkTensor(OP, name, t).ndim !== 3)
      throw new ShapeError(
        `${OP}: ${name} must be [rows, H, d]; got ${formatShape(t.shape)}; try flatten(0, 1) of [B, L, H, d]`,
      );
    // (T, H, d) -> (1, H, T, d)
    return t.transpose(0, 1).unsqueeze(0);
  }) as [Tensor, Tensor, Tensor];
  const sequences = packedSequences(OP, cuQueries, cuKeys, q, k);
  const { output, logSumExp } = attend(OP, [q, k, v], settings, { sequences, pages: null, blockMask: null });
  // (1, H, T, dv) -> (T, H, dv)
  return { output: output.squeeze(0).transpose(0, 1), logSumExp: logSumExp.squeeze(0) };
}
