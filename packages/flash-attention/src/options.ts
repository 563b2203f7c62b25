/** What users ask of an attention, made into attributes. */
import { type Generator, ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import {
  checkFloat,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkTensor,
  describe,
  formatShape,
  generatorOf,
  isTensor,
} from '@tessera/tensor/core';
import { BlockMask } from './blockMask.ts';
import { ALL, type Dropout, type FlashAttributes, type Sizes } from './problem.ts';
import { Expression, lookup, PLACE, type Term, termOf } from './score/expression.ts';
import { type MaskMod, maskOf, type ScoreMod, scoreOf } from './score/mods.ts';

const [BATCH, HEAD, QUERY, KEY] = PLACE;

/** What every kind of attention can be asked for. */
export interface AttentionOptions {
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
  /** Stretches to [B, H, Lq, Lk]. Bool: true may attend; otherwise numbers that are added to scores. Default null. */
  readonly attnMask?: Tensor | null;
  /** Numbers that are added to scores, beside a mask; stretch to [B, H, Lq, Lk]. Default null. */
  readonly bias?: Tensor | null;
  /** ALiBi: [H] or [B, H]; from scores go slope |i + Lk - Lq - j|. Press et al., 2021. Default null. */
  readonly alibiSlopes?: Tensor | null;
  /** softcap tanh(score / softcap) in the place of scores, before biases; 0: none. Gemma 2, 2024. Default 0. */
  readonly softcap?: number;
  /** Whether each head of keys serves a group of H / Hkv heads of queries. Default false. */
  readonly enableGqa?: boolean;
  /** What becomes of scores, built once: (score, batch, head, query, key) => expression. PyTorch: `score_mod`. Default null. */
  readonly scoreMod?: ScoreMod | null;
  /** Which keys are seen, built once: (batch, head, query, key) => expression. PyTorch: `mask_mod`. Default null. */
  readonly maskMod?: MaskMod | null;
  /** Attention sinks: [H], scores of a key without a value that every query of a head sees. Xiao et al., 2023. Default null. */
  readonly sinks?: Tensor | null;
  /** Probability with which a weight is dropped; who goes depends on seed and place alone. Default 0. */
  readonly dropoutP?: number;
  /** Where the random numbers of dropout come from. Default null: the default generator. */
  readonly generator?: Generator | null;
  /** Queries of a block and keys of a tile. Default null: by size. */
  readonly tiles?: readonly [queries: number, keys: number] | null;
}

export type Settings = Required<AttentionOptions>;

export const DEFAULTS: Settings = {
  scale: null,
  causal: false,
  window: null,
  attnMask: null,
  bias: null,
  alibiSlopes: null,
  softcap: 0,
  enableGqa: false,
  scoreMod: null,
  maskMod: null,
  sinks: null,
  dropoutP: 0,
  generator: null,
  tiles: null,
};

/** Which keys a query sees: from i - left to i + right, counted from the last of both where aligned. */
export function spanOf(op: string, { causal, window }: Settings): Pick<FlashAttributes, 'left' | 'right' | 'aligned'> {
  checkOneOf(op, 'causal', causal, [false, 'top-left', 'bottom-right']);
  const pair = typeof window === 'number' || window === null ? [window, window] : window;
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new ValueError(`${op}: window must be a number, or [before, after]; got ${describe(window)}; try [128, 0]`);
  const [before, after] = pair.map((n: number | null) => (n === null ? ALL : checkInteger(op, 'window', n, 0, ALL)));
  return {
    left: before as number,
    right: causal === false ? (after as number) : 0,
    aligned: causal === 'bottom-right',
  };
}

export function scaleOf(op: string, { scale }: Settings, d: number): number {
  return scale === null ? 1 / Math.sqrt(Math.max(1, d)) : checkNumber(op, 'scale', scale);
}

/** Throws unless tiles are two sizes; null: by size. */
export function checkTiles(op: string, { tiles }: Settings): readonly [number, number] | null {
  if (tiles === null) return null;
  if (!Array.isArray(tiles) || tiles.length !== 2)
    throw new ValueError(`${op}: tiles must be [queries, keys]; got ${describe(tiles)}; try [128, 128]`);
  return [checkInteger(op, 'tiles', tiles[0], 1, 1024), checkInteger(op, 'tiles', tiles[1], 1, 1024)];
}

/** What becomes of a scaled score, with and without the mask of blocks; null where it stays as it is. */
export function scoreExpressions(
  op: string,
  settings: Settings,
  blockMask: BlockMask | null,
  sizes: Sizes,
): { readonly score: Expression | null; readonly open: Expression | null } {
  const { softcap, alibiSlopes, scoreMod, maskMod, attnMask, bias } = settings;
  const start = new Expression('score');
  let score = start;
  if (checkNumber(op, 'softcap', softcap) < 0)
    throw new ValueError(`${op}: softcap must be at least 0; got ${softcap}; try 50`);
  if (softcap !== 0) score = score.div(softcap).tanh().mul(softcap);
  if (alibiSlopes !== null) {
    const slope = slopeOf(op, checkTensor(op, 'alibiSlopes', alibiSlopes), sizes);
    score = score.sub(QUERY.add(new Expression('lead')).sub(KEY).abs().mul(slope));
  }
  if (scoreMod !== null) score = scoreOf(op, scoreMod, score);
  for (const [name, numbers] of [
    ['bias', bias],
    ['attnMask', attnMask],
  ] as const) {
    if (numbers === null || checkTensor(op, name, numbers).dtype === 'bool') continue;
    const added = elementOf(op, name, checkFloat(op, name, numbers), sizes);
    // -Infinity hides, whatever the score is.
    score = score.add(added).where(added.ne(-Infinity), -Infinity);
  }
  if (attnMask?.dtype === 'bool') score = score.where(elementOf(op, 'attnMask', attnMask, sizes), -Infinity);
  if (maskMod !== null) score = score.where(maskOf(op, maskMod), -Infinity);
  const open = score === start ? null : score;
  if (blockMask !== null) score = score.where(blockMask.mask, -Infinity);
  return { score: score === start ? null : score, open };
}

function slopeOf(op: string, slopes: Tensor, { sequences, heads }: Sizes): Expression {
  checkFloat(op, 'alibiSlopes', slopes);
  const shape = formatShape(slopes.shape);
  if (shape === formatShape([heads])) return lookup(slopes, HEAD);
  if (shape === formatShape([sequences, heads])) return lookup(slopes, BATCH, HEAD);
  throw new ShapeError(
    `${op}: alibiSlopes must be [H] or [B, H]; got ${shape} for ${sequences} sequences and ${heads} heads; try one slope for each head`,
  );
}

/** The element of a tensor that stretches to [B, H, Lq, Lk]. */
function elementOf(op: string, name: string, t: Tensor, { sequences, heads, queries, keys }: Sizes): Expression {
  const whole = [sequences, heads, queries, keys];
  const padded = [...Array(Math.max(0, 4 - t.ndim)).fill(1), ...t.shape];
  if (t.ndim > 4 || padded.some((size, i) => size !== 1 && size !== whole[i]))
    throw new ShapeError(
      `${op}: ${name} must stretch to ${formatShape(whole)}; got ${formatShape(t.shape)}; try [Lq, Lk] or [B, 1, 1, Lk]`,
    );
  const indices = t.shape.map((size, i) => (size === 1 ? 0 : (PLACE[4 - t.ndim + i] as Term)));
  return lookup(t, ...indices.map(termOf));
}

/** A stream of random numbers of its own; null without dropout. */
export function dropoutOf(op: string, { dropoutP, generator }: Settings, sizes: Sizes): Dropout | null {
  const p = checkNumber(op, 'dropoutP', dropoutP);
  if (!(p >= 0 && p <= 1)) throw new ValueError(`${op}: dropoutP must be a probability in [0, 1]; got ${p}; try 0.1`);
  const source = generatorOf(op, generator);
  if (p === 0) return null;
  const { sequences, heads, queries, keys } = sizes;
  const { seed, offset } = source.take(Math.ceil((sequences * heads * queries * keys) / 4));
  return { p, seed, offset };
}

/** Throws unless what is given is a mask of blocks. */
export function checkBlockMask(op: string, blockMask: unknown): BlockMask | null {
  if (blockMask === null || blockMask instanceof BlockMask) return blockMask;
  throw new ValueError(
    `${op}: blockMask must be one that createBlockMask makes; got ${isTensor(blockMask) ? 'a tensor' : describe(blockMask)}; try attnMask`,
  );
}
