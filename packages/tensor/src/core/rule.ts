/**
 * Shape rules for the compiler. A rule is a type that gives the shape of a result or, where there is none, the sentence
 * that says why: the same sentence with which the op refuses such shapes when it runs, up to its `; try ...`. A rule
 * stands beside the op's own check of shapes. Where the compiler does not know enough, a rule gives `Shape`.
 */
import type { Tensor } from '../tensor.ts';
import type { Shape } from './shape.ts';

/**
 * The number of dimensions up to 8, where rules no longer look; `number` beyond, and where it is not known. By patterns of
 * lone names, here and in other rules: a compiler takes those apart at once, while `S['length']`, or a rest, makes it work
 * out all that a list of that type has.
 */
export type RankOf<S> = S extends readonly [infer _A, infer _B]
  ? 2
  : S extends readonly [infer _A]
    ? 1
    : S extends readonly []
      ? 0
      : S extends readonly [infer _A, infer _B, infer _C]
        ? 3
        : S extends readonly [infer _A, infer _B, infer _C, infer _D]
          ? 4
          : LongRankOf<S>;

type LongRankOf<S> = S extends readonly [infer _A, infer _B, infer _C, infer _D, infer _E]
  ? 5
  : S extends readonly [infer _A, infer _B, infer _C, infer _D, infer _E, infer _F]
    ? 6
    : S extends readonly [infer _A, infer _B, infer _C, infer _D, infer _E, infer _F, infer _G]
      ? 7
      : S extends readonly [infer _A, infer _B, infer _C, infer _D, infer _E, infer _F, infer _G, infer _H]
        ? 8
        : number;

/** Whether the number of dimensions is known, and small enough. */
export type IsRanked<S> = number extends RankOf<S> ? false : true;

/** What an argument must be besides its own type: nothing more or, where its rule gives a sentence, something it is not. */
export type Check<R> = [R] extends [never] ? unknown : R extends string ? { error: R } : unknown;

/**
 * The shape that a rule gives, as far as it is known. The rule stands before `infer`, because a compiler that looks for type
 * arguments in a result goes through both outcomes of a condition, but not through what it depends on.
 */
export type Result<R> = (number extends RankOf<R> ? Shape : R) extends infer S extends Shape ? S : Shape;

/** The shape of an operand; a number or boolean has no dimensions. */
export type ShapeOf<T> = T extends Tensor ? T['shape'] : readonly [];

/** Whether a type is no union of several. */
export type IsOne<T, All = T> = T extends unknown ? ([All] extends [T] ? true : false) : never;

/** Some member of a union: the parameter of the last of as many functions. */
export type OneOf<U> = (U extends unknown ? (f: (one: U) => void) => void : never) extends (f: infer F) => void
  ? F extends (one: infer Last) => void
    ? Last
    : never
  : never;

/** The size that both are; never where they are certain to differ. */
export type Agreed<A extends number, B extends number> = A & B;

/** A shape the way messages write it: `?` for a size that is not known, `...` for what may come before. */
export type Show<S extends Shape> = number extends RankOf<S> ? `[...${ShowLast<S>}]` : `[${ShowSizes<S>}]`;

type ShowLast<S extends Shape> = S extends readonly [...infer Rest extends Shape, infer N extends number]
  ? `${ShowLast<Rest>}, ${ShowSize<N>}`
  : '';

type ShowSizes<S extends Shape> = S extends readonly [infer N extends number, ...infer Rest extends Shape]
  ? Rest extends readonly []
    ? ShowSize<N>
    : `${ShowSize<N>}, ${ShowSizes<Rest>}`
  : '';

/** A size the way messages write it. */
export type ShowSize<N extends number> = number extends N ? '?' : `${N}`;
