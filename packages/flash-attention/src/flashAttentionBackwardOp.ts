/** The derivative of attention in tiles: what kernels compute again from the log-sum-exp, and what it means. */
import { type CompositeOp, type SampleInput, type Tensor, where, zeros } from '@tessera/tensor';
import { allocate, DTYPES } from '@tessera/tensor/core';
import { run } from './kernels.ts';
import * as plain from './plain.ts';
import { backwardProgramsOf, type Gathering, gatheringsOf, slopesOf, slots, spansOf } from './plan.ts';
import { type FlashAttributes, type Sizes, sizesOf, stage } from './problem.ts';
import { sampleFlash } from './sampleFlash.ts';
import { gathered } from './score/evaluate.ts';
import type { Expression } from './score/expression.ts';
import { backwardTilesOf } from './tiles.ts';

const OP = 'flashAttentionBackward';

type Operands = 'query' | 'key' | 'value' | 'output' | 'logSumExp' | 'g' | 'gLogSumExp' | 'captured';

export interface BackwardAttributes extends FlashAttributes {
  /** The captured tensors whose gradients are asked for. */
  readonly wanted: readonly number[];
}

/** So many rows of D make a chunk worth sharing between threads. */
const DELTA_ROWS = 256;

type Seven = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

/**
 * From the cotangents of output and log-sum-exp to those of query, key and value, and of captured tensors. With
 * P = exp(S - logSumExp) and D = rowsum(g output) - gLogSumExp: dV = P^T g, dS = P (g V^T - D), dQ = scale dS K,
 * dK = scale dS^T Q, where an expression that changed scores is gone back through between dS and the rest. Its own derivative is
 * that of its meaning.
 */
export const flashAttentionBackwardOp: CompositeOp<Operands, BackwardAttributes> = {
  kind: 'composite',
  name: OP,
  operands: ['query', 'key', 'value', 'output', 'logSumExp', 'g', 'gLogSumExp', 'captured'],
  variadic: true,
  outputs: ['dQuery', 'dKey', 'dValue', 'dCaptured'],
  variadicOutputs: true,
  infer: ([query, key, value, , , , , ...captured], { wanted }) => [
    query as Tensor,
    key as Tensor,
    value as Tensor,
    ...wanted.map((slot) => captured[slot] as Tensor),
  ],
  define: (inputs, attributes) => {
    const [seven, captured] = [inputs.slice(0, 7) as unknown as Seven, inputs.slice(7)];
    const [q, k, v] = seven;
    const sizes = sizesOf(OP, q, k, v, attributes);
    const parts = plain.partsOf(sizes, attributes, q.dtype);
    const found = parts.map((part) => slopesOfPart(seven, captured, part, sizes, attributes));
    const { batch, queryRows, keyRows } = sizes;
    const whole = (i: number, side: 'query' | 'key'): Tensor =>
      plain.assemble(
        found.map((pieces) => pieces[i] as Tensor),
        parts,
        side,
        batch,
        side === 'query' ? queryRows : keyRows,
        0,
      );
    const ofCaptured = attributes.wanted.map((_, i) =>
      found.map((pieces) => pieces[3 + i] as Tensor).reduce((sum, piece) => sum.add(piece)),
    );
    return [whole(0, 'query'), whole(1, 'key'), whole(2, 'key'), ...ofCaptured];
  },
  kernel: (outputs, inputs, attributes) => {
    const [dq, dk, dv, ...ofCaptured] = outputs as readonly [Tensor, Tensor, Tensor, ...Tensor[]];
    const [seven, captured] = [inputs.slice(0, 7) as unknown as Seven, inputs.slice(7)];
    const [q, k, v, out, logSumExp, g, gLogSumExp] = seven;
    const sizes = sizesOf(OP, q, k, v, attributes);
    const { suffix, bytes } = DTYPES[q.dtype];
    const { wanted, sequences, blocks, scale, dropout } = attributes;
    const slopes = slopesOf(attributes, wanted);
    const spans = spansOf(sizes.sequences * sizes.keyHeads, sizes.keys);
    const contributions = slopes?.contributions ?? [];
    const { gatherings, parts, shared } = gatheringsOf(sizes, spans, captured, wanted, contributions);
    const bySlot = captured.map((_, slot) => gatherings.find((gathering) => gathering.captured === slot));
    const layouts = bySlot.map((gathering) => ({ strides: gathering?.strides ?? [], wide: gathering?.wide ?? false }));
    const programs = backwardProgramsOf(attributes, captured, layouts, slopes);
    const tiles = backwardTilesOf(sizes, attributes, programs.registers, bytes);
    if (tiles === null) {
      // Heads too wide for tiles.
      const results = flashAttentionBackwardOp.define(inputs, attributes) as readonly Tensor[];
      for (const [i, t] of outputs.entries()) t.copy_(results[i] as Tensor);
      return;
    }
    const delta = allocate(logSumExp.shape, q.dtype);
    const [whole, known, ofSums] = [out.contiguous(), logSumExp.contiguous(), gLogSumExp.contiguous()];
    const ofQueries = spans === 1 ? dq.zero_() : zeros([spans, ...dq.shape], { dtype: q.dtype });
    // Rows that belong to no sequence.
    if (sequences !== null) for (const t of [dk, dv]) t.zero_();
    const sums = gatherings.map((gathering) => partsOfGradient(gathering, shared ? 1 : parts));
    const sumOf = (slot: number): Tensor | null => sums[gatherings.findIndex((x) => x.captured === slot)] ?? null;
    const partBytes = captured.map((_, slot) => (shared ? 0 : bytesOfPart(sumOf(slot), parts)));
    // Last, for others stage tables too.
    const plan = { ...programs, tiles, spans, parts, partBytes: slots(partBytes).map((n) => n ?? 0) };
    const table = stage(sizes, attributes, plan, [q, k, v, g]);
    run(`flash_delta_${suffix}`, [delta, whole, g, ofSums, table], logSumExp.count, DELTA_ROWS);
    const operands = [ofQueries, dk, dv, g, q, k, v, known, delta, sequences?.table ?? null, blocks?.states ?? null];
    const lookups = [...slots(captured), ...slots(captured.map((_, slot) => sumOf(slot)))];
    run(`flash_backward_${suffix}`, [...operands, programs.code, ...lookups, table, scale, dropout?.p ?? 0], parts, 1);
    if (spans > 1) dq.copy_(ofQueries.sum(0));
    for (const [i, t] of ofCaptured.entries()) t.copy_((sums[i] as Tensor).sum(0).to(t.dtype));
  },
  strided: true,
  sample: (draw) => {
    const { inputs, attributes } = sampleFlash(draw);
    const [query, key, value, ...captured] = inputs as readonly [SampleInput, SampleInput, SampleInput];
    const rows = query.shape.slice(0, 3);
    const output = { shape: [...rows, value.shape[3] as number], range: [-2, 2] } as const;
    const wanted = captured.flatMap(({ dtype }, i) => (dtype === undefined ? [i] : []));
    const six = [
      query,
      key,
      value,
      output,
      { shape: rows, range: [0, 3] } as const,
      output,
      { shape: rows, range: [-2, 2] } as const,
    ];
    return { inputs: [...six, ...captured], attributes: { ...attributes, wanted } };
  },
};

/** Zeros in which a gradient is gathered, in parts that follow one another. */
function partsOfGradient({ shape, dtype }: Gathering, parts: number): Tensor {
  return zeros([parts, ...shape], { dtype });
}

function bytesOfPart(sum: Tensor | null, parts: number): number {
  return sum === null ? 0 : (sum.count / parts) * DTYPES[sum.dtype].bytes;
}

/** dQ, dK, dV and the gradients of captured tensors, of one part. */
function slopesOfPart(
  [query, key, value, output, logSumExp, cotangent, ofSums]: Seven,
  captured: readonly Tensor[],
  part: plain.Part,
  sizes: Sizes,
  attributes: BackwardAttributes,
): Tensor[] {
  const { scale, wanted } = attributes;
  const [q, out, lse, g, gLse] = [query, output, logSumExp, cotangent, ofSums].map((t) => plain.queriesOf(t, part)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [k, v] = [key, value].map((t) => plain.keysOf(t, part, sizes, attributes)) as [Tensor, Tensor];
  const products = plain.productsOf(q, k, scale);
  const evaluate = plain.evaluatorOf(part, sizes, captured, { score: products });
  const scores = plain.scoresOf(products, part, attributes, evaluate);
  // A query that sees no key has no slope: -Infinity is taken out before. What is not seen has the weight 0, whatever the sum is.
  const dead = lse.detach().eq(-Infinity).unsqueeze(-1);
  const hidden = dead.logicalOr(scores.detach().eq(-Infinity));
  const weights = where(hidden, 0, scores.sub(where(dead, 0, lse.unsqueeze(-1))).exp());
  const factors = plain.factorsOf(part, sizes, attributes);
  const kept = plain.dropped(weights, factors);
  const delta = g.mul(out).sum(-1).sub(gLse).unsqueeze(-1);
  const towards = plain.dropped(g.matmul(v.transpose(-2, -1)), factors);
  // What is not seen has no slope, whatever its value is.
  const unseen = weights.detach().eq(0);
  const ofResults = where(unseen, 0, weights.mul(towards.sub(delta)));
  const slopes = slopesOf(attributes, wanted);
  const back = plain.evaluatorOf(part, sizes, captured, { score: products, slope: ofResults });
  const own = (x: Expression): Tensor => where(unseen, 0, back(x).expand(products.shape));
  const ofScores = (slopes === null ? ofResults : own(slopes.score)).mul(scale);
  const ofCaptured = wanted.map((slot) => {
    const mine = (slopes?.contributions ?? []).filter((contribution) => contribution.captured === slot);
    return gathered(captured[slot] as Tensor, mine, back, own);
  });
  return [
    plain.weighted(ofScores, k),
    plain.gatheredHeads(plain.weighted(ofScores.transpose(-2, -1), q), sizes),
    plain.gatheredHeads(plain.weighted(kept.transpose(-2, -1), g), sizes),
    ...ofCaptured,
  ];
}
