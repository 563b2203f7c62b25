/** Attention in plain ops: what the kernels mean. */
import { arange, at, cat, dropoutOp, full, ones, type Tensor, tensor, where, zeros } from '@tessera/tensor';
import { apply } from '@tessera/tensor/core';
import { ALL, type FlashAttributes, type Pages, type Sequence, type Sizes } from './problem.ts';
import { evaluator, type Place } from './score/evaluate.ts';
import type { Expression } from './score/expression.ts';

/** Sequences that are computed at once: one, or all batches where each is a sequence. */
export interface Part extends Sequence {
  /** How many batches, and the indices of the sequences: [n, 1, 1, 1]. */
  readonly batches: number;
  readonly index: Tensor;
}

/** All sequences, in order. */
export function partsOf(sizes: Sizes, { sequences }: FlashAttributes, dtype: Tensor['dtype']): Part[] {
  const { batch, queries, keys } = sizes;
  const numbers = arange(0, sequences === null ? batch : sequences.list.length, 1, { dtype }).reshape(-1, 1, 1, 1);
  if (sequences === null)
    return [{ batch: 0, batches: batch, firstQuery: 0, queries, firstKey: 0, keys, index: numbers }];
  return sequences.list.map((sequence, i) => ({ ...sequence, batches: 1, index: numbers.narrow(0, i, 1) }));
}

/** Rows of queries of a part. [B, H, Lq, ...] -> [n, H, queries, ...] */
export function queriesOf(t: Tensor, { batch, batches, firstQuery, queries }: Part): Tensor {
  return t.narrow(0, batch, batches).narrow(2, firstQuery, queries);
}

/** Rows of keys or values of a part, for every head of queries, out of rows or pages. [B, Hkv, Lk, c] -> [n, H, keys, c] */
export function keysOf(t: Tensor, part: Part, sizes: Sizes, { pages }: FlashAttributes): Tensor {
  const { batch, batches, firstKey, keys } = part;
  const rows = pages === null ? t : unpaged(t, pages);
  return grouped(rows.narrow(0, batch, batches).narrow(2, firstKey, keys), sizes);
}

/** Pages as rows. [pages, Hkv, page size, c] -> [B, Hkv, Lk, c] */
export function unpaged(t: Tensor, { table }: Pages): Tensor {
  // (pages, Hkv, page size, c) -> (B, pages, Hkv, page size, c) -> (B, Hkv, Lk, c)
  return at(t, table).transpose(1, 2).flatten(2, 3);
}

/** Every head of keys for each of its heads of queries. [B, Hkv, ...] -> [B, H, ...] */
export function grouped(t: Tensor, { heads, keyHeads }: Sizes): Tensor {
  return heads === keyHeads ? t : t.repeatInterleave(heads / keyHeads, 1);
}

/** The sum over the heads of queries of each head of keys. [B, H, ...] -> [B, Hkv, ...] */
export function gatheredHeads(t: Tensor, { heads, keyHeads }: Sizes): Tensor {
  return heads === keyHeads ? t : t.unflatten(1, [keyHeads, heads / keyHeads]).sum(2);
}

/** scale Q K^T of a part. [n, H, queries, keys] */
export function productsOf(q: Tensor, k: Tensor, scale: number): Tensor {
  return q.mul(scale).matmul(k.transpose(-2, -1));
}

/** Values of expressions over a part. */
export function evaluatorOf(
  part: Part,
  { heads }: Sizes,
  captured: readonly Tensor[],
  leaves: Place['leaves'],
): (x: Expression) => Tensor {
  const { queries, keys, index } = part;
  const dtype = index.dtype as Place['dtype'];
  const along = (size: number, ...shape: number[]): Tensor => arange(0, size, 1, { dtype }).reshape(shape);
  return evaluator({
    captured,
    dtype,
    leaves: {
      batch: index,
      head: along(heads, 1, heads, 1, 1),
      query: along(queries, 1, 1, queries, 1),
      key: along(keys, 1, 1, 1, keys),
      lead: tensor(keys - queries, { dtype }),
      ...leaves,
    },
  });
}

/** Scores as the softmax sees them: changed, and -Infinity where a query does not see a key. */
export function scoresOf(
  products: Tensor,
  part: Part,
  attributes: FlashAttributes,
  evaluate: (x: Expression) => Tensor,
): Tensor {
  const changed = attributes.score === null ? products : evaluate(attributes.score).expand(products.shape);
  const { left, right, aligned } = attributes;
  if (left === ALL && right === ALL) return changed;
  const { queries, keys } = part;
  const lead = aligned ? keys - queries : 0;
  const ahead: Tensor = arange(keys).sub(arange(queries).unsqueeze(1));
  return where(ahead.ge(lead - left).logicalAnd(ahead.le(right + lead)), changed, -Infinity);
}

/** What weights are multiplied with: 0 where they go missing. [n, H, queries, keys] */
export function factorsOf(part: Part, sizes: Sizes, { dropout }: FlashAttributes): Tensor | null {
  if (dropout === null) return null;
  const { sequences, heads, queries, keys } = sizes;
  const { index } = part;
  const all = apply(dropoutOp, [ones([sequences, heads, queries, keys], { dtype: index.dtype })], dropout);
  const own = all.indexSelect(0, index.flatten().to('int32'));
  return own.narrow(2, 0, part.queries).narrow(3, 0, part.keys);
}

/** What is left of numbers of all weights: 0 where these go missing, whatever was there. */
export function dropped(t: Tensor, factors: Tensor | null): Tensor {
  return factors === null ? t : where(factors.eq(0), 0, t.mul(factors));
}

/** weights @ rows, where a row with the weight 0 adds nothing, whatever is in it. [..., M, N] @ [..., N, C] -> [..., M, C] */
export function weighted(weights: Tensor, rows: Tensor): Tensor {
  if (rows.isfinite().all().item()) return weights.matmul(rows);
  const shares = weights.unsqueeze(-1);
  // (..., M, N, 1) (..., 1, N, C) -> (..., M, N, C) -> (..., M, C)
  return where(shares.eq(0), 0, shares.mul(rows.unsqueeze(-3))).sum(-2);
}

/** Results of parts in their places along dimension 2 of [B, H, rows, ...]; `fill` where no part is. */
export function assemble(
  pieces: readonly Tensor[],
  parts: readonly Part[],
  side: 'query' | 'key',
  batches: number,
  rows: number,
  fill: number,
): Tensor {
  const [first] = pieces;
  const [, heads, length, ...rest] = (first as Tensor).shape;
  if (pieces.length === 1 && parts[0]?.batches === batches && length === rows) return first as Tensor;
  const gap = (length: number): Tensor[] =>
    length === 0 ? [] : [full([1, heads as number, length, ...rest], fill, { dtype: (first as Tensor).dtype })];
  const whole = Array.from({ length: batches }, (_, b) => {
    let next = 0;
    const row = pieces.flatMap((piece, i) => {
      const { batch, firstQuery, firstKey, queries, keys } = parts[i] as Part;
      if (batch !== b) return [];
      const [start, length] = side === 'query' ? [firstQuery, queries] : [firstKey, keys];
      const before = gap(start - next);
      next = start + length;
      return length === 0 ? before : [...before, piece];
    });
    const all = [...row, ...gap(rows - next)];
    return all.length === 0 ? zeros([1, heads as number, 0, ...rest], { dtype: (first as Tensor).dtype }) : cat(all, 2);
  });
  return whole.length === 1 ? (whole[0] as Tensor) : cat(whole, 0);
}
