/** What an attention is over: sizes, and which keys each query sees. */
import { stageTable } from '@tessera/kernels';
import { arange, ShapeError, type Tensor } from '@tessera/tensor';
import { formatShape } from '@tessera/tensor/core';

/** Beyond every length, and far enough from the end of i32 for sums with lengths. */
export const ALL: number = 2 ** 30;

export interface FlashAttributes {
  /** What products of queries and keys are multiplied with. */
  readonly scale: number;
  /** Query i sees keys from i - left to i + right. */
  readonly left: number;
  readonly right: number;
  /** Queries of a block and keys of a tile; null: by size. */
  readonly tiles: readonly [queries: number, keys: number] | null;
}

export interface Sizes {
  readonly batch: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly queries: number;
  readonly keys: number;
  readonly d: number;
  readonly dv: number;
}

/** Sizes of [B, H, Lq, d], [B, Hkv, Lk, d] and [B, Hkv, Lk, dv]; throws for what does not fit. */
export function sizesOf(op: string, query: Tensor, key: Tensor, value: Tensor): Sizes {
  for (const [name, t] of Object.entries({ query, key, value }))
    if (t.ndim !== 4)
      throw new ShapeError(`${op}: ${name} must be [B, H, L, d]; got ${formatShape(t.shape)}; try unsqueeze(0)`);
  const [batch, heads, queries, d] = query.shape as readonly [number, number, number, number];
  const [, keyHeads, keys] = key.shape as readonly [number, number, number, number];
  const dv = value.shape[3] as number;
  const fits =
    formatShape(key.shape) === formatShape([batch, keyHeads, keys, d]) &&
    formatShape(value.shape) === formatShape([batch, keyHeads, keys, dv]);
  if (fits && (keyHeads === heads || (keyHeads > 0 && heads % keyHeads === 0)))
    return { batch, heads, keyHeads, queries, keys, d, dv };
  throw new ShapeError(
    `${op}: key and value must be [${batch}, Hkv, Lk, ${d}] and [${batch}, Hkv, Lk, dv], with Hkv that divides ${heads}; got ${formatShape(key.shape)} and ${formatShape(value.shape)} for query ${formatShape(query.shape)}; try one head of keys for each of queries`,
  );
}

/** Whether query i sees key j. [Lq, Lk] */
export function visible({ queries, keys }: Sizes, { left, right }: FlashAttributes): Tensor {
  const ahead: Tensor = arange(keys).sub(arange(queries).unsqueeze(1));
  return ahead.ge(-left).logicalAnd(ahead.le(right));
}

/** The table that kernels read (assembly/problem.ts), until the next call. */
export function stage(
  { heads, keyHeads, queries, keys, d, dv }: Sizes,
  { left, right }: FlashAttributes,
  [block, tile]: readonly [number, number],
  layouts: readonly Tensor[],
): number {
  const sizes = [heads, heads / keyHeads, queries, keys, d, dv, left, right, block, tile];
  return stageTable([...sizes, ...layouts.flatMap(({ strides }) => strides)]);
}
