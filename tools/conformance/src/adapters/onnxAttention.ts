/** ONNX's operators around attention. Inputs come in the order of their declaration; an absent one is null or missing. */
import { attentionScores, attentionWeights, flashAttention } from '@tessera/flash-attention';
import { applyRotaryEmbedding, linearAttention, type UpdateRule } from '@tessera/layers';
import { cat, pad, type Tensor } from '@tessera/tensor';
import type { Adapter, Adapters } from '../adapter.ts';

type Heads = number | undefined;

/** [B, L, H d] -> [B, H, L, d] */
function apart(x: Tensor, heads: Heads): Tensor {
  return x.ndim === 4 ? x : x.unflatten(-1, [heads as number, -1]).transpose(1, 2);
}

/** [B, H, L, d] -> [B, L, H d] */
function together(x: Tensor): Tensor {
  return x.transpose(1, 2).flatten(-2);
}

interface AttentionAttributes {
  readonly is_causal?: number;
  readonly kv_num_heads?: number;
  readonly q_num_heads?: number;
  readonly scale?: number;
  readonly softcap?: number;
  readonly qk_matmul_output_mode?: number;
}

const attention: Adapter = (inputs, given, { outputs }) => {
  const attributes = given as AttentionAttributes;
  const [query, key, value, mask = null, pastKey = null, pastValue = null, lengths = null] =
    inputs as readonly (Tensor | null)[];
  const q = apart(query as Tensor, attributes.q_num_heads);
  const [newKeys, newValues] = [key, value].map((t) => apart(t as Tensor, attributes.kv_num_heads)) as [Tensor, Tensor];
  const k = pastKey ? cat([pastKey, newKeys], 2) : newKeys;
  const v = pastValue ? cat([pastValue, newValues], 2) : newValues;
  // The last query is the last of as many keys as there are; after a past, query i is key past + i.
  const isCausal = Boolean(attributes.is_causal);
  const past = pastKey?.shape[2] ?? 0;
  const options = {
    scale: attributes.scale ?? null,
    softcap: attributes.softcap ?? 0,
    attnMask: mask && widened(mask, k.shape[2] as number),
    causal: isCausal && lengths ? ('bottom-right' as const) : false,
    window: isCausal && !lengths ? ([null, past] as const) : null,
    enableGqa: true,
  } as const;
  const { output } = flashAttention(q, k, v, { ...options, keyLengths: lengths });
  const y = (query as Tensor).ndim === 3 ? together(output) : output;
  // Scores as they are (0), capped (1), masked (2), and weights (3).
  const { scale, softcap } = options;
  const matrices: readonly (() => Tensor)[] = [
    () => attentionScores(q, k, { scale, enableGqa: true }),
    () => attentionScores(q, k, { scale, softcap, enableGqa: true }),
    () => attentionScores(q, k, options),
    () => attentionWeights(q, k, options),
  ];
  const matrix = outputs[3] ? matrices[attributes.qk_matmul_output_mode ?? 0]?.() : undefined;
  return [y, k, v, matrix ?? y].slice(0, outputs.length);
};

/** A mask for fewer keys hides the rest. */
function widened(mask: Tensor, keys: number): Tensor {
  const missing = keys - (mask.shape.at(-1) as number);
  return missing === 0 || mask.dtype === 'bool' ? mask : pad(mask, [0, missing], { value: -Infinity });
}

const flexAttention: Adapter = ([q, k, v], { scale = null }) =>
  flashAttention(q as Tensor, k as Tensor, v as Tensor, { scale: scale as number | null, enableGqa: true }).output;

interface LinearAttributes {
  readonly kv_num_heads: number;
  readonly q_num_heads: number;
  readonly scale?: number;
  readonly update_rule?: UpdateRule;
}

const linear: Adapter = (inputs, given) => {
  const { q_num_heads, kv_num_heads, scale = 0, update_rule = 'gated_delta' } = given as unknown as LinearAttributes;
  const [query, key, value, state = null, decay = null, beta = null] = inputs as readonly (Tensor | null)[];
  const { output, state: next } = linearAttention(
    apart(query as Tensor, q_num_heads),
    apart(key as Tensor, kv_num_heads),
    apart(value as Tensor, kv_num_heads),
    {
      updateRule: update_rule,
      scale: scale === 0 ? null : scale,
      state,
      decay: decay && apart(decay, kv_num_heads),
      // (B, L, Hkv or 1) -> (B, Hkv or 1, L)
      beta: beta?.transpose(1, 2) ?? null,
    },
  );
  return [together(output), next];
};

const rotaryEmbedding: Adapter = (inputs, attributes) => {
  const [x, cosines, sines, positions = null] = inputs as readonly [Tensor, Tensor, Tensor, Tensor | null];
  const heads = attributes.num_heads as Heads;
  // (B, L, C) -> (B, 1, L, C)
  const [cos, sin] = [cosines, sines].map((t) => (positions ? t.at(positions) : t).unsqueeze(1)) as [Tensor, Tensor];
  const y = applyRotaryEmbedding(apart(x, heads), cos, sin, { interleaved: Boolean(attributes.interleaved) });
  return x.ndim === 3 ? together(y) : y;
};

export const onnxAttention: Adapters = {
  Attention: attention,
  FlexAttention: flexAttention,
  LinearAttention: linear,
  RotaryEmbedding: rotaryEmbedding,
};
