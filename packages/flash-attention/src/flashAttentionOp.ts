/** Attention in tiles, as an op: its meaning in plain ops, its kernels, and its derivative. */
import { type CompositeOp, full, type Tensor, where, zeros } from '@tessera/tensor';
import { checkFloat, checkSameDType, DTYPES, dispatch } from '@tessera/tensor/core';
import { flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
import { run } from './kernels.ts';
import { grouped, scoresOf, weighted } from './plain.ts';
import { type FlashAttributes, type Sizes, sizesOf, stage } from './problem.ts';
import { sampleFlash } from './sampleFlash.ts';
import { tilesOf } from './tiles.ts';

const OP = 'flashAttention';

type Operands = 'query' | 'key' | 'value';

/**
 * softmax(scale Q K^T) V and the log-sum-exp of every row of scores, over the keys that a query sees; a query that sees none
 * gives 0 and -Infinity. [B, H, Lq, d], [B, Hkv, Lk, d], [B, Hkv, Lk, dv] -> [B, H, Lq, dv], [B, H, Lq]
 */
export const flashAttentionOp: CompositeOp<Operands, FlashAttributes> = {
  kind: 'composite',
  name: OP,
  operands: ['query', 'key', 'value'],
  outputs: ['output', 'logSumExp'],
  differentiable: 2,
  formula: 'softmax(scale Q K^T) V',
  infer: ([query, key, value]) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    const { batch, heads, queries, dv } = sizesOf(OP, checkFloat(OP, 'query', q), k, v);
    checkSameDType(OP, q, k);
    checkSameDType(OP, q, v);
    const shape = [batch, heads, queries];
    return [
      { shape: [...shape, dv], dtype: q.dtype },
      { shape, dtype: q.dtype },
    ];
  },
  define: ([query, key, value], attributes) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    const sizes = sizesOf(OP, q, k, v);
    if (sizes.keys === 0) return seesNothing(q, sizes);
    const scores = scoresOf(q, k, sizes, attributes);
    // A row of -Infinity alone has no softmax: it is taken out before, so that no gradient becomes NaN, and after.
    const dead = scores.detach().amax(-1, { keepdim: true }).eq(-Infinity);
    const living = where(dead, 0, scores);
    const logSumExp = living.logsumexp(-1, { keepdim: true });
    const weights = where(dead, 0, living.sub(logSumExp).exp());
    return [weighted(weights, grouped(v, sizes)), where(dead, -Infinity, logSumExp).squeeze(-1)];
  },
  kernel: ([output, logSumExp], [query, key, value], attributes) => {
    const [out, q, k, v] = [output as Tensor, query as Tensor, key as Tensor, value as Tensor];
    const sizes = sizesOf(OP, q, k, v);
    const { suffix, bytes } = DTYPES[q.dtype];
    const tiles = tilesOf(OP, sizes, attributes, bytes);
    const table = stage(sizes, attributes, tiles, [q, k, v, out]);
    const units = sizes.batch * sizes.heads * Math.ceil(sizes.queries / tiles[0]);
    run(`flash_forward_${suffix}`, [out, logSumExp as Tensor, q, k, v, table, attributes.scale], units, 1);
  },
  strided: true,
  vjp: { query: 'joint', key: 'joint', value: 'joint' },
  joint: (values, attributes) => {
    const { query, key, value, output, logSumExp } = values as Record<string, Tensor>;
    const saved = [query, key, value, output, logSumExp] as readonly Tensor[];
    return (g, gLogSumExp) => {
      const operands = [...saved, g as Tensor, gLogSumExp as Tensor];
      const [dq, dk, dv] = dispatch(flashAttentionBackwardOp, operands, attributes);
      return { query: dq as Tensor, key: dk as Tensor, value: dv as Tensor };
    };
  },
  sample: sampleFlash,
};

/** What comes out where there are no keys. */
function seesNothing(q: Tensor, { batch, heads, queries, dv }: Sizes): Tensor[] {
  const { dtype } = q;
  return [zeros([batch, heads, queries, dv], { dtype }), full([batch, heads, queries], -Infinity, { dtype })];
}
