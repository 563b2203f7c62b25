/** What attention in tiles never makes: the whole matrix, to be looked at. */
import { type Tensor, where } from '@tessera/tensor';
import { checkTensor, withDefaults } from '@tessera/tensor/core';
import { prepare } from './flashAttention.ts';
import { type AttentionOptions, DEFAULTS } from './options.ts';
import * as plain from './plain.ts';
import { sizesOf } from './problem.ts';

export type ScoreOptions = Omit<AttentionOptions, 'sinks' | 'dropoutP' | 'generator' | 'tiles'>;

/**
 * Scores as the softmax of `flashAttention` sees them, with the same options: [B, H, Lq, d], [B, Hkv, Lk, d] -> [B, H, Lq, Lk],
 * -Infinity where a query does not see a key. For looking at small ones: memory grows with the square of the length. ONNX
 * Attention: `qk_matmul_output`.
 *
 * @throws ShapeError when sizes do not fit; ValueError for options that are none.
 * @example
 * attentionScores(randn(1, 2, 3, 4), randn(1, 2, 5, 4), { softcap: 10 }).shape; // [1, 2, 3, 5]
 */
export function attentionScores(query: Tensor, key: Tensor, options: ScoreOptions = {}): Tensor {
  return scores('attentionScores', query, key, options);
}

/**
 * The softmax of `attentionScores`; rows of queries that see no key are zeros. [B, H, Lq, d], [B, Hkv, Lk, d] -> [B, H, Lq, Lk]
 *
 * @throws ShapeError when sizes do not fit; ValueError for options that are none.
 * @example
 * attentionWeights(randn(1, 2, 3, 4), randn(1, 2, 5, 4)).sum(-1); // ones
 */
export function attentionWeights(query: Tensor, key: Tensor, options: ScoreOptions = {}): Tensor {
  const all = scores('attentionWeights', query, key, options);
  const dead = all.detach().isneginf().all(-1, { keepdim: true });
  return where(dead, 0, where(dead, 0, all).softmax(-1));
}

function scores(op: string, query: Tensor, key: Tensor, options: ScoreOptions): Tensor {
  const { sinks: _s, dropoutP: _p, generator: _g, tiles: _t, ...defaults } = DEFAULTS;
  const settings = { ...DEFAULTS, ...withDefaults<Required<ScoreOptions>>(op, options, defaults) };
  const [q, k] = [checkTensor(op, 'query', query), checkTensor(op, 'key', key)];
  const nowhere = { sequences: null, pages: null };
  const { attributes, captured } = prepare(op, [q, k, k], settings, { ...nowhere, blockMask: null });
  const sizes = sizesOf(op, q, k, k, nowhere);
  const [part] = plain.partsOf(sizes, attributes, q.dtype) as [plain.Part];
  const products = plain.productsOf(q, plain.keysOf(k, part, sizes, attributes), attributes.scale);
  return plain.scoresOf(products, part, attributes, plain.evaluatorOf(part, sizes, captured, { score: products }));
}
