/** Sliding windows along one dimension, as a view. */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import type { Layout } from '../../core/base.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { ViewOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { freshLayout, scatterStrided } from './asStrided.ts';
import { atleast1d } from './squeeze.ts';

interface WindowAttributes {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
  /** The shape of x. */
  readonly from: Shape;
}

/** Windows of `size` along `dim`, each `step` after the one before, as a last dimension. */
export const unfoldDimOp: ViewOp<'x', WindowAttributes> = {
  kind: 'view',
  name: 'unfoldDim',
  operands: ['x'],
  formula: 'y[..., i, ..., j] = x[..., i * step + j, ...]',
  view: windowLayout,
  vjp: {
    x: (_, attributes) => (g) =>
      scatterStrided(g, attributes.from, windowLayout(freshLayout(attributes.from), attributes)),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { min: 1 });
    const dim = draw.integer(0, shape.length - 1);
    const size = draw.integer(1, shape[dim] as number);
    return { inputs: [{ shape }], attributes: { dim, size, step: draw.integer(1, 3), from: shape } };
  },
};

function windowLayout({ shape, strides, offset }: Layout, { dim, size, step }: WindowAttributes): Layout {
  const along = strides[dim] as number;
  const windows = Math.floor(((shape[dim] as number) - size) / step) + 1;
  return { shape: [...shape.with(dim, windows), size], strides: [...strides.with(dim, along * step), along], offset };
}

/**
 * A view of all windows of `size` elements along `dim`, every `step` elements; the windows are a new last dimension.
 * PyTorch: the method `Tensor.unfold`.
 *
 * @example
 * unfoldDim(arange(7), 0, 3, 2); // tensor([[0, 1, 2], [2, 3, 4], [4, 5, 6]], dtype=int32)
 */
export function unfoldDim(x: Tensor, dim: number, size: number, step: number): Tensor {
  const source = atleast1d(checkTensor('unfold', 'x', x));
  const axis = normalizeDim('unfold', dim, source.ndim);
  checkInteger('unfold', 'size', size, 0);
  checkInteger('unfold', 'step', step, 1);
  const length = source.shape[axis] as number;
  if (size > length) {
    throw new ShapeError(
      `unfold: a window must fit dim ${axis}; got size ${size} for ${formatShape(x.shape)}; try a size of at most ${length}`,
    );
  }
  return apply(unfoldDimOp, [source], { dim: axis, size, step, from: source.shape });
}
