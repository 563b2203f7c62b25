export { alibiSlopes } from './alibiSlopes.ts';
export {
  type ArrayOptions,
  type ArraySizes,
  type FloatArray,
  flashAttentionArrays,
  flashAttentionBackwardArrays,
} from './arrays.ts';
export { attentionScores, attentionWeights, type ScoreOptions } from './attentionWeights.ts';
export { BlockMask, type BlockMaskOptions, createBlockMask } from './blockMask.ts';
export { type FlashAttentionOptions, flashAttention } from './flashAttention.ts';
export { type BackwardAttributes, flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
export { flashAttentionOp } from './flashAttentionOp.ts';
export { KeyValueCache, type KeyValueCacheOptions } from './keyValueCache.ts';
export { mergeAttention, mergeAttentionOp } from './mergeAttention.ts';
export type { AttentionOptions } from './options.ts';
export { PagedKeyValueCache, type PagedKeyValueCacheOptions } from './pagedKeyValueCache.ts';
export type { FlashAttributes } from './problem.ts';
export type { FlashAttentionResult } from './result.ts';
export { Expression, lookup, type Term } from './score/expression.ts';
export type { MaskMod, ScoreMod } from './score/mods.ts';
export { flashAttentionVarlen } from './varlen.ts';
