/** Attention in tiles, as an op: its meaning in plain ops, its kernels, and its derivative. */
import { type CompositeOp, full, type Tensor, where, zeros } from '@tessera/tensor';
import { allocate, checkFloat, checkSameDType, DTYPES, dispatch } from '@tessera/tensor/core';
import { checkCaptured } from './captured.ts';
import { flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
import { run } from './kernels.ts';
import { mergeInto } from './mergeAttention.ts';
import * as plain from './plain.ts';
import { isGradual, programsOf, slots, spansOf } from './plan.ts';
import { type FlashAttributes, type Sizes, sizesOf, stage } from './problem.ts';
import { sampleFlash } from './sampleFlash.ts';
import { DECODED, decodingTilesOf, tilesOf } from './tiles.ts';

const OP = 'flashAttention';

type Operands = 'query' | 'key' | 'value' | 'captured';

/**
 * softmax(S) V and the log-sum-exp of every row of scores S = scale Q K^T, changed by an expression where there is one, over the
 * keys that a query sees; a query that sees none gives 0 and -Infinity. [B, H, Lq, d], [B, Hkv, Lk, d], [B, Hkv, Lk, dv],
 * captured tensors -> [B, H, Lq, dv], [B, H, Lq]
 */
export const flashAttentionOp: CompositeOp<Operands, FlashAttributes> = {
  kind: 'composite',
  name: OP,
  operands: ['query', 'key', 'value', 'captured'],
  variadic: true,
  outputs: ['output', 'logSumExp'],
  differentiable: 2,
  formula: 'softmax(scale Q K^T) V',
  infer: ([query, key, value, ...captured], attributes) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    const sizes = sizesOf(OP, checkFloat(OP, 'query', q), k, v, attributes);
    checkSameDType(OP, q, k);
    checkSameDType(OP, q, v);
    checkCaptured(OP, sizes, attributes, captured, q.dtype);
    const { batch, heads, queryRows, dv } = sizes;
    const shape = [batch, heads, queryRows];
    return [
      { shape: [...shape, dv], dtype: q.dtype },
      { shape, dtype: q.dtype },
    ];
  },
  define: ([query, key, value, ...captured], attributes) => {
    const [q, k, v] = [query as Tensor, key as Tensor, value as Tensor];
    const sizes = sizesOf(OP, q, k, v, attributes);
    const parts = plain.partsOf(sizes, attributes, q.dtype);
    const found = parts.map((part) => attend([q, k, v], captured, part, sizes, attributes));
    const { batch, queryRows } = sizes;
    const whole = (pieces: readonly Tensor[], fill: number): Tensor =>
      plain.assemble(pieces, parts, 'query', batch, queryRows, fill);
    return [
      whole(
        found.map(([output]) => output),
        0,
      ),
      whole(
        found.map(([, logSumExp]) => logSumExp),
        -Infinity,
      ),
    ];
  },
  kernel: ([output, logSumExp], [query, key, value, ...captured], attributes) => {
    const [out, lse, q, k, v] = [output, logSumExp, query, key, value] as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const sizes = sizesOf(OP, q, k, v, attributes);
    const { suffix, bytes } = DTYPES[q.dtype];
    const programs = programsOf(attributes, captured);
    const { sequences, pages, blocks, scale, dropout } = attributes;
    // Decoding looks at one block of the table for all queries.
    const most = Math.min(DECODED, blocks?.size[0] ?? DECODED);
    const isDecoding = sizes.queries <= most && sizes.keyHeads > 0;
    const choose = isDecoding ? decodingTilesOf : tilesOf;
    const tiles = choose(sizes, attributes, programs.registers, bytes);
    if (tiles === null) {
      // Heads too wide for tiles.
      const results = flashAttentionOp.define([q, k, v, ...captured], attributes) as readonly Tensor[];
      for (const [i, t] of [out, lse].entries()) t.copy_(results[i] as Tensor);
      return;
    }
    const rows = sizes.sequences * (isDecoding ? sizes.keyHeads : sizes.heads * Math.ceil(sizes.queries / tiles[0]));
    const spans = spansOf(rows, sizes.keys);
    // Rows that belong to no sequence.
    if (sequences !== null) {
      out.zero_();
      lse.fill_(-Infinity);
    }
    const { shape, dtype } = out;
    const [outs, sums] =
      spans === 1 ? [out, lse] : [allocate([spans, ...shape], dtype), allocate([spans, ...lse.shape], dtype)];
    const given = [outs, sums, q, k, v, sequences?.table ?? null, pages?.table ?? null, blocks?.states ?? null];
    const table = stage(sizes, attributes, { ...programs, tiles, spans, parts: 1, partBytes: [] }, [q, k, v, out]);
    const rest = [programs.code, ...slots(captured), table, scale, dropout?.p ?? 0];
    const name = isDecoding ? 'flash_decode' : 'flash_forward';
    run(`${name}_${suffix}`, [...given, ...rest], rows * spans, 1);
    if (spans === 1) return;
    // Spans of keys, in order.
    out.copy_(outs.select(0, 0));
    lse.copy_(sums.select(0, 0));
    for (let i = 1; i < spans; i++) mergeInto(out, lse, outs.select(0, i), sums.select(0, i));
  },
  strided: true,
  vjp: { query: 'joint', key: 'joint', value: 'joint', captured: 'joint' },
  joint: (values, attributes) => {
    const { output, logSumExp } = values as Record<string, Tensor>;
    const [query, key, value, ...captured] = values.inputs;
    const saved = [query, key, value, output, logSumExp] as readonly Tensor[];
    const wanted = captured.flatMap((t, i) => (t.trace !== null && isGradual(t) ? [i] : []));
    return (g, gLogSumExp) => {
      const operands = [...saved, g as Tensor, gLogSumExp as Tensor, ...captured];
      const [dq, dk, dv, ...rest] = dispatch(flashAttentionBackwardOp, operands, { ...attributes, wanted });
      const ofCaptured = wanted.map((slot, i) => [`captured ${slot}`, rest[i] as Tensor]);
      return { query: dq as Tensor, key: dk as Tensor, value: dv as Tensor, ...Object.fromEntries(ofCaptured) };
    };
  },
  sample: sampleFlash,
};

/** Output and log-sum-exp of one part. */
function attend(
  [query, key, value]: readonly [Tensor, Tensor, Tensor],
  captured: readonly Tensor[],
  part: plain.Part,
  sizes: Sizes,
  attributes: FlashAttributes,
): [Tensor, Tensor] {
  const q = plain.queriesOf(query, part);
  const [k, v] = [key, value].map((t) => plain.keysOf(t, part, sizes, attributes)) as [Tensor, Tensor];
  const shape = q.shape.slice(0, 3);
  const { dtype } = q;
  if (part.keys === 0) return [zeros([...shape, sizes.dv], { dtype }), full(shape, -Infinity, { dtype })];
  const products = plain.productsOf(q, k, attributes.scale);
  const evaluate = plain.evaluatorOf(part, sizes, captured, { score: products });
  const scores = plain.scoresOf(products, part, attributes, evaluate);
  // A row of -Infinity alone has no softmax: it is taken out before, so that no gradient becomes NaN, and after.
  const dead = scores.detach().amax(-1, { keepdim: true }).eq(-Infinity);
  const living = where(dead, 0, scores);
  const logSumExp = living.logsumexp(-1, { keepdim: true });
  const weights = where(dead, 0, living.sub(logSumExp).exp());
  const factors = plain.factorsOf(part, sizes, attributes);
  // Not `dropped`: the sum of a row with NaN is NaN, whatever goes missing.
  const kept = factors === null ? weights : weights.mul(factors);
  return [plain.weighted(kept, v), where(dead, -Infinity, logSumExp).squeeze(-1)];
}
