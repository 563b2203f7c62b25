/** Multi-head attention and the layers of a transformer. */
import {
  type EncodeOptions,
  LayerNorm,
  type Module,
  MultiheadAttention,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from '@tessera/layers';
import type { Tensor } from '@tessera/tensor';
import type { Adapter, Adapters, Case } from '../adapter.ts';
import { camelCase } from '../camelCase.ts';

/** PyTorch's keyword names. */
interface Attributes {
  readonly embed_dim: number;
  readonly num_heads: number;
  readonly bias?: boolean;
  readonly kdim?: number | null;
  readonly vdim?: number | null;
  readonly batch_first?: boolean;
  readonly add_bias_kv?: boolean;
  readonly add_zero_attn?: boolean;
  readonly need_weights?: boolean;
  readonly average_attn_weights?: boolean;
  readonly d_model: number;
  readonly nhead: number;
  readonly dim_feedforward?: number;
  readonly dropout?: number;
  readonly activation?: 'relu' | 'gelu';
  readonly norm_first?: boolean;
  readonly layer_norm_eps?: number;
  readonly num_layers: number;
  readonly final_norm?: boolean;
}

/** The inputs by name; the first may have none. */
function byName(inputs: readonly (Tensor | null)[], { inputs: described }: Case): Record<string, Tensor> {
  return Object.fromEntries(inputs.map((input, i) => [described[i]?.name ?? 'src', input as Tensor]));
}

/** The case's tensors stand in for the module's own, so that gradients reach them. */
function holding<M extends Module>(module: M, tensors: Record<string, Tensor>): M {
  for (const key of Object.keys(module.stateDict())) {
    const path = camelCase(key).split('.');
    const field = path.pop() as string;
    const owner = path.reduce<Record<string, unknown>>(
      (at, name) => at[name] as Record<string, unknown>,
      module as never,
    );
    owner[field] = tensors[key];
  }
  return module;
}

const multiheadAttention: Adapter = (inputs, given, testCase) => {
  const attributes = given as unknown as Attributes;
  const tensors = byName(inputs, testCase);
  const { embed_dim, num_heads, bias, kdim, vdim, batch_first, add_bias_kv, add_zero_attn } = attributes;
  const layer = new MultiheadAttention(embed_dim, num_heads, {
    bias: bias ?? true,
    kdim: kdim ?? null,
    vdim: vdim ?? null,
    batchFirst: batch_first ?? false,
    addBiasKv: add_bias_kv ?? false,
    addZeroAttn: add_zero_attn ?? false,
  });
  const query = tensors.query as Tensor;
  const [output, weights] = holding(layer, tensors).forward(query, tensors.key ?? query, tensors.value ?? query, {
    keyPaddingMask: tensors.key_padding_mask ?? null,
    attnMask: tensors.attn_mask ?? null,
    needWeights: attributes.need_weights ?? true,
    averageAttnWeights: attributes.average_attn_weights ?? true,
  });
  return weights === null ? [output] : [output, weights as Tensor];
};

const optionsOf = (attributes: Attributes): TransformerLayerOptions => ({
  dimFeedforward: attributes.dim_feedforward ?? 2048,
  dropout: attributes.dropout ?? 0.1,
  activation: attributes.activation ?? 'relu',
  batchFirst: attributes.batch_first ?? false,
  normFirst: attributes.norm_first ?? false,
  layerNormEps: attributes.layer_norm_eps ?? 1e-5,
});

const encodeOptions = (tensors: Record<string, Tensor>): EncodeOptions => ({
  srcMask: tensors.src_mask ?? null,
  srcKeyPaddingMask: tensors.src_key_padding_mask ?? null,
});

export const attentionLayers: Adapters = {
  MultiheadAttention: multiheadAttention,
  TransformerEncoderLayer: (inputs, given, testCase) => {
    const attributes = given as unknown as Attributes;
    const tensors = byName(inputs, testCase);
    const { d_model, nhead } = attributes;
    const layer = new TransformerEncoderLayer(d_model, nhead, optionsOf(attributes));
    return holding(layer, tensors).forward(tensors.src as Tensor, encodeOptions(tensors));
  },
  TransformerDecoderLayer: (inputs, given, testCase) => {
    const attributes = given as unknown as Attributes;
    const tensors = byName(inputs, testCase);
    const { d_model, nhead } = attributes;
    const layer = new TransformerDecoderLayer(d_model, nhead, optionsOf(attributes));
    return holding(layer, tensors).forward(tensors.tgt as Tensor, tensors.memory as Tensor, {
      tgtMask: tensors.tgt_mask ?? null,
      memoryMask: tensors.memory_mask ?? null,
      tgtKeyPaddingMask: tensors.tgt_key_padding_mask ?? null,
      memoryKeyPaddingMask: tensors.memory_key_padding_mask ?? null,
    });
  },
  TransformerEncoder: (inputs, given, testCase) => {
    const attributes = given as unknown as Attributes;
    const tensors = byName(inputs, testCase);
    const { d_model, nhead, num_layers, final_norm } = attributes;
    const layer = new TransformerEncoderLayer(d_model, nhead, optionsOf(attributes));
    const norm = final_norm ? new LayerNorm([d_model]) : null;
    const encoder = new TransformerEncoder(layer, num_layers, norm);
    return holding(encoder, tensors).forward(tensors.src as Tensor, encodeOptions(tensors));
  },
};
