/** Tensors laid one behind the other along a dimension. */

import { checkTensors } from '../../core/arguments.ts';
import { type Layout, makeTensor } from '../../core/base.ts';
import type { ShowAll } from '../../core/broadcast.ts';
import { convert, freeTemporaries, writeInto } from '../../core/copy.ts';
import { type NamedDim, normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { promoteTypes } from '../../core/dtype.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, RankOf, Result, ShapeOf } from '../../core/rule.ts';
import { formatShape, type Resized, type Shape, sameShape } from '../../core/shape.ts';
import type { Sum } from '../../core/sizes.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { freshLayout, placesOf } from '../views/asStrided.ts';
import { reshape } from '../views/reshape.ts';
import { narrow } from '../views/slice.ts';

interface CatAttributes {
  readonly dim: number;
  /** The sizes of the operands along `dim`. */
  readonly sizes: readonly number[];
}

/** Shapes agree but along `dim`, where sizes add up; dtypes are promoted. */
export const catOp: PrimitiveOp<'tensors', CatAttributes> = {
  kind: 'primitive',
  name: 'cat',
  operands: ['tensors'],
  variadic: true,
  infer: (tensors, { dim, sizes }) => {
    const [first] = tensors as readonly [Tensor];
    if (!tensors.every(({ shape }, k) => sameShape(shape, first.shape.with(dim, sizes[k] as number)))) {
      const shapes = tensors.map(({ shape }) => formatShape(shape)).join(' and ');
      throw new ShapeError(`cat: shapes must agree but along dim ${dim}; got ${shapes}; try reshape or another dim`);
    }
    return {
      shape: first.shape.with(dim, startOf(sizes, sizes.length)),
      dtype: tensors.map((t) => t.dtype).reduce(promoteTypes),
    };
  },
  reference: ([out], tensors, attributes) => {
    const y = out as Operand;
    tensors.forEach(({ data }, k) => {
      placesOf(partLayout(y.shape, attributes, k)).forEach((place, i) => {
        y.data[place] = data[i] as number;
      });
    });
  },
  kernel: ([out], tensors, attributes) => {
    const y = out as Tensor;
    const parts = tensors.map((t) => (t.dtype === y.dtype ? t : convert(t, y.dtype)));
    parts.forEach((part, k) => {
      writeInto(makeTensor(y.storage, partLayout(y.shape, attributes, k)), part);
    });
    freeTemporaries(parts, tensors);
  },
  vjp: {
    tensors:
      (_, { dim, sizes }, k) =>
      (g) =>
        narrow(g, dim, startOf(sizes, k), sizes[k] as number),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { empty: true });
    const dim = draw.integer(0, shape.length - 1);
    const sizes = [draw.integer(0, 3), draw.integer(1, 3), draw.integer(1, 2)];
    return { inputs: sizes.map((size) => ({ shape: shape.with(dim, size) })), attributes: { dim, sizes } };
  },
};

/** Where the k-th operand lies in a fresh result. */
function partLayout(shape: Shape, { dim, sizes }: CatAttributes, k: number): Layout {
  const { strides } = freshLayout(shape);
  return { shape: shape.with(dim, sizes[k] as number), strides, offset: startOf(sizes, k) * (strides[dim] as number) };
}

function startOf(sizes: readonly number[], k: number): number {
  return sizes.slice(0, k).reduce((sum, size) => sum + size, 0);
}

/** The shapes of several tensors. */
export type ShapesOf<T extends readonly Tensor[]> = { readonly [P in keyof T]: ShapeOf<T[P]> };

/** The shape rule of `cat`: sizes along D add up. Shapes [0] fit everywhere. */
export type Joined<T extends readonly Tensor[], D extends number> =
  number extends RankOf<T>
    ? Shape
    : T extends readonly []
      ? 'cat: takes one or more tensors; got none'
      : JoinedShapes<ShapesOf<T>, D>;

type JoinedShapes<All extends readonly Shape[], D extends number> =
  IsRanked<All[number]> extends true
    ? readonly [] extends All[number]
      ? 'cat: tensors must have the dimension along which they are joined; got []'
      : true extends MayBeEmpty<All[number]>
        ? All[number] extends readonly [number]
          ? readonly [number]
          : Shape
        : ModelOf<All> extends infer Model extends Shape
          ? NamedDim<'cat', D, RankOf<Model>> extends infer I
            ? I extends number
              ? number extends I
                ? Shape
                : Along<All, All, Model, I>
              : I
            : never
          : never
    : Shape;

/** Whether a shape is not certain to be [0], nor not to be. */
type MayBeEmpty<S extends Shape> = S extends readonly [0] ? false : readonly [0] extends S ? true : false;

/** The first shape that is not [0]. */
type ModelOf<All extends readonly Shape[]> = All extends readonly [
  infer S extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? S extends readonly [0]
    ? ModelOf<Rest>
    : S
  : readonly [0];

type Along<
  All extends readonly Shape[],
  Rest extends readonly Shape[],
  Model extends Shape,
  I extends number,
  Total extends number = 0,
> = Rest extends readonly [infer S extends Shape, ...infer More extends readonly Shape[]]
  ? S extends readonly [0]
    ? Along<All, More, Model, I, Total>
    : SameBut<S, Model, I> extends true
      ? Along<All, More, Known<Model, S, I>, I, Sum<Total, S[I]>>
      : `cat: shapes must agree but along dim ${I}; got ${ShowAll<Padded<All, Model, I>>}`
  : Resized<Model, I, Total>;

/** Whether two shapes are not certain to differ outside dimension I. */
type SameBut<A extends Shape, B extends Shape, I extends number> =
  RankOf<A> extends RankOf<B>
    ? false extends {
        [P in keyof A]: P extends `${I}` ? true : [A[P] & B[P & keyof B]] extends [never] ? false : true;
      }[number]
      ? false
      : true
    : false;

/** What is known of a shape from two that agree outside dimension I. */
type Known<A extends Shape, B extends Shape, I extends number> = {
  readonly [P in keyof A]: P extends `${I}` ? A[P] : A[P] & B[P & keyof B];
};

/** Shapes [0] as they are joined: like the model, without elements. */
type Padded<All extends readonly Shape[], Model extends Shape, I extends number> = {
  [P in keyof All]: All[P] extends readonly [0] ? Resized<Model, I, 0> : All[P];
};

/**
 * Tensors joined along an existing dimension: their shapes must agree in all others. Dtypes are promoted, and empty
 * tensors of shape [0] fit everywhere. PyTorch: `cat`.
 *
 * @throws ShapeError when shapes differ along another dimension.
 * @example
 * cat([zeros(2, 1), zeros(2, 3)], 1).shape; // [2, 4]
 */
export function cat<const T extends readonly Tensor[], D extends number = 0>(
  tensors: T & Check<Joined<T, D>>,
  dim?: D,
): Tensor<Result<Joined<T, D>>>;
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  const operands = joinable('cat', tensors);
  const model = operands.find(({ shape }) => !sameShape(shape, [0])) ?? (operands[0] as Tensor);
  if (operands.some((t) => t.ndim === 0)) {
    throw new ShapeError('cat: tensors must have the dimension along which they are joined; got []; try stack');
  }
  const axis = normalizeDim('cat', dim, model.ndim);
  const parts = operands.map((t) => (sameShape(t.shape, [0]) ? reshape(t, model.shape.with(axis, 0)) : t));
  return apply(catOp, parts, { dim: axis, sizes: parts.map(({ shape }) => shape[axis] ?? 0) });
}

/** Another name of `cat`. PyTorch: `concat`. */
export const concat: typeof cat = cat;

/** Throws unless there is at least one tensor, in an array. */
export function joinable(op: string, tensors: unknown): readonly Tensor[] {
  const operands = checkTensors(op, tensors);
  if (operands.length === 0) throw new ShapeError(`${op}: takes one or more tensors; got none; try [a, b]`);
  return operands;
}
