/** Orders of dimensions that `permute` is clumsy for. All are views. */

import { checkTensor } from '../../core/arguments.ts';
import { normalizeDims } from '../../core/dims.ts';
import { ShapeError } from '../../core/errors.ts';
import type { Check, IsRanked, Result, Show } from '../../core/rule.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { numberList } from './dimensions.ts';
import { permute, transpose } from './permute.ts';

/**
 * A view in which the dimensions `source` stand at `destination` and the others keep their order.
 * PyTorch: `movedim`, `moveaxis`.
 *
 * @example
 * movedim(zeros(2, 3, 4), 0, -1).shape; // [3, 4, 2]
 */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  checkTensor('movedim', 'x', x);
  const from = normalizeDims('movedim', numberList('movedim', 'source', source), x.ndim);
  const to = normalizeDims('movedim', numberList('movedim', 'destination', destination), x.ndim);
  if (from.length !== to.length) {
    throw new ShapeError(
      `movedim: source and destination must be as many; got ${formatShape(from)} and ${formatShape(to)}; try one destination for each source`,
    );
  }
  if (x.ndim === 0) return permute(x, []);
  const others = [...x.shape.keys()].filter((d) => !from.includes(d));
  const order = x.shape.map((_, d) => (to.includes(d) ? (from[to.indexOf(d)] as number) : (others.shift() as number)));
  return permute(x, order);
}

/** Another name of `movedim`. */
export const moveaxis: typeof movedim = movedim;

/** Another name of `transpose`. PyTorch: `swapaxes`. */
export const swapaxes: typeof transpose = transpose;

/** Another name of `transpose`. PyTorch: `swapdims`. */
export const swapdims: typeof transpose = transpose;

/** The shape rule of `t`. */
export type Flipped<S extends Shape> =
  IsRanked<S> extends true
    ? S extends readonly [] | readonly [number]
      ? S
      : S extends readonly [infer M extends number, infer N extends number]
        ? readonly [N, M]
        : `t: the tensor must have at most 2 dimensions; got ${Show<S>}`
    : Shape;

/** The transpose of a matrix; a tensor of fewer dimensions as it is. PyTorch: `t`. */
export function t<A extends Tensor>(x: A & Check<Flipped<A['shape']>>): Tensor<Result<Flipped<A['shape']>>>;
export function t(x: Tensor): Tensor {
  checkTensor('t', 'x', x);
  if (x.ndim > 2) {
    throw new ShapeError(
      `t: the tensor must have at most 2 dimensions; got ${formatShape(x.shape)}; try x.mT or transpose(dim0, dim1)`,
    );
  }
  return permute(x, [...x.shape.keys()].reverse());
}
