/** Attention in tiles, as a function. */
import { ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFlag,
  checkFloat,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkSameDType,
  checkTensor,
  describe,
  dispatch,
  formatShape,
  withDefaults,
} from '@tessera/tensor/core';
import { flashAttentionOp } from './flashAttentionOp.ts';
import { ALL, type FlashAttributes, sizesOf } from './problem.ts';

const OP = 'flashAttention';

export interface FlashAttentionOptions {
  /** What products of queries and keys are multiplied with. Default null: 1 / sqrt(d). */
  readonly scale?: number | null;
  /**
   * Whether a query sees no key after its own: 'top-left' counts queries and keys from the first (as PyTorch's `is_causal`),
   * 'bottom-right' from the last (as FlashAttention 2.1). Default false.
   */
  readonly causal?: false | 'top-left' | 'bottom-right';
  /**
   * How many keys before and after its own a query sees, one number for both or [before, after]; null: no bound. Where its own
   * key is, `causal` says; without it, from the first. Default null.
   */
  readonly window?: number | readonly [before: number | null, after: number | null] | null;
  /** Whether each head of keys serves a group of H / Hkv heads of queries. Default false. */
  readonly enableGqa?: boolean;
  /** Whether lengths come before heads, [B, L, H, d]. Default 'BHLD'. */
  readonly layout?: 'BHLD' | 'BLHD';
  /** Queries of a block and keys of a tile. Default null: by size. */
  readonly tiles?: readonly [queries: number, keys: number] | null;
}

export interface FlashAttentionResult {
  /** [B, H, Lq, dv], in the layout of the queries. */
  readonly output: Tensor;
  /** log sum exp of every row of scores, -Infinity where a query sees no key. [B, H, Lq] */
  readonly logSumExp: Tensor;
}

/**
 * softmax(scale Q K^T) V in tiles, without ever storing the scores: [B, H, Lq, d], [B, Hkv, Lk, d], [B, Hkv, Lk, dv] ->
 * [B, H, Lq, dv]. Its memory grows with the length, not with its square, in both passes. A query that sees no key gives 0, and
 * takes no gradient; what is in a key that a query does not see is nothing to it, were it NaN. Dao et al., 2022.
 *
 * @throws ShapeError when sizes do not fit; ValueError for options that are none.
 * @example
 * const [q, k, v] = [randn(1, 8, 100, 64), randn(1, 8, 100, 64), randn(1, 8, 100, 64)];
 * const { output, logSumExp } = flashAttention(q, k, v, { causal: 'top-left' });
 * output.shape; // [1, 8, 100, 64]
 */
export function flashAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: FlashAttentionOptions = {},
): FlashAttentionResult {
  const settings = withDefaults<Required<FlashAttentionOptions>>(OP, options, {
    scale: null,
    causal: false,
    window: null,
    enableGqa: false,
    layout: 'BHLD',
    tiles: null,
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
  checkFloat(OP, 'query', q);
  checkSameDType(OP, q, k);
  checkSameDType(OP, q, v);
  const { heads, keyHeads, queries, keys, d } = sizesOf(OP, q, k, v);
  if (!checkFlag(OP, 'enableGqa', settings.enableGqa) && heads !== keyHeads)
    throw new ShapeError(
      `${OP}: there must be a head of keys for each of queries; got ${keyHeads} for ${heads}; try { enableGqa: true }`,
    );
  const { scale } = settings;
  const attributes: FlashAttributes = {
    scale: scale === null ? 1 / Math.sqrt(Math.max(1, d)) : checkNumber(OP, 'scale', scale),
    ...spanOf(settings, queries, keys),
    tiles: checkTiles(settings.tiles),
  };
  const [output, logSumExp] = dispatch(flashAttentionOp, [q, k, v], attributes) as [Tensor, Tensor];
  return { output: turned ? output.transpose(1, 2) : output, logSumExp };
}

/** Which keys a query sees, from i - left to i + right. */
function spanOf(
  { causal, window }: Required<FlashAttentionOptions>,
  queries: number,
  keys: number,
): { readonly left: number; readonly right: number } {
  checkOneOf(OP, 'causal', causal, [false, 'top-left', 'bottom-right']);
  const pair = typeof window === 'number' || window === null ? [window, window] : window;
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new ValueError(`${OP}: window must be a number, or [before, after]; got ${describe(window)}; try [128, 0]`);
  const [before, after] = pair.map((n: number | null) => (n === null ? ALL : checkInteger(OP, 'window', n, 0, ALL)));
  // Of query i, its own key is i + shift.
  const shift = causal === 'bottom-right' ? keys - queries : 0;
  const [left, right] = [before as number, causal === false ? (after as number) : 0];
  return { left: left === ALL ? ALL : left - shift, right: right === ALL ? ALL : right + shift };
}

function checkTiles(tiles: readonly [number, number] | null): readonly [number, number] | null {
  if (tiles === null) return null;
  if (!Array.isArray(tiles) || tiles.length !== 2)
    throw new ValueError(`${OP}: tiles must be [queries, keys]; got ${describe(tiles)}; try [128, 128]`);
  return [checkInteger(OP, 'tiles', tiles[0], 1, 1024), checkInteger(OP, 'tiles', tiles[1], 1, 1024)];
}
