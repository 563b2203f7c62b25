/** Diagonals: as views, and tensors made of them. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import type { Layout } from '../../core/base.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { IndexError, ShapeError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { sum } from '../reductions/sum.ts';
import { freshLayout, scatterStrided } from './asStrided.ts';
import { clone } from './contiguous.ts';

interface DiagonalAttributes {
  /** Above 0: that far above the main diagonal; below 0: that far below. */
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
  /** The shape of x. */
  readonly from: Shape;
}

/** The diagonal of dim1 and dim2, as a last dimension in their stead. */
export const diagonalOp: ViewOp<'x', DiagonalAttributes> = {
  kind: 'view',
  name: 'diagonal',
  operands: ['x'],
  formula: 'y[..., i] = x[..., i, i + offset]',
  view: diagonalLayout,
  vjp: {
    x: (_, attributes) => (g) =>
      scatterStrided(g, attributes.from, diagonalLayout(freshLayout(attributes.from), attributes)),
  },
  sample: (draw) => {
    const shape = draw.shape([2, 3], { empty: true });
    const last = shape.length - 1;
    const attributes = { offset: draw.integer(-2, 2), dim1: draw.pick([0, last]), from: shape };
    return { inputs: [{ shape }], attributes: { ...attributes, dim2: last - attributes.dim1 } };
  },
};

function diagonalLayout({ shape, strides, offset: start }: Layout, attributes: DiagonalAttributes): Layout {
  const { offset, dim1, dim2 } = attributes;
  const [rows, columns] = [shape[dim1] as number, shape[dim2] as number];
  const [down, right] = [strides[dim1] as number, strides[dim2] as number];
  const length = Math.max(0, offset < 0 ? Math.min(rows + offset, columns) : Math.min(rows, columns - offset));
  const skip = offset < 0 ? -offset * down : offset * right;
  const kept = (_: number, d: number): boolean => d !== dim1 && d !== dim2;
  return {
    shape: [...shape.filter(kept), length],
    strides: [...strides.filter(kept), down + right],
    offset: length === 0 ? start : start + skip,
  };
}

/**
 * A view of the diagonal of two dimensions, which becomes the last dimension. PyTorch: `diagonal`.
 *
 * @example
 * diagonal(tensor([[1, 2], [3, 4]])); // tensor([1., 4.])
 */
export function diagonal(x: Tensor, offset = 0, dim1 = 0, dim2 = 1): Tensor {
  checkTensor('diagonal', 'x', x);
  if (x.ndim < 2) {
    throw new ShapeError(
      `diagonal: the tensor must have 2 or more dimensions; got ${formatShape(x.shape)}; try diag(x), which makes a matrix`,
    );
  }
  const attributes = diagonalAttributes('diagonal', offset, dim1, dim2, x.shape);
  return apply(diagonalOp, [x], attributes);
}

function diagonalAttributes(op: string, offset: number, dim1: number, dim2: number, from: Shape): DiagonalAttributes {
  checkInteger(op, 'offset', offset);
  const first = normalizeDim(op, dim1, from.length);
  const second = normalizeDim(op, dim2, from.length);
  if (first === second) {
    throw new IndexError(`${op}: dim1 and dim2 must differ; got ${dim1} and ${dim2}; try dim1 0 and dim2 1`);
  }
  return { offset, dim1: first, dim2: second, from };
}

/**
 * Matrices with the last dimension of `x` on a diagonal and zeros elsewhere. PyTorch: `diag_embed`.
 *
 * @example
 * diagEmbed(ones(2, 3)).shape; // [2, 3, 3]
 */
export function diagEmbed(x: Tensor, offset = 0, dim1 = -2, dim2 = -1): Tensor {
  checkTensor('diagEmbed', 'x', x);
  if (x.ndim === 0) throw new ShapeError('diagEmbed: the tensor must have a dimension; got []; try unsqueeze(0)');
  const rank = x.ndim + 1;
  checkInteger('diagEmbed', 'offset', offset);
  const first = normalizeDim('diagEmbed', dim1, rank);
  const second = normalizeDim('diagEmbed', dim2, rank);
  const size = (x.shape.at(-1) as number) + Math.abs(offset);
  const others = x.shape.slice(0, -1);
  // (..., n) -> (..., n + |offset|, n + |offset|)
  const shape = Array.from({ length: rank }, (_, d) =>
    d === first || d === second ? size : (others.shift() as number),
  );
  const attributes = diagonalAttributes('diagEmbed', offset, first, second, shape);
  return scatterStrided(x, shape, diagonalLayout(freshLayout(shape), attributes));
}

/** A vector as the diagonal of a matrix, or a copy of the diagonal of a matrix. PyTorch: `diag`. */
export function diag(x: Tensor, offset = 0): Tensor {
  checkTensor('diag', 'x', x);
  if (x.ndim === 1) return diagEmbed(x, offset);
  if (x.ndim === 2) return clone(diagonal(x, offset));
  throw new ShapeError(`diag: takes a vector or a matrix; got ${formatShape(x.shape)}; try diagonal or diagEmbed`);
}

/** The sum of the diagonal of a matrix; a function only, as `x.trace` is who records x. PyTorch: `trace`. */
export function trace(x: Tensor): Tensor {
  checkTensor('trace', 'x', x);
  if (x.ndim === 2) return sum(diagonal(x));
  throw new ShapeError(`trace: takes a matrix; got ${formatShape(x.shape)}; try diagonal(x).sum(-1)`);
}
