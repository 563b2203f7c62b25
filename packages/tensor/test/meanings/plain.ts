/** Tensors in plain numbers: a function from places to numbers. What public functions mean is told in these. */
import { type DType, fromArray, type Tensor } from '@tessera/tensor';

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype: DType;
}

/** What a function does on tensors, and what that means in plain numbers. */
export interface Case {
  readonly run: () => Tensor | readonly Tensor[];
  readonly means: Plain | readonly Plain[];
}

/** Functions have types of their own for every shape; here they are called with all. */
export type Loose<Result = Tensor> = (...operands: readonly unknown[]) => Result;

export type Place = readonly number[];

export const tensorOf = ({ shape, data, dtype }: Plain): Tensor => fromArray(data, shape, { dtype });

/** All places of a shape, in order. */
export function placesOf(shape: readonly number[]): Place[] {
  return shape.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

export function build(shape: readonly number[], dtype: DType, value: (place: Place) => number): Plain {
  return { shape, dtype, data: placesOf(shape).map(value) };
}

export function at({ shape, data }: Plain, place: Place): number {
  return data[place.reduce((offset, i, d) => offset * (shape[d] as number) + i, 0)] as number;
}

/** The place with another index along one dimension. */
export const moved = (place: Place, dim: number, index: number): Place => place.with(dim, index);

/** Dimensions from 0 on. */
export const fromFront = (dim: number, rank: number): number => (dim < 0 ? dim + Math.max(rank, 1) : dim);

/** Every line along `dim` replaced by what `line` makes of it, which is `length` long. */
export function along(
  x: Plain,
  dim: number,
  line: (values: number[]) => readonly number[],
  { length, dtype = x.dtype }: { readonly length?: number; readonly dtype?: DType } = {},
): Plain {
  if (x.shape.length === 0) return build([], dtype, () => line([...x.data])[0] as number);
  const d = fromFront(dim, x.shape.length);
  const size = x.shape[d] as number;
  return build(x.shape.with(d, length ?? size), dtype, (place) => {
    const values = Array.from({ length: size }, (_, i) => at(x, moved(place, d, i)));
    return line(values)[place[d] as number] as number;
  });
}

/** `dims` (all, where there are none) put together by `value`. */
export function over(
  x: Plain,
  dims: number | readonly number[] | undefined,
  keepdim: boolean | undefined,
  value: (values: number[]) => number,
  dtype: DType = x.dtype,
): Plain {
  const rank = x.shape.length;
  const list = dims === undefined ? [] : [dims].flat().map((d) => fromFront(d, rank));
  const gone = (d: number): boolean => list.length === 0 || list.includes(d);
  const kept = x.shape.map((size, d) => (gone(d) ? 1 : size));
  const whole = build(kept, dtype, (place) =>
    value(placesOf(x.shape).flatMap((from) => (from.every((i, d) => gone(d) || i === place[d]) ? [at(x, from)] : []))),
  );
  return keepdim ? whole : { ...whole, shape: kept.filter((_, d) => !gone(d)) };
}

/** The element of x that stands at a place of the result. */
export const rearranged = (x: Plain, shape: readonly number[], from: (place: Place) => Place): Plain =>
  build(shape, x.dtype, (place) => at(x, from(place)));
export const reshaped = (x: Plain, shape: readonly number[]): Plain => ({ ...x, shape });
export const permuted = (x: Plain, dims: readonly number[]): Plain =>
  rearranged(
    x,
    dims.map((d) => x.shape[d] as number),
    (place) => x.shape.map((_, d) => place[dims.indexOf(d)] as number),
  );

export const swapped = (x: Plain, a: number, b: number): Plain =>
  permuted(
    x,
    [...x.shape.keys()].map((d) => (d === a ? b : d === b ? a : d)),
  );

/** What stands at a place of the tensor when it is stretched, from the last dimension on. */
export const spread = (x: Plain, place: Place): number =>
  at(
    x,
    place.slice(place.length - x.shape.length).map((i, d) => (x.shape[d] === 1 ? 0 : i)),
  );

export const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const isFloat = (dtype: DType): boolean => dtype.startsWith('float');
