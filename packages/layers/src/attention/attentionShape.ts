/** Which shapes queries, keys and values may have. */
import { type Shape, ShapeError } from '@tessera/tensor';
import {
  type Agreed,
  type Broadcast,
  broadcastShapes,
  formatShape,
  type Quotient,
  type RankOf,
  type Show,
} from '@tessera/tensor/core';

export const OP = 'scaledDotProductAttention';

/** The rule of `attentionShape`, without the mask. */
export type AttentionShape<Q extends Shape, K extends Shape, V extends Shape, Gqa extends boolean> = boolean extends Gqa
  ? Shape
  : number extends RankOf<Q> | RankOf<K> | RankOf<V>
    ? Shape
    : Parts<Q> extends [infer Qb extends Shape, infer L extends number, infer E extends number]
      ? Parts<K> extends [infer Kb extends Shape, infer S extends number, infer Ek extends number]
        ? Parts<V> extends [infer Vb extends Shape, infer Sv extends number, infer Ev extends number]
          ? Agreed<E, Ek> extends never
            ? `${typeof OP}: query and key must have one last size; got ${Shown<Q, K, V>} (${E} and ${Ek})`
            : Agreed<S, Sv> extends never
              ? `${typeof OP}: there must be a value for every key; got ${Shown<Q, K, V>} (${S} keys and ${Sv} values)`
              : Then<Gqa extends true ? GroupedBatch<Q, K, V, Qb, Kb, Vb> : Common<Qb, Kb, Vb>, [L, Ev]>
          : TooFew<Q, K, V, Gqa>
        : TooFew<Q, K, V, Gqa>
      : TooFew<Q, K, V, Gqa>;

/** A shape as [what comes before the last two, the last but one, the last]. */
type Parts<S extends Shape> = S extends readonly [infer H, infer L, infer E]
  ? [readonly [H], L, E]
  : S extends readonly [infer B, infer H, infer L, infer E]
    ? [readonly [B, H], L, E]
    : S extends readonly [...infer Batch, infer L, infer E]
      ? [Readonly<Batch>, L, E]
      : null;

/** Batch and Sizes in one, or the sentence that stands for Batch. */
type Then<Batch, Sizes extends Shape> = Batch extends Shape ? readonly [...Batch, ...Sizes] : Batch;

/** What batches broadcast to: mostly they are the same. */
type Common<Qb extends Shape, Kb extends Shape, Vb extends Shape> = Qb extends Kb
  ? Kb extends Vb
    ? Vb extends Qb
      ? Qb
      : Broadcast<typeof OP, [Qb, Kb, Vb]>
    : Broadcast<typeof OP, [Qb, Kb, Vb]>
  : Broadcast<typeof OP, [Qb, Kb, Vb]>;

type Shown<Q extends Shape, K extends Shape, V extends Shape> = `${Show<Q>}, ${Show<K>} and ${Show<V>}`;

type TooFew<
  Q extends Shape,
  K extends Shape,
  V extends Shape,
  Gqa extends boolean,
> = `${typeof OP}: query, key and value must have at least ${Gqa extends true ? 3 : 2} dimensions; got ${Shown<Q, K, V>}`;

/** Batches and heads where each key head serves a group of query heads. */
type GroupedBatch<
  Q extends Shape,
  K extends Shape,
  V extends Shape,
  Qb extends Shape,
  Kb extends Shape,
  Vb extends Shape,
> = [Qb, Kb, Vb] extends [
  readonly [...infer Qn extends Shape, infer Hq extends number],
  readonly [...infer Kn extends Shape, infer Hk extends number],
  readonly [...infer Vn extends Shape, infer Hv extends number],
]
  ? IsMultiple<Hq, Agreed<Hk, Hv>> extends true
    ? Then<Common<Qn, Kn, Vn>, [Hq]>
    : `${typeof OP}: query heads must be a multiple of key heads, and those as many as value heads; got ${Shown<Q, K, V>} (${Hq}, ${Hk} and ${Hv})`
  : TooFew<Q, K, V, true>;

type IsMultiple<A extends number, B extends number> = [B] extends [never]
  ? false
  : number extends A | B
    ? true
    : B extends 0
      ? false
      : Quotient<A, B>[1] extends 0
        ? true
        : false;

/**
 * The shape rule: [..., Hq, L, E], [..., Hkv, S, E], [..., Hkv, S, Ev] and perhaps a mask that broadcasts to
 * [..., Hq, L, S] give [..., Hq, L, Ev]. Without groups, all but the last two dimensions broadcast.
 */
export function attentionShape(
  op: string,
  query: Shape,
  key: Shape,
  value: Shape,
  mask: Shape | null,
  { enableGqa }: { readonly enableGqa: boolean },
): number[] {
  const least = enableGqa ? 3 : 2;
  const shapes = `${formatShape(query)}, ${formatShape(key)} and ${formatShape(value)}`;
  if (Math.min(query.length, key.length, value.length) < least) {
    throw new ShapeError(
      `${op}: query, key and value must have at least ${least} dimensions; got ${shapes}; try unsqueeze(0)`,
    );
  }
  const [length, width] = query.slice(-2) as [number, number];
  const [keys, keyWidth] = key.slice(-2) as [number, number];
  const [values, valueWidth] = value.slice(-2) as [number, number];
  if (width !== keyWidth) {
    throw new ShapeError(
      `${op}: query and key must have one last size; got ${shapes} (${width} and ${keyWidth}); try projecting both to one size`,
    );
  }
  if (keys !== values) {
    throw new ShapeError(
      `${op}: there must be a value for every key; got ${shapes} (${keys} keys and ${values} values); try the same sequence for both`,
    );
  }
  const [queryHeads, keyHeads, valueHeads] = [query.at(-3), key.at(-3), value.at(-3)] as [number, number, number];
  if (enableGqa && (keyHeads !== valueHeads || keyHeads === 0 || queryHeads % keyHeads !== 0)) {
    throw new ShapeError(
      `${op}: query heads must be a multiple of key heads, and those as many as value heads; got ${shapes} (${queryHeads}, ${keyHeads} and ${valueHeads}); try as many heads for all three`,
    );
  }
  const batch = enableGqa
    ? [...broadcastShapes(op, query.slice(0, -3), key.slice(0, -3), value.slice(0, -3)), queryHeads]
    : broadcastShapes(op, query.slice(0, -2), key.slice(0, -2), value.slice(0, -2));
  const weights = [...batch, length, keys];
  if (mask !== null && !fits(mask, weights)) {
    throw new ShapeError(
      `${op}: attnMask must broadcast to the attention weights; got ${formatShape(mask)} for ${formatShape(weights)}; try a mask [${length}, ${keys}]`,
    );
  }
  return [...batch, length, valueWidth];
}

/** Whether sizes agree from the right, where those of `shape` may be 1. */
function fits(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, d) => size === 1 || size === target[lead + d]);
}
