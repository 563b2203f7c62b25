/** The derivative of attention in tiles: what kernels compute again from the log-sum-exp, and what it means. */
import { type CompositeOp, type SampleInput, type Tensor, where } from '@tessera/tensor';
import { allocate, DTYPES } from '@tessera/tensor/core';
import { run } from './kernels.ts';
import { gathered, grouped, scoresOf, weighted } from './plain.ts';
import { type FlashAttributes, type Sizes, sizesOf, stage } from './problem.ts';
import { sampleFlash } from './sampleFlash.ts';
import { backwardTilesOf } from './tiles.ts';

const OP = 'flashAttentionBackward';

type Operands = 'query' | 'key' | 'value' | 'output' | 'logSumExp' | 'g' | 'gLogSumExp';

/** So many rows of D make a chunk worth sharing between threads. */
const DELTA_ROWS = 256;

/**
 * From the cotangents of output and log-sum-exp to those of query, key and value. With P = exp(S - logSumExp) and
 * D = rowsum(g output) - gLogSumExp: dV = P^T g, dS = P (g V^T - D), dQ = scale dS K, dK = scale dS^T Q.
 */
export const flashAttentionBackwardOp: CompositeOp<Operands, FlashAttributes> = {
  kind: 'composite',
  name: OP,
  operands: ['query', 'key', 'value', 'output', 'logSumExp', 'g', 'gLogSumExp'],
  outputs: ['dQuery', 'dKey', 'dValue'],
  differentiable: 3,
  infer: ([query, key, value]) => [query as Tensor, key as Tensor, value as Tensor],
  define: (inputs, attributes) => {
    const [q, k, v, , , g] = inputs as Seven;
    const sizes = sizesOf(OP, q, k, v);
    const { weights, slopes } = partsOf(inputs as Seven, sizes, attributes);
    const scaled = slopes.mul(attributes.scale);
    return [
      weighted(scaled, grouped(k, sizes)),
      gathered(weighted(scaled.transpose(-2, -1), q), sizes),
      gathered(weighted(weights.transpose(-2, -1), g), sizes),
    ];
  },
  kernel: (outputs, inputs, attributes) => {
    const [dq, dk, dv] = outputs as readonly [Tensor, Tensor, Tensor];
    const [q, k, v, out, logSumExp, g, gLogSumExp] = inputs as Seven;
    const sizes = sizesOf(OP, q, k, v);
    const { suffix, bytes } = DTYPES[q.dtype];
    const tiles = backwardTilesOf(OP, sizes, attributes, bytes);
    const rows = sizes.batch * sizes.heads * sizes.queries;
    const delta = allocate(logSumExp.shape, q.dtype);
    const [whole, known, ofSums] = [out.contiguous(), logSumExp.contiguous(), gLogSumExp.contiguous()];
    dq.zero_();
    // Last, for others stage tables too.
    const table = stage(sizes, attributes, tiles, [q, k, v, g]);
    run(`flash_delta_${suffix}`, [delta, whole, g, ofSums, table], rows, DELTA_ROWS);
    const operands = [dq, dk, dv, g, q, k, v, known, delta];
    run(`flash_backward_${suffix}`, [...operands, table, attributes.scale], sizes.batch * sizes.keyHeads, 1);
  },
  strided: true,
  sample: (draw) => {
    const { inputs, attributes } = sampleFlash(draw);
    const [query, key, value] = inputs as readonly [SampleInput, SampleInput, SampleInput];
    const rows = query.shape.slice(0, 3);
    const output = { shape: [...rows, value.shape[3] as number], range: [-2, 2] } as const;
    return { inputs: [query, key, value, output, { shape: rows, range: [0, 3] }, output, { shape: rows }], attributes };
  },
};

type Seven = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

/** P, and P (g V^T - D). [B, H, Lq, Lk] */
function partsOf(
  [q, k, v, out, logSumExp, g, gLogSumExp]: Seven,
  sizes: Sizes,
  attributes: FlashAttributes,
): { readonly weights: Tensor; readonly slopes: Tensor } {
  // A query that sees no key has no slope: -Infinity is taken out before. What is not seen has the weight 0, whatever the sum is.
  const dead = logSumExp.detach().eq(-Infinity).unsqueeze(-1);
  const sums = where(dead, 0, logSumExp.unsqueeze(-1));
  const scores = scoresOf(q, k, sizes, attributes);
  const weights = where(dead.logicalOr(scores.detach().eq(-Infinity)), 0, scores.sub(sums).exp());
  const delta = g.mul(out).sum(-1).sub(gLogSumExp).unsqueeze(-1);
  const towards = g.matmul(grouped(v, sizes).transpose(-2, -1)).sub(delta);
  // What is not seen has no slope, whatever its value is.
  return { weights, slopes: where(weights.detach().eq(0), 0, weights.mul(towards)) };
}
