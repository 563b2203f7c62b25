/** Shapes with spatial dimensions: (N, C, ...sizes), or (C, ...sizes) of one without a batch. */
import { ShapeError } from '@tessera/tensor';
import { formatShape, type IsRanked, type RankOf, type Shape, type Show } from '@tessera/tensor/core';

/** How many spatial dimensions there may be. */
export type SpatialRank = 1 | 2 | 3;

/** How inputs are called in messages, by rank. */
const INPUTS: readonly string[] = [
  '',
  '[N, C, L] or [C, L]',
  '[N, C, H, W] or [C, H, W]',
  '[N, C, D, H, W] or [C, D, H, W]',
];

/** Shape S as [batch or null, channels, spatial sizes, all of these as a union]; null where it has another rank. */
type Split<S extends Shape, R extends SpatialRank> = R extends 2
  ? S extends readonly [infer N extends number, infer C extends number, infer H extends number, infer W extends number]
    ? [N, C, readonly [H, W], H | W]
    : S extends readonly [infer C extends number, infer H extends number, infer W extends number]
      ? [null, C, readonly [H, W], H | W]
      : null
  : R extends 1
    ? S extends readonly [infer N extends number, infer C extends number, infer L extends number]
      ? [N, C, readonly [L], L]
      : S extends readonly [infer C extends number, infer L extends number]
        ? [null, C, readonly [L], L]
        : null
    : SplitVolumes<S>;

type SplitVolumes<S extends Shape> = S extends readonly [
  infer N extends number,
  infer C extends number,
  infer D extends number,
  infer H extends number,
  infer W extends number,
]
  ? [N, C, readonly [D, H, W], D | H | W]
  : S extends readonly [infer C extends number, infer D extends number, infer H extends number, infer W extends number]
    ? [null, C, readonly [D, H, W], D | H | W]
    : null;

/** The same of what a layer gave that knows its channels but no rank: [all before channels, channels, spatial sizes]. */
type SplitEnd<S extends Shape, R extends SpatialRank> = {
  1: S extends readonly [...infer N extends Shape, infer C, infer L] ? [N, C, readonly [L]] : null;
  2: S extends readonly [...infer N extends Shape, infer C, infer H, infer W] ? [N, C, readonly [H, W]] : null;
  3: S extends readonly [...infer N extends Shape, infer C, infer D, infer H, infer W]
    ? [N, C, readonly [D, H, W]]
    : null;
}[R];

type Inputs = ['', '[N, C, L] or [C, L]', '[N, C, H, W] or [C, H, W]', '[N, C, D, H, W] or [C, D, H, W]'];

/** The rule of `spatialSizes`: [batch or what is before channels or null, channels, spatial sizes], a sentence, or null. */
export type Spatial<Op extends string, S extends Shape, R extends SpatialRank> =
  Split<S, R> extends [infer N, infer C, infer Sizes, infer Each]
    ? 0 extends Each
      ? number extends Each
        ? [N, C, Sizes]
        : `${Op}: spatial dimensions must not be empty; got ${Show<S>} (0 in dim -${FromEnd<Sizes>})`
      : [N, C, Sizes]
    : IsRanked<S> extends true
      ? `${Op}: input must be ${Inputs[R]}; got ${Show<S>}`
      : SplitEnd<S, R>;

/** The dimensions before the spatial ones: a batch, if there is one, and channels. */
export type Before<N, C extends number> = N extends number
  ? readonly [N, C]
  : N extends Shape
    ? readonly [...N, C]
    : readonly [C];

/** Which spatial dimension, from the end, is the first empty one. */
type FromEnd<Sizes> = Sizes extends readonly [infer First, ...infer Rest]
  ? First extends 0
    ? RankOf<Sizes>
    : FromEnd<Rest>
  : never;

/** Throws unless x has `rank` spatial dimensions that are not empty, after channels and perhaps a batch; gives their sizes. */
export function spatialSizes(op: string, x: Shape, rank: number): Shape {
  const sizes = x.slice(-rank);
  if (x.length === rank + 1 || x.length === rank + 2) {
    if (!sizes.includes(0)) return sizes;
    throw new ShapeError(
      `${op}: spatial dimensions must not be empty; got ${formatShape(x)} (0 in dim ${sizes.indexOf(0) - rank}); try an input with at least one element there`,
    );
  }
  const hint = x.length === rank ? 'unsqueeze(0)' : 'reshape';
  throw new ShapeError(`${op}: input must be ${INPUTS[rank]}; got ${formatShape(x)}; try ${hint}`);
}
