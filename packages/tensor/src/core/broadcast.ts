/** Shapes that stretch to one another: sizes agree from the right, and 1 stretches. */

import { ShapeError } from './errors.ts';
import type { Agreed, Check, IsRanked, RankOf, Result, ShapeOf, Show, ShowSize } from './rule.ts';
import { formatShape, type Shape } from './shape.ts';

/** The rule of `broadcastShapes`. */
export type Broadcast<Op extends string, Shapes extends readonly Shape[]> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? Fold<Op, Shapes, Rest, First>
  : readonly [];

type Fold<
  Op extends string,
  All extends readonly Shape[],
  Rest extends readonly Shape[],
  Sofar extends Shape,
> = Rest extends readonly [infer Next extends Shape, ...infer More extends readonly Shape[]]
  ? Stretched<Sofar, Next> extends infer S
    ? S extends Shape
      ? Fold<Op, All, More, S>
      : `${Op}: shapes must broadcast; got ${ShowAll<All>} (${S & string})`
    : never
  : Sofar;

/** What an operand T beside one of shape A must be. Numbers and shapes that are the same need no look into them. */
export type Beside<Op extends string, A extends Shape, T> =
  ShapeOf<T> extends readonly [] ? unknown : Check<Pair<Op, A, ShapeOf<T>>>;

/** The shape that A and the operand T broadcast to. */
export type Paired<Op extends string, A extends Shape, T> = Result<PairedShape<Op, A, ShapeOf<T>>>;

type PairedShape<Op extends string, A extends Shape, B extends Shape> = B extends readonly [] ? A : Pair<Op, A, B>;

/**
 * The rule of `broadcastShapes` for two. The first has a second name, because the compiler knows better of A where A extends
 * B, and works out what both have in common.
 */
export type Pair<Op extends string, A extends Shape, B extends Shape, First extends Shape = A> = A extends B
  ? B extends First
    ? First
    : DifferentPair<Op, A, B>
  : DifferentPair<Op, A, B>;

type DifferentPair<Op extends string, A extends Shape, B extends Shape> =
  Stretched<A, B> extends infer S
    ? S extends string
      ? `${Op}: shapes must broadcast; got ${Show<A>} and ${Show<B>} (${S})`
      : S
    : never;

/** The shape that two shapes broadcast to, or the sizes that do not agree. */
type Stretched<A extends Shape, B extends Shape> =
  Four<A> extends readonly [
    infer a extends number,
    infer b extends number,
    infer c extends number,
    infer d extends number,
  ]
    ? Four<B> extends readonly [
        infer e extends number,
        infer f extends number,
        infer g extends number,
        infer h extends number,
      ]
      ? false extends StretchedSize<a, e> | StretchedSize<b, f> | StretchedSize<c, g> | StretchedSize<d, h>
        ? Misfit<A, B>
        : Cut<
            RankOf<A> | RankOf<B>,
            StretchedSize<a, e> & number,
            StretchedSize<b, f> & number,
            StretchedSize<c, g> & number,
            StretchedSize<d, h> & number
          >
      : StretchedMany<A, B>
    : StretchedMany<A, B>;

/** A shape of up to four dimensions as one of four, with sizes of 1 in front. */
type Four<S> = S extends readonly [infer C, infer D]
  ? readonly [1, 1, C, D]
  : S extends readonly [infer D]
    ? readonly [1, 1, 1, D]
    : S extends readonly []
      ? readonly [1, 1, 1, 1]
      : S extends readonly [infer B, infer C, infer D]
        ? readonly [1, B, C, D]
        : S extends readonly [infer _A, infer _B, infer _C, infer _D]
          ? S
          : null;

/** The last of four sizes, as many as the greatest of the ranks. */
type Cut<Ranks, A extends number, B extends number, C extends number, D extends number> = 4 extends Ranks
  ? readonly [A, B, C, D]
  : 3 extends Ranks
    ? readonly [B, C, D]
    : 2 extends Ranks
      ? readonly [C, D]
      : 1 extends Ranks
        ? readonly [D]
        : readonly [];

type StretchedMany<A extends Shape, B extends Shape, Tail extends Shape = readonly []> =
  IsRanked<A> extends true
    ? IsRanked<B> extends true
      ? A extends readonly [...infer As extends Shape, infer a extends number]
        ? B extends readonly [...infer Bs extends Shape, infer b extends number]
          ? StretchedSize<a, b> extends infer s extends number
            ? StretchedMany<As, Bs, readonly [s, ...Tail]>
            : `${ShowSize<a>} and ${ShowSize<b>}`
          : readonly [...A, ...Tail]
        : readonly [...B, ...Tail]
      : Shape
    : Shape;

/** The last sizes that do not agree. */
type Misfit<A extends Shape, B extends Shape> = A extends readonly [...infer As extends Shape, infer a extends number]
  ? B extends readonly [...infer Bs extends Shape, infer b extends number]
    ? StretchedSize<a, b> extends false
      ? `${ShowSize<a>} and ${ShowSize<b>}`
      : Misfit<As, Bs>
    : never
  : never;

/** The size that two sizes stretch to; false where they do not. */
export type StretchedSize<A extends number, B extends number> = A extends 1
  ? B
  : B extends 1
    ? A
    : Agreed<A, B> extends never
      ? false
      : Agreed<A, B>;

/** Shapes the way messages list them. */
export type ShowAll<Shapes extends readonly Shape[]> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? Rest extends readonly []
    ? Show<First>
    : `${Show<First>} and ${ShowAll<Rest>}`
  : '';

/** The shape that all of `shapes` broadcast to, as NumPy and PyTorch do: sizes agree from the right, 1 stretches. */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const lead = rank - shape.length;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] as number;
      const sofar = result[lead + d] as number;
      if (size === sofar || size === 1) continue;
      if (sofar !== 1) {
        throw new ShapeError(
          `${op}: shapes must broadcast; got ${shapes.map(formatShape).join(' and ')} (${sofar} and ${size}); try reshape or unsqueeze so that sizes agree from the right`,
        );
      }
      result[lead + d] = size;
    }
  }
  return result;
}

/** Strides of a tensor of `shape` and `strides` seen as `target`: stretched dimensions get stride 0. */
export function broadcastStrides(shape: Shape, strides: Shape, target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((size, d) =>
    d < lead || (shape[d - lead] === 1 && size !== 1) ? 0 : (strides[d - lead] as number),
  );
}
