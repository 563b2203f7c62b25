/** Shapes, strides, broadcasting and dimension numbers. Sizes count elements. */
import { ShapeError } from './errors.ts';
import type { Agreed, RankOf, Show } from './rule.ts';
import type { Product } from './sizes.ts';

/** The sizes of a tensor's dimensions. */
export type Shape = readonly number[];

/** The rule of `elementsOf`: a product, as far as it is known. */
export type Elements<S extends Shape, Sofar extends number = 1> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Elements<Rest, Product<Sofar, First>>
  : number extends RankOf<S>
    ? number
    : Sofar;

export function elementsOf(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** `[2, 3]`, the way shapes are written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Row-major strides. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(1, shape[d] as number);
  }
  return strides;
}

/** Whether elements in logical order lie one after the other in memory. */
export function isContiguousLayout(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    if (size === 0) return true;
    if (size !== 1 && strides[d] !== step) return false;
    step *= size;
  }
  return true;
}

/** The rule of `checkShape`: the sizes, or a sentence where one is negative or has a fraction. */
export type Sizes<Op extends string, S extends Shape> =
  WrongSize<S[number]> extends infer Wrong extends number
    ? [Wrong] extends [never]
      ? S
      : `${Op}: sizes must be whole numbers of at least 0; got ${FirstOf<S, Wrong>} in ${Show<S>}`
    : never;

type WrongSize<N extends number> = N extends unknown
  ? `${N}` extends `-${string}` | `${string}.${string}`
    ? N
    : never
  : never;

type FirstOf<S extends Shape, N extends number> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? First extends N
    ? First
    : FirstOf<Rest, N>
  : never;

/** Throws unless `shape` is a list of whole, non-negative sizes whose product can be counted. */
export function checkShape(op: string, shape: unknown): Shape {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: a shape must be an array of sizes; got ${describe(shape)}; try [2, 3]`);
  for (const size of shape as unknown[]) {
    if (!Number.isInteger(size) || (size as number) < 0) {
      throw new ShapeError(
        `${op}: sizes must be whole numbers of at least 0; got ${describe(size)} in [${shape.map(describe).join(', ')}]; try a size of 0 or more`,
      );
    }
  }
  if (!Number.isSafeInteger(elementsOf(shape as number[]))) {
    throw new ShapeError(
      `${op}: a tensor must have fewer than 2^53 elements; got ${formatShape(shape as number[])}; try smaller sizes`,
    );
  }
  return shape as number[];
}

/** S without the dimensions I. */
export type Kept<S extends Shape, I extends number> = S extends readonly [
  infer A extends number,
  infer B extends number,
]
  ? readonly [...Unless<0, I, A>, ...Unless<1, I, B>]
  : S extends readonly [infer A extends number, infer B extends number, infer C extends number]
    ? readonly [...Unless<0, I, A>, ...Unless<1, I, B>, ...Unless<2, I, C>]
    : S extends readonly [
          infer A extends number,
          infer B extends number,
          infer C extends number,
          infer D extends number,
        ]
      ? readonly [...Unless<0, I, A>, ...Unless<1, I, B>, ...Unless<2, I, C>, ...Unless<3, I, D>]
      : KeptOfMany<S, I>;

type Unless<P extends number, I extends number, N extends number> = P extends I ? [] : [N];

type KeptOfMany<
  S extends Shape,
  I extends number,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? KeptOfMany<Rest, I, [...Seen, 0], Seen['length'] extends I ? Out : readonly [...Out, First]>
  : Out;

/** S with the sizes T in the place of the dimension I. */
export type Spliced<
  S extends Shape,
  I extends number,
  T extends Shape,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? Seen['length'] extends I
    ? readonly [...Out, ...T, ...Rest]
    : Spliced<Rest, I, T, [...Seen, 0], readonly [...Out, First]>
  : Out;

/** S with a dimension of size N before the dimension I, which may be one past the last. */
export type Inserted<
  S extends Shape,
  I extends number,
  N extends number,
  Seen extends 0[] = [],
  Out extends Shape = readonly [],
> = Seen['length'] extends I
  ? readonly [...Out, N, ...S]
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? Inserted<Rest, I, N, [...Seen, 0], readonly [...Out, First]>
    : Out;

/** S with size N at the dimension I. */
export type Resized<S extends Shape, I extends number, N extends number> = {
  readonly [P in keyof S]: P extends `${I}` ? N : S[P];
};

/** The rule of `sameShape`: false where two shapes are certain to differ. */
export type Matches<A extends Shape, B extends Shape> = A extends readonly [
  infer a extends number,
  ...infer As extends Shape,
]
  ? B extends readonly [infer b extends number, ...infer Bs extends Shape]
    ? [Agreed<a, b>] extends [never]
      ? false
      : Matches<As, Bs>
    : false
  : B extends readonly []
    ? true
    : false;

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, d) => size === b[d]);
}

/** How a value of any type is named in a message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no class'})`;
  if (typeof value === 'function') return 'a function';
  return String(value);
}
