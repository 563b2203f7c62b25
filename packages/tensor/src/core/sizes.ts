/**
 * Sizes that the compiler knows: sums, differences, products and quotients of literal whole numbers. Where a number is not
 * literal, or the answer is not a size, the answer is `number`. Most are of one digit, and a list of that length does.
 */
import type { Copies, Digit, Division, Minus, Ones, Reverse, Row, Times } from './digits.ts';

/** A size of one digit as a list of that length; null for others. */
type List<N extends number> = `${N}` extends Digit ? Ones[`${N}`] : null;

/** A literal size as text; null for anything else. */
type Text<N extends number> = number extends N
  ? null
  : `${N}` extends infer T extends string
    ? T extends `-${string}` | `${string}.${string}` | `${string}e${string}`
      ? null
      : T
    : null;

/** Both as text, where both are literal sizes. */
type Texts<A extends number, B extends number> = [Text<A>, Text<B>];

/** A + B. */
export type Sum<A extends number, B extends number> = B extends 0
  ? A
  : List<A> extends infer a extends 0[]
    ? List<B> extends infer b extends 0[]
      ? [...a, ...b]['length'] & number
      : LongSum<A, B>
    : LongSum<A, B>;

type LongSum<A extends number, B extends number> =
  Texts<A, B> extends [infer a extends string, infer b extends string]
    ? Read<Reverse<Row<Reverse<a>, '1', Reverse<b>>>>
    : number;

/** A - B; never where B is greater. */
export type Difference<A extends number, B extends number> =
  List<A> extends infer a extends 0[]
    ? List<B> extends infer b extends 0[]
      ? a extends [...b, ...infer Left]
        ? Left['length'] & number
        : never
      : LongDifference<A, B>
    : LongDifference<A, B>;

type LongDifference<A extends number, B extends number> =
  Texts<A, B> extends [infer a extends string, infer b extends string]
    ? Minus<Reverse<a>, Reverse<b>> extends infer D extends string
      ? [D] extends [never]
        ? never
        : Read<Reverse<D>>
      : never
    : number;

/** A B. */
export type Product<A extends number, B extends number> = B extends 1
  ? A
  : B extends 0
    ? 0
    : A extends 0
      ? 0
      : A extends 1
        ? B
        : List<A> extends infer a extends 0[]
          ? `${B}` extends infer b extends Digit
            ? Copies<a, b>['length'] & number
            : LongProduct<A, B>
          : LongProduct<A, B>;

type LongProduct<A extends number, B extends number> =
  Texts<A, B> extends [infer a extends string, infer b extends string]
    ? Read<Reverse<Times<Reverse<a>, Reverse<b>>>>
    : number;

/** The whole part of A / B, and what is left. */
export type Quotient<A extends number, B extends number> = B extends 1
  ? [A, 0]
  : List<A> extends infer a extends 0[]
    ? List<B> extends infer b extends [0, ...0[]]
      ? Often<a, b>
      : LongQuotient<A, B>
    : LongQuotient<A, B>;

/** How often one list holds another, and what is left. */
type Often<A extends 0[], B extends 0[], N extends 0[] = []> = A extends [...B, ...infer Left extends 0[]]
  ? Often<Left, B, [...N, 0]>
  : [N['length'], A['length']];

type LongQuotient<A extends number, B extends number> =
  Texts<A, B> extends [infer a extends string, infer b extends string]
    ? b extends '0'
      ? never
      : Division<a, Reverse<b>> extends [infer Q extends string, infer R extends string]
        ? [Read<Q>, Read<Reverse<R>>]
        : never
    : [number, number];

/** Text from the highest digit as a number, without zeros before it. */
type Bare<N extends string> = N extends `0${infer Rest}` ? (Rest extends '' ? '0' : Bare<Rest>) : N;
type Read<N extends string> = Bare<N> extends `${infer V extends number}` ? V : number;
