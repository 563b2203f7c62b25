/** Everything that attention can be asked for, each with its definition in plain ops. */
import { createBlockMask, type FlashAttentionOptions, lookup } from '@tessera/flash-attention';
import { arange, dropout, Generator, manualSeed, rand, randn, type Tensor, where } from '@tessera/tensor';

const float64 = { dtype: 'float64' } as const;

export interface Extent {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

export interface Feature {
  /** Tensors that it brings, which have gradients. */
  readonly leaves?: (extent: Extent) => Tensor[];
  readonly options: (extent: Extent, leaves: readonly Tensor[]) => FlashAttentionOptions;
  /** What it makes of scaled scores, [B, H, Lq, Lk]. */
  readonly scores?: (scores: Tensor, extent: Extent, leaves: readonly Tensor[]) => Tensor;
  /** What it makes of weights. */
  readonly weights?: (weights: Tensor) => Tensor;
  /** Scores that are beside those of keys. */
  readonly sinks?: (leaves: readonly Tensor[]) => Tensor;
}

const hide = (scores: Tensor, seen: Tensor): Tensor => where(seen, scores, -Infinity);
const own = ({ queries, keys }: Extent): Tensor =>
  arange(queries)
    .unsqueeze(1)
    .add(keys - queries);
/** A mask by a fixed rule, so that options and definition mean the same. */
const checkered = ({ batch, queries, keys }: Extent): Tensor =>
  arange(batch * queries * keys)
    .remainder(3)
    .ne(1)
    .reshape(batch, 1, queries, keys);

/** In the order in which they are applied. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  softcap: {
    options: () => ({ softcap: 1.5 }),
    scores: (scores) => scores.div(1.5).tanh().mul(1.5),
  },
  alibi: {
    leaves: ({ heads }) => [rand([heads], float64)],
    options: (_, [slopes]) => ({ alibiSlopes: slopes as Tensor }),
    scores: (scores, extent, [slopes]) =>
      scores.sub((slopes as Tensor).reshape(-1, 1, 1).mul(own(extent).sub(arange(extent.keys)).abs())),
  },
  scoreMod: {
    leaves: ({ queries, keys }) => [randn([queries + keys - 1], float64), rand([], float64).add(0.5)],
    options: ({ queries }, [table, factor]) => ({
      scoreMod: (score, _batch, head, query, key) =>
        score
          .mul(lookup(factor as Tensor))
          .add(lookup(table as Tensor, key.sub(query).add(queries - 1)))
          .sub(head.mul(0.25)),
    }),
    scores: (scores, { heads, queries, keys }, [table, factor]) => {
      const places = arange(keys)
        .sub(arange(queries).unsqueeze(1))
        .add(queries - 1);
      return scores
        .mul(factor as Tensor)
        .add((table as Tensor).at(places))
        .sub(arange(heads).reshape(-1, 1, 1).mul(0.25));
    },
  },
  bias: {
    leaves: ({ heads, queries, keys }) => [randn([heads, queries, keys], float64)],
    options: (_, [bias]) => ({ bias: bias as Tensor }),
    scores: (scores, _, [bias]) => scores.add(bias as Tensor),
  },
  rowBias: {
    leaves: ({ batch, keys }) => [randn([batch, 1, 1, keys], float64)],
    options: (_, [bias]) => ({ attnMask: bias as Tensor }),
    scores: (scores, _, [bias]) => scores.add(bias as Tensor),
  },
  boolMask: {
    options: (extent) => ({ attnMask: checkered(extent) }),
    scores: (scores, extent) => hide(scores, checkered(extent)),
  },
  maskMod: {
    options: () => ({ maskMod: (_batch, _head, query, key) => query.add(key).remainder(4).ne(1) }),
    scores: (scores, { queries, keys }) =>
      hide(scores, arange(queries).unsqueeze(1).add(arange(keys)).remainder(4).ne(1)),
  },
  blockMask: {
    options: ({ queries, keys }) => ({
      blockMask: createBlockMask((_batch, _head, query, key) => query.floorDivide(3).ge(key.floorDivide(3)), {
        queries,
        keys,
        blockSize: [4, 6],
      }),
    }),
    scores: (scores, { queries, keys }) =>
      hide(scores, arange(queries).unsqueeze(1).floorDivide(3).ge(arange(keys).floorDivide(3))),
  },
  topLeft: {
    options: () => ({ causal: 'top-left' }),
    scores: (scores, { queries, keys }) => hide(scores, arange(queries).unsqueeze(1).ge(arange(keys))),
  },
  bottomRight: {
    options: () => ({ causal: 'bottom-right' }),
    scores: (scores, extent) => hide(scores, own(extent).ge(arange(extent.keys))),
  },
  window: {
    options: () => ({ window: [3, 2] }),
    scores: (scores, { queries, keys }) => {
      const ahead: Tensor = arange(keys).sub(arange(queries).unsqueeze(1));
      return hide(scores, ahead.ge(-3).logicalAnd(ahead.le(2)));
    },
  },
  dropout: {
    options: () => ({ dropoutP: 0.25, generator: new Generator(5) }),
    weights: (weights) => dropout(weights, 0.25, { generator: new Generator(5) }),
  },
  sinks: {
    leaves: ({ heads }) => [randn([heads], float64)],
    options: (_, [sinks]) => ({ sinks: sinks as Tensor }),
    sinks: ([sinks]) => sinks as Tensor,
  },
};

export interface Chosen {
  readonly feature: Feature;
  readonly leaves: readonly Tensor[];
}

/** Features by name, in the order in which they are applied. */
export function choose(names: readonly string[], extent: Extent, seed: number): Chosen[] {
  manualSeed(seed);
  return Object.entries(FEATURES)
    .filter(([name]) => names.includes(name))
    .map(([, feature]) => ({ feature, leaves: feature.leaves?.(extent) ?? [] }));
}

export function optionsOf(chosen: readonly Chosen[], extent: Extent): FlashAttentionOptions {
  return Object.assign({}, ...chosen.map(({ feature, leaves }) => feature.options(extent, leaves)));
}

/** Attention by its definition: scores, their changes, softmax, values. */
export function attentionOf(
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  chosen: readonly Chosen[],
  extent: Extent,
): { readonly output: Tensor; readonly logSumExp: Tensor } {
  const group = extent.heads / k.shape[1]!;
  const all = (t: Tensor): Tensor => t.repeatInterleave(group, 1);
  let scores: Tensor = q.matmul(all(k).transpose(-2, -1)).div(Math.sqrt(q.shape[3]!));
  for (const { feature, leaves } of chosen) scores = feature.scores?.(scores, extent, leaves) ?? scores;
  const dead = scores.detach().isneginf().all(-1, { keepdim: true });
  const living = where(dead, 0, scores);
  const sinks = chosen.map(({ feature, leaves }) => feature.sinks?.(leaves).reshape(1, -1, 1, 1)).find(Boolean);
  let logSumExp: Tensor = where(dead, -Infinity, living.logsumexp(-1, { keepdim: true }));
  if (sinks !== undefined)
    logSumExp = where(dead, sinks, where(dead, 0, logSumExp).logaddexp(sinks).expand(logSumExp.shape));
  let weights: Tensor = where(dead, 0, living.sub(where(dead, 0, logSumExp)).exp());
  for (const { feature } of chosen) weights = feature.weights?.(weights) ?? weights;
  return { output: weights.matmul(all(v)), logSumExp: logSumExp.squeeze(-1) };
}
