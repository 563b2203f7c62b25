/** Shapes that stretch to one another: sizes agree from the right, and 1 stretches. */
import { ShapeError } from './errors.ts';
import type { Agreed, Check, IsRanked, Result, ShapeOf, Show, ShowSize } from './rule.ts';
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
export type Beside<Op extends string, A extends Shape, T> = T extends number | boolean
  ? unknown
  : [A, ShapeOf<T>] extends [ShapeOf<T>, A]
    ? unknown
    : A extends Shape
      ? Check<Broadcast<Op, [A, ShapeOf<T>]>>
      : never;

/** The shape that A and the operand T broadcast to. */
export type Paired<Op extends string, A extends Shape, T> = [T] extends [number | boolean]
  ? A
  : [A, ShapeOf<T>] extends [ShapeOf<T>, A]
    ? A
    : Result<Broadcast<Op, [A, ShapeOf<T>]>>;

/** The shape that two shapes broadcast to, or the sizes that do not agree. */
type Stretched<A extends Shape, B extends Shape> =
  IsRanked<A> extends true ? (IsRanked<B> extends true ? StretchedRanks<A, B> : Shape) : Shape;

type StretchedRanks<A extends Shape, B extends Shape, Tail extends Shape = readonly []> = A extends readonly [
  ...infer As extends Shape,
  infer a extends number,
]
  ? B extends readonly [...infer Bs extends Shape, infer b extends number]
    ? StretchedSize<a, b> extends infer s extends number
      ? [s] extends [never]
        ? `${ShowSize<a>} and ${ShowSize<b>}`
        : StretchedRanks<As, Bs, readonly [s, ...Tail]>
      : never
    : readonly [...A, ...Tail]
  : readonly [...B, ...Tail];

/** The size that two sizes stretch to; never where they do not. */
export type StretchedSize<A extends number, B extends number> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : [Agreed<A, B>] extends [never]
      ? 1 extends A | B
        ? number
        : never
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
