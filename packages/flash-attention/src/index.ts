export { type FlashAttentionOptions, type FlashAttentionResult, flashAttention } from './flashAttention.ts';
export { flashAttentionBackwardOp } from './flashAttentionBackwardOp.ts';
export { flashAttentionOp } from './flashAttentionOp.ts';
export type { FlashAttributes } from './problem.ts';
