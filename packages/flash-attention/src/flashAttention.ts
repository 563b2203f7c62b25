/** Attention in tiles, as a function. */
import { ShapeError, type Tensor } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkOneOf,
  checkSameDType,
  checkTensor,
  dispatch,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import type { BlockMask } from './blockMask.ts';
import { checkCaptured } from './captured.ts';
import { flashAttentionOp } from './flashAttentionOp.ts';
import {
  type AttentionOptions,
  checkBlockMask,
  checkTiles,
  DEFAULTS,
  dropoutOf,
  type Settings,
  scaleOf,
  scoreExpressions,
  spanOf,
} from './options.ts';
import { unpaged } from './plain.ts';
import { type Blocks, type FlashAttributes, type Pages, type Sequences, sizesOf } from './problem.ts';
import type { FlashAttentionResult } from './result.ts';
import { bind } from './score/expression.ts';
import { paddedSequences, pagedSequences } from './sequences.ts';
import { withSinks } from './sinks.ts';

const OP = 'flashAttention';

export interface FlashAttentionOptions extends AttentionOptions {
  /** Whether lengths come before heads, [B, L, H, d]. Default 'BHLD'. */
  readonly layout?: 'BHLD' | 'BLHD';
  /** A mask whose empty blocks are skipped. PyTorch: `block_mask`. Default null. */
  readonly blockMask?: BlockMask | null;
  /** How many keys each sequence has, from the first on: [B], int32. Default null: all. */
  readonly keyLengths?: Tensor | null;
  /**
   * Keys and values are in pages, [pages, Hkv, page size, d]; this says which page holds the keys of a sequence from page size
   * times column on: [B, pages of the longest], int32. With `keyLengths`. Default null.
   */
  readonly pageTable?: Tensor | null;
}

/**
 * softmax(scale Q K^T) V in tiles, without ever storing the scores: [B, H, Lq, d], [B, Hkv, Lk, d], [B, Hkv, Lk, dv] ->
 * [B, H, Lq, dv]. Its memory grows with the length, not with its square, in both passes. Scores may be capped, biased, changed and
 * masked; options tell in which order. A query that sees no key gives 0, and takes no gradient; what is in a key that a query does
 * not see is nothing to it, were it NaN. Derivatives of gradients, and forward ones, are computed in plain ops. Dao et al., 2022.
 * PyTorch: `scaled_dot_product_attention` and `flex_attention`.
 *
 * @throws ShapeError when sizes do not fit; ValueError for options that are none; DTypeError for other dtypes; IndexError for
 * lookups and pages outside their tensor.
 * @example
 * const [q, k, v] = [randn(1, 8, 100, 64), randn(1, 8, 100, 64), randn(1, 8, 100, 64)];
 * const { output, logSumExp } = flashAttention(q, k, v, { causal: 'top-left', softcap: 50 });
 * output.shape; // [1, 8, 100, 64]
 */
export function flashAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: FlashAttentionOptions = {},
): FlashAttentionResult {
  const settings = withDefaults<Required<FlashAttentionOptions>>(OP, options, {
    ...DEFAULTS,
    layout: 'BHLD',
    blockMask: null,
    keyLengths: null,
    pageTable: null,
  });
  checkOneOf(OP, 'layout', settings.layout, ['BHLD', 'BLHD']);
  const turned = settings.layout === 'BLHD';
  const [q, k, v] = Object.entries({ query, key, value }).map(([name, t]) => {
    if (checkTensor(OP, name, t).ndim !== 4)
      throw new ShapeError(
        `${OP}: ${name} must be [B, H, L, d] or [B, L, H, d]; got ${formatShape(t.shape)}; try unsqueeze(0)`,
      );
    // (B, L, H, d) -> (B, H, L, d)
    return turned ? t.transpose(1, 2) : t;
  }) as [Tensor, Tensor, Tensor];
  const { keyLengths, pageTable, blockMask } = settings;
  const where =
    pageTable === null
      ? { sequences: paddedSequences(OP, keyLengths, q, k), pages: null }
      : pagedSequences(OP, pageTable, keyLengths, q, k);
  const { output, logSumExp } = attend(OP, [q, k, v], settings, { ...where, blockMask: checkBlockMask(OP, blockMask) });
  return { output: turned ? output.transpose(1, 2) : output, logSumExp };
}

/** Where keys lie, and which blocks of them are seen: what the kinds of attention add to the options. */
export interface Where {
  readonly sequences: Sequences | null;
  readonly pages: Pages | null;
  readonly blockMask: BlockMask | null;
}

/** Attention of [B, H, L, d], checked. */
export function attend(
  op: string,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  settings: Settings,
  where: Where,
): FlashAttentionResult {
  const { pages } = where;
  // Pages are for inference: a gradient goes to rows.
  if (pages !== null && [q, k, v].some(({ trace }) => trace !== null))
    return attend(op, [q, unpaged(k, pages), unpaged(v, pages)], settings, { ...where, pages: null });
  const { attributes, captured } = prepare(op, [q, k, v], settings, where);
  const [output, logSumExp] = dispatch(flashAttentionOp, [q, k, v, ...captured], attributes) as [Tensor, Tensor];
  return settings.sinks === null ? { output, logSumExp } : withSinks(op, output, logSumExp, settings.sinks);
}

/** Options as the op knows them, and the tensors that they mention. */
export function prepare(
  op: string,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  settings: Settings,
  { sequences, pages, blockMask }: Where,
): { readonly attributes: FlashAttributes; readonly captured: readonly Tensor[] } {
  checkFloat(op, 'query', q);
  checkSameDType(op, q, k);
  checkSameDType(op, q, v);
  const sizes = sizesOf(op, q, k, v, { sequences, pages });
  if (!checkFlag(op, 'enableGqa', settings.enableGqa) && sizes.heads !== sizes.keyHeads)
    throw new ShapeError(
      `${op}: there must be a head of keys for each of queries; got ${sizes.keyHeads} for ${sizes.heads}; try { enableGqa: true }`,
    );
  const expressions = scoreExpressions(op, settings, blockMask, sizes);
  const { bound, captured } = bind([expressions.score, expressions.open]);
  const [score, open] = [bound[0] ?? null, bound[1] ?? null];
  const blocks: Blocks | null = blockMask && { states: blockMask.states, size: blockMask.blockSize, open };
  if (blockMask !== null) checkStates(op, blockMask, sizes);
  const attributes: FlashAttributes = {
    ...spanOf(op, settings),
    ...{ scale: scaleOf(op, settings, sizes.d), tiles: checkTiles(op, settings), score, sequences, pages, blocks },
    dropout: null,
  };
  // Random numbers are taken last: nothing is lost where something is refused.
  checkCaptured(op, sizes, attributes, captured, q.dtype);
  return { attributes: { ...attributes, dropout: dropoutOf(op, settings, sizes) }, captured };
}

function checkStates(op: string, mask: BlockMask, sizes: ReturnType<typeof sizesOf>): void {
  const { queries, keys, states } = mask;
  const [batch, heads] = states.shape as readonly [number, number];
  const fits =
    queries === sizes.queries &&
    keys === sizes.keys &&
    [1, sizes.sequences].includes(batch) &&
    [1, sizes.heads].includes(heads);
  if (fits) return;
  throw new ShapeError(
    `${op}: blockMask must be for as many sequences, heads, queries and keys; got one for ${[batch, heads, queries, keys].join(', ')} with ${[sizes.sequences, sizes.heads, sizes.queries, sizes.keys].join(', ')}; try createBlockMask with these sizes`,
  );
}
