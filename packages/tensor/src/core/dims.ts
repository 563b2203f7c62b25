/** Dimensions by number, counted from the front or from the end. */
import { IndexError } from './errors.ts';
import type { IsOne, RankOf, Show } from './rule.ts';
import { describe } from './shape.ts';
import type { Difference, Sum } from './sizes.ts';

/** The rule of `normalizeDim`: the dimension counted from the front, `number` where it is not known, or a sentence. */
export type NamedDim<Op extends string, D extends number, Rank extends number, Extra extends number = 0> = DimIn<
  Op,
  D,
  Rank,
  Sum<Rank, Extra> extends 0 ? 1 : Sum<Rank, Extra>
>;

type DimIn<Op extends string, D extends number, Rank extends number, Span extends number> = number extends D | Rank
  ? number
  : IsOne<D> extends true
    ? Counted<D, Span> extends infer I extends number
      ? [I] extends [never]
        ? `${Op}: dim must be in [-${Span}, ${Span}); got ${D} for rank ${Rank}`
        : I
      : never
    : number;

/** The dimensions of up to nine, by how many there are. */
type Dims = [
  never,
  0,
  0 | 1,
  0 | 1 | 2,
  0 | 1 | 2 | 3,
  0 | 1 | 2 | 3 | 4,
  0 | 1 | 2 | 3 | 4 | 5,
  0 | 1 | 2 | 3 | 4 | 5 | 6,
  0 | 1 | 2 | 3 | 4 | 5 | 6 | 7,
  0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8,
];

/** D in [-Span, Span) as a number in [0, Span); never outside. */
type Counted<D extends number, Span extends number> = `${D}` extends `-${infer K extends number}`
  ? Difference<Span, K>
  : D & Dims[Span];

/** The dimension counted from the front. `extra` admits one past the end, for ops that insert a dimension. */
export function normalizeDim(op: string, dim: number, rank: number, extra = 0): number {
  const span = Math.max(1, rank + extra);
  if (!Number.isInteger(dim) || dim < -span || dim >= span) {
    throw new IndexError(
      `${op}: dim must be in [${-span}, ${span}); got ${describe(dim)} for rank ${rank}; try dim ${span - 1} or -1`,
    );
  }
  return dim < 0 ? dim + span : dim;
}

/** The rule of `normalizeDims`: a union of dimensions counted from the front, `number`, or a sentence. */
export type NamedDims<Op extends string, D extends readonly number[], Rank extends number> =
  number extends RankOf<D>
    ? number
    : EachDim<Op, D, Rank> extends infer L
      ? L extends readonly number[]
        ? number extends L[number]
          ? number
          : HasTwice<L> extends true
            ? `${Op}: a dimension may be named once; got ${Show<D>}`
            : L[number]
        : L
      : never;

type EachDim<
  Op extends string,
  D extends readonly number[],
  Rank extends number,
  Out extends number[] = [],
> = D extends readonly [infer First extends number, ...infer Rest extends readonly number[]]
  ? NamedDim<Op, First, Rank> extends infer I
    ? I extends number
      ? EachDim<Op, Rest, Rank, [...Out, I]>
      : I
    : never
  : Out;

type HasTwice<L extends readonly number[]> = L extends readonly [infer First, ...infer Rest extends readonly number[]]
  ? First extends Rest[number]
    ? true
    : HasTwice<Rest>
  : false;

/** Several dimensions, counted from the front, without repetition. `undefined` means all of them. */
export function normalizeDims(op: string, dims: number | readonly number[] | undefined, rank: number): number[] {
  if (dims === undefined) return Array.from({ length: rank }, (_, d) => d);
  if (typeof dims !== 'number' && !Array.isArray(dims)) {
    throw new IndexError(
      `${op}: dim must be a whole number or an array of them; got ${describe(dims)}; try dim -1, or none for all dimensions`,
    );
  }
  const list = Array.from(typeof dims === 'number' ? [dims] : (dims as readonly number[]), (dim) =>
    normalizeDim(op, dim, rank),
  );
  if (new Set(list).size !== list.length)
    throw new IndexError(`${op}: a dimension may be named once; got ${describe(dims)}; try each dimension once`);
  return list;
}
