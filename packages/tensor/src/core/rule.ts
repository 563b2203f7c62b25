/**
 * Shape rules for the compiler. A rule is a type that gives the shape of a result or, where there is none, the sentence
 * that says why: the same sentence with which the op refuses such shapes when it runs, up to its `; try ...`. A rule
 * stands beside the op's own check of shapes. Where the compiler does not know enough, a rule gives `Shape`.
 */
import type { Shape } from './shape.ts';

/** Ranks that rules look into. */
type Rank = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Whether the number of dimensions is known, and small enough. */
export type IsRanked<S extends Shape> = number extends S['length'] ? false : S['length'] extends Rank ? true : false;

/** What an argument must be besides its own type: nothing more or, where its rule gives a sentence, something it is not. */
export type Check<R> = [R] extends [never] ? unknown : R extends string ? { error: R } : unknown;

/** The shape that a rule gives, as far as it is known. */
export type Result<R> = [R] extends [Shape] ? (IsRanked<R> extends true ? R : Shape) : Shape;

/** The shape of an operand; a number or boolean has no dimensions. */
export type ShapeOf<T> = T extends { readonly shape: infer S extends Shape } ? S : readonly [];

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
export type Show<S extends Shape> = number extends S['length'] ? `[...${ShowLast<S>}]` : `[${ShowSizes<S>}]`;

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
