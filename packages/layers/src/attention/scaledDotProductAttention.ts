/** Attention of queries to keys: in plain ops, or in tiles where these serve better. */
import {
  type CompositeOp,
  type Draw,
  dropout,
  type Sample,
  type SampleInput,
  type Tensor,
  ValueError,
} from '@tessera/tensor';
import {
  apply,
  type Check,
  checkFlag,
  checkFloat,
  checkNumber,
  checkSameDType,
  checkTensor,
  type Result,
  withDefaults,
} from '@tessera/tensor/core';
import { checkProbability } from '../checkProbability.ts';
import { checkMask } from './attentionMask.ts';
import { type AttentionShape, attentionShape, OP } from './attentionShape.ts';
import { attentionWeights } from './attentionWeights.ts';
import { attendInTiles, servesInTiles } from './tiledAttention.ts';

interface AttentionAttributes {
  readonly dropoutP: number;
  readonly isCausal: boolean;
  readonly scale: number;
  readonly enableGqa: boolean;
}

/** The mask may be missing: then there are three operands. */
export const scaledDotProductAttentionOp: CompositeOp<'query' | 'key' | 'value' | 'mask', AttentionAttributes> = {
  kind: 'composite',
  name: OP,
  operands: ['query', 'key', 'value', 'mask'],
  formula: 'softmax(scale Q K^T + mask) V',
  infer: ([query, key, value, mask], attributes) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    checkFloat(OP, 'query', q);
    checkSameDType(OP, q, k);
    checkSameDType(OP, q, v);
    if (mask !== undefined) checkMask(OP, 'attnMask', mask, q.dtype, 'may attend');
    return { shape: attentionShape(OP, q.shape, k.shape, v.shape, mask?.shape ?? null, attributes), dtype: q.dtype };
  },
  define: ([query, key, value, mask], attributes) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    const shape = attentionShape(OP, q.shape, k.shape, v.shape, mask?.shape ?? null, attributes);
    const { enableGqa, isCausal, scale, dropoutP } = attributes;
    // (..., Hkv, S, E) -> (..., Hkv, 1, S, E): each key head serves a group of query heads
    const shared = (t: Tensor): Tensor => (enableGqa ? t.unsqueeze(-3) : t);
    // (..., Hq, L, E) -> (..., Hkv, Hq/Hkv, L, E)
    const grouped = (t: Tensor): Tensor => {
      const heads = k.shape.at(-3) as number;
      return enableGqa ? t.unflatten(-3, [heads, (q.shape.at(-3) as number) / heads]) : t;
    };
    const products = grouped(q.mul(scale)).matmul(shared(k.transpose(-2, -1)));
    // (..., Hkv, Hq/Hkv, L, S) -> (..., Hq, L, S)
    const scores = enableGqa ? products.flatten(-4, -3) : products;
    const weights = dropout(attentionWeights(scores, mask ?? null, isCausal), dropoutP);
    return grouped(weights).matmul(shared(v)).reshape(shape);
  },
  sample: sampleAttention,
};

function sampleAttention(draw: Draw): Sample<AttentionAttributes> {
  const [length, keys, width, valueWidth] = [
    draw.integer(1, 4),
    draw.integer(1, 4),
    draw.integer(1, 3),
    draw.integer(1, 3),
  ];
  const enableGqa = draw.boolean();
  const heads = draw.integer(1, 2);
  const queryHeads = heads * (enableGqa ? draw.integer(1, 2) : 1);
  const batch = draw.pick([[], [2]]);
  const inputs: SampleInput[] = [
    { shape: [...batch, queryHeads, length, width], range: [-2, 2] },
    { shape: [...batch, heads, keys, width], range: [-2, 2] },
    { shape: [...batch, heads, keys, valueWidth], range: [-2, 2] },
  ];
  const masked = draw.pick(['none', 'bool', 'float', 'causal']);
  const shape = draw.pick([
    [length, keys],
    [queryHeads, 1, keys],
  ]);
  if (masked === 'bool') inputs.push({ shape, dtype: 'bool' });
  if (masked === 'float') inputs.push({ shape, range: [-2, 2] });
  const scale = draw.pick([1, 0.5]);
  return { inputs, attributes: { dropoutP: 0, isCausal: masked === 'causal', scale, enableGqa } };
}

export interface AttentionOptions<Gqa extends boolean = boolean> {
  /** Broadcasts to [..., Hq, L, S]. Bool: true may attend; otherwise numbers that are added to the scores. */
  readonly attnMask?: Tensor | null;
  /** Probability with which an attention weight is dropped. Default 0. */
  readonly dropoutP?: number;
  /** Whether query i sees keys 0 to i alone. Default false. */
  readonly isCausal?: boolean;
  /** What products of queries and keys are multiplied with. Default 1 / sqrt(E). */
  readonly scale?: number | null;
  /** Whether each key head serves a group of Hq / Hkv query heads. Default false. */
  readonly enableGqa?: Gqa;
}

/**
 * softmax(scale Q K^T + mask) V: [..., Hq, L, E], [..., Hkv, S, E], [..., Hkv, S, Ev] -> [..., Hq, L, Ev]. Dimensions before
 * the last two broadcast; with `enableGqa`, Hq is a multiple of Hkv instead. A query that may attend to no key gets zeros,
 * and gives no gradient. Attention of many queries to many keys is computed in tiles, with the same result up to roundings. Vaswani et al., 2017. PyTorch: `torch.nn.functional.scaled_dot_product_attention`.
 *
 * @throws ShapeError when sizes do not fit; ValueError for a mask together with isCausal; DTypeError for other dtypes.
 * @example
 * const [q, k, v] = [randn(2, 8, 5, 16), randn(2, 8, 5, 16), randn(2, 8, 5, 16)];
 * scaledDotProductAttention(q, k, v, { isCausal: true }).shape; // [2, 8, 5, 16]
 */
export function scaledDotProductAttention<
  Q extends Tensor,
  K extends Tensor,
  V extends Tensor,
  Gqa extends boolean = false,
>(
  query: Q,
  key: K,
  value: V & Check<AttentionShape<Q['shape'], K['shape'], V['shape'], Gqa>>,
  options?: AttentionOptions<Gqa>,
): Tensor<Result<AttentionShape<Q['shape'], K['shape'], V['shape'], Gqa>>>;
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  checkFloat(OP, 'query', checkTensor(OP, 'query', query));
  checkSameDType(OP, query, checkTensor(OP, 'key', key));
  checkSameDType(OP, query, checkTensor(OP, 'value', value));
  const { attnMask, dropoutP, isCausal, scale, enableGqa } = withDefaults<Required<AttentionOptions>>(OP, options, {
    attnMask: null,
    dropoutP: 0,
    isCausal: false,
    scale: null,
    enableGqa: false,
  });
  if (attnMask !== null) checkMask(OP, 'attnMask', attnMask, query.dtype, 'may attend');
  checkFlag(OP, 'isCausal', isCausal);
  checkFlag(OP, 'enableGqa', enableGqa);
  if (attnMask !== null && isCausal) {
    throw new ValueError(
      `${OP}: attnMask and isCausal exclude each other; got both; try attnMask.logicalAnd(ones(L, S, { dtype: 'bool' }).tril())`,
    );
  }
  checkProbability(OP, 'dropoutP', dropoutP, 0.1);
  if (scale !== null) checkNumber(OP, 'scale', scale);
  attentionShape(OP, query.shape, key.shape, value.shape, attnMask?.shape ?? null, { enableGqa });
  const factor = scale ?? 1 / Math.sqrt(Math.max(1, query.shape.at(-1) as number));
  if (servesInTiles(query.shape, key.shape, value.shape, attnMask?.shape ?? null, enableGqa))
    return attendInTiles(query, key, value, { attnMask, dropoutP, isCausal, scale: factor, enableGqa });
  const operands = [query, key, value, ...(attnMask === null ? [] : [attnMask])];
  return apply(scaledDotProductAttentionOp, operands, { dropoutP, isCausal, scale: factor, enableGqa });
}
