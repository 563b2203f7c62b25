/** Tensors laid one behind the other along a dimension. */
import { checkTensors } from '../../core/arguments.ts';
import { type Layout, makeTensor } from '../../core/base.ts';
import { convert, freeTemporaries, writeInto } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import { promoteTypes } from '../../core/dtype.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape, normalizeDim, type Shape, sameShape } from '../../core/shape.ts';
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

/**
 * Tensors joined along an existing dimension: their shapes must agree in all others. Dtypes are promoted, and empty
 * tensors of shape [0] fit everywhere. PyTorch: `cat`.
 *
 * @throws ShapeError when shapes differ along another dimension.
 * @example
 * cat([zeros(2, 1), zeros(2, 3)], 1).shape; // [2, 4]
 */
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
