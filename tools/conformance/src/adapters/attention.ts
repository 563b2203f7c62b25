/** Attention with log-sum-exp, and positions as rotations. */
import { alibiSlopes, flashAttention } from '@tessera/flash-attention';
import { applyRotaryEmbedding } from '@tessera/layers';
import type { Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';

interface Attributes {
  readonly causal?: 'top-left' | 'bottom-right' | null;
  readonly scale?: number | null;
  readonly mask?: boolean;
  readonly bias?: boolean;
  readonly alibi?: boolean;
  readonly groups?: number;
}

const attention: Adapter = (inputs, given) => {
  const { causal, scale = null, mask = false, bias = false, alibi = false } = given as Attributes;
  const [q, k, v, ...rest] = inputs as readonly [Tensor, Tensor, Tensor, ...Tensor[]];
  const { output, logSumExp } = flashAttention(q, k, v, {
    scale,
    causal: causal ?? false,
    attnMask: mask ? (rest.shift() as Tensor) : null,
    bias: bias ? (rest.shift() as Tensor) : null,
    alibiSlopes: alibi ? alibiSlopes(q.shape[1] as number, { dtype: q.dtype }) : null,
    enableGqa: true,
  });
  return [output, logSumExp];
};

/** cos and sin are as wide as x: each angle twice. */
const rope: Adapter = (inputs, attributes) => {
  const interleaved = Boolean(attributes.interleaved);
  const [x, ...waves] = inputs as readonly [Tensor, Tensor, Tensor];
  const half = (t: Tensor): Tensor =>
    interleaved ? t.unflatten(-1, [-1, 2]).select(-1, 0) : t.unflatten(-1, [2, -1]).select(-2, 0);
  const [cos, sin] = waves.map(half) as [Tensor, Tensor];
  return applyRotaryEmbedding(x, cos, sin, { interleaved });
};

export const attentionAdapters: Adapters = { attention, rope };
