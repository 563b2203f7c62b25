/** Elements in reverse or rotated order, copied. */

import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { type Layout, makeTensor } from '../../core/base.ts';
import { writeInto } from '../../core/copy.ts';
import { normalizeDims } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { cat } from '../joining/cat.ts';
import { freshLayout, placesOf } from './asStrided.ts';
import { clone } from './contiguous.ts';
import { numberList } from './dimensions.ts';
import { onlyResult } from './onlyResult.ts';
import { transpose } from './permute.ts';
import { reshape } from './reshape.ts';
import { narrow } from './slice.ts';

/** Every dimension in `dims` is read backwards. */
export const flipOp: PrimitiveOp<'x', { readonly dims: readonly number[] }> = {
  kind: 'primitive',
  name: 'flip',
  operands: ['x'],
  formula: 'y[i] = x[n - 1 - i]',
  infer: ([x]) => x as Tensor,
  reference: ([y], [x], { dims }) => {
    const { data, shape } = x as Operand;
    placesOf(reversed(shape, dims)).forEach((place, i) => {
      (y as Operand).data[i] = data[place] as number;
    });
  },
  kernel: ([y], [x], { dims }) => {
    const out = y as Tensor;
    writeInto(makeTensor(out.storage, reversed(out.shape, dims)), x as Tensor);
  },
  vjp: {
    x:
      (_, { dims }) =>
      (g) =>
        flip(g, dims),
  },
  sample: (draw) => {
    const shape = draw.shape([1, 3], { empty: true });
    return { inputs: [{ shape }], attributes: { dims: [...shape.keys()].filter(() => draw.boolean()) } };
  },
};

/** The walk over a fresh tensor of this shape that begins at the far end of every dimension in `dims`. */
function reversed(shape: Shape, dims: readonly number[]): Layout {
  const { strides } = freshLayout(shape);
  let offset = 0;
  for (const d of dims) offset += Math.max(0, (shape[d] as number) - 1) * (strides[d] as number);
  return { shape, strides: strides.map((step, d) => (dims.includes(d) ? -step : step)), offset };
}

/**
 * A copy with the order along `dims` reversed. PyTorch: `flip`.
 *
 * @example
 * flip(tensor([1, 2, 3]), 0); // tensor([3., 2., 1.])
 */
export function flip(x: Tensor, dims: number | readonly number[]): Tensor {
  checkTensor('flip', 'x', x);
  const normal = normalizeDims('flip', numberList('flip', 'dims', dims), x.ndim);
  return apply(flipOp, [x], { dims: normal.filter((d) => d < x.ndim) });
}

/** `flip` along dimension 1: columns from right to left. PyTorch: `fliplr`. */
export function fliplr<A extends Tensor>(x: A): Tensor<A['shape']>;
export function fliplr(x: Tensor): Tensor {
  if (checkTensor('fliplr', 'x', x).ndim >= 2) return flip(x, 1);
  throw new ShapeError(`fliplr: the tensor must have columns; got ${formatShape(x.shape)}; try flip(x, 0)`);
}

/** `flip` along dimension 0: rows from the last to the first. PyTorch: `flipud`. */
export function flipud<A extends Tensor>(x: A): Tensor<A['shape']>;
export function flipud(x: Tensor): Tensor {
  if (checkTensor('flipud', 'x', x).ndim >= 1) return flip(x, 0);
  throw new ShapeError(`flipud: the tensor must have rows; got ${formatShape(x.shape)}; try unsqueeze(0)`);
}

/**
 * A copy in which elements move `shifts` places on along `dims`, and those that leave at the end come in at the
 * beginning. Without `dims` the elements move in row-major order. PyTorch: `roll`.
 *
 * @example
 * roll(tensor([1, 2, 3, 4]), 1); // tensor([4., 1., 2., 3.])
 */
export function roll<A extends Tensor>(
  x: A,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor<A['shape']>;
export function roll(x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
  checkTensor('roll', 'x', x);
  const moves = numberList('roll', 'shifts', shifts);
  const named = dims === undefined ? [] : numberList('roll', 'dims', dims);
  if (moves.length === 1 && named.length === 0) return reshape(roll(reshape(x, [x.count]), moves, 0), x.shape);
  // A dimension may be named twice here, unlike elsewhere: its shifts add up.
  const axes = named.flatMap((dim) => normalizeDims('roll', dim, x.ndim));
  if (moves.length !== axes.length) {
    throw new ValueError(
      `roll: shifts and dims must be as many; got ${describe(shifts)} and ${describe(dims)}; try one shift for each dimension`,
    );
  }
  return onlyResult(() => {
    const rolled = moves.reduce((y, shift, i) => rollDim(y, shift, axes[i] as number), x);
    return rolled === x ? clone(x) : rolled;
  });
}

function rollDim(x: Tensor, shift: number, dim: number): Tensor {
  const size = x.shape[dim] ?? 1;
  const front = size === 0 ? 0 : ((shift % size) + size) % size;
  if (front === 0) return x;
  return cat([narrow(x, dim, size - front, front), narrow(x, dim, 0, size - front)], dim);
}

/**
 * A copy rotated by `k` quarter turns in the plane of two dimensions, from the first towards the second.
 * PyTorch: `rot90`.
 *
 * @example
 * rot90(tensor([[1, 2], [3, 4]])); // tensor([[2., 4.], [1., 3.]])
 */
export function rot90(x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor {
  checkTensor('rot90', 'x', x);
  checkInteger('rot90', 'k', k);
  const [first, second, ...more] = normalizeDims('rot90', numberList('rot90', 'dims', dims), x.ndim);
  if (first === undefined || second === undefined || more.length > 0 || x.ndim < 2) {
    throw new ShapeError(
      `rot90: a rotation takes two dimensions; got dims ${describe(dims)} for ${formatShape(x.shape)}; try [0, 1]`,
    );
  }
  switch (((k % 4) + 4) % 4) {
    case 1:
      return transpose(flip(x, second), first, second);
    case 2:
      return flip(x, [first, second]);
    case 3:
      return transpose(flip(x, first), first, second);
    default:
      return clone(x);
  }
}
