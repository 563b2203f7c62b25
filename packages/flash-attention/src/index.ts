export { BlockMask, type BlockMaskOptions, createBlockMask } from './blockMask.ts';
export { type FlashAttentionOptions, type FlashAttentionResult, flashAttention } from './flashAttention.ts';
export { type BackwardAttributes, flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
export { flashAttentionOp } from './flashAttentionOp.ts';
export { mergeAttention, mergeAttentionOp } from './mergeAttention.ts';
export type { AttentionOptions } from './options.ts';
export type { FlashAttributes } from './problem.ts';
export { Expression, lookup, type Term } from './score/expression.ts';
export type { MaskMod, ScoreMod } from './score/mods.ts';
