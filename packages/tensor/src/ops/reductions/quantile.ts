/** Quantiles: elements at given places of the sorted line, or between two of them. */
import { checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape } from '../../core/shape.ts';
import { filled } from '../../creation.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { stack } from '../joining/stack.ts';
import { sort } from '../sorting/sort.ts';
import { inDType, oneDim, type ReductionOptions, reducedShape, reductionAttributes, rejectEmpty } from './reduction.ts';

/** What is taken where a quantile falls between two elements. */
export type Interpolation = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

export interface QuantileOptions extends ReductionOptions {
  /** Default `'linear'`. */
  readonly interpolation?: Interpolation;
}

/** From the elements below and above and the rank's distance from the lower one. */
const INTERPOLATIONS: Readonly<Record<Interpolation, (line: Tensor, rank: Tensor) => Tensor>> = {
  lower: (line, rank) => at(line, rank.floor()),
  higher: (line, rank) => at(line, rank.ceil()),
  // Halves go to the even neighbour.
  nearest: (line, rank) => at(line, rank.round()),
  linear: (line, rank) => between(line, rank, rank.sub(rank.floor())),
  midpoint: (line, rank) => between(line, rank, where(rank.eq(rank.floor()), 0, 0.5)),
};

function at(line: Tensor, rank: Tensor): Tensor {
  return line.gather(-1, rank.to('int32'));
}

/** `weight` of the element above the rank, and the rest of the one below. */
function between(line: Tensor, rank: Tensor, weight: Tensor): Tensor {
  const below = at(line, rank.floor());
  const way = at(line, rank.ceil()).sub(below).mul(weight);
  // At an infinite element the way to itself is NaN.
  return where(weight.eq(0), below, below.add(way));
}

/**
 * The `q`-quantile (q in [0, 1]) over `dim`, or of all elements; NaN where a NaN is among them. Several q, in an array or
 * a 1-D tensor, come along a new first dimension. PyTorch: `torch.quantile`.
 *
 * @throws ValueError when q is not in [0, 1]; IndexError when there is no element.
 * @example
 * quantile(tensor([0, 1, 2, 3]), [0.25, 0.5]); // tensor([0.7500, 1.5000])
 */
export function quantile(
  x: Tensor,
  q: number | readonly number[] | Tensor,
  dim?: number,
  options: QuantileOptions = {},
): Tensor {
  return quantiles('quantile', false, x, q, dim, options);
}

/** Quantiles of the elements that are not NaN, as `quantile`; NaN where there are none. PyTorch: `torch.nanquantile`. */
export function nanquantile(
  x: Tensor,
  q: number | readonly number[] | Tensor,
  dim?: number,
  options: QuantileOptions = {},
): Tensor {
  return quantiles('nanquantile', true, x, q, dim, options);
}

function quantiles(
  op: string,
  ignoreNaN: boolean,
  x: Tensor,
  q: number | readonly number[] | Tensor,
  dim: number | undefined,
  options: QuantileOptions,
): Tensor {
  const attributes = reductionAttributes(op, checkTensor(op, 'x', x), oneDim(op, dim), options, ['interpolation']);
  inDType(op, x, {}, true);
  rejectEmpty(op, x.shape, attributes);
  const { interpolation = 'linear' } = options;
  if (!Object.hasOwn(INTERPOLATIONS, interpolation)) {
    throw new ValueError(
      `${op}: interpolation must be one of ${Object.keys(INTERPOLATIONS).join(', ')}; got ${describe(interpolation)}; try 'linear'`,
    );
  }
  const [axis = 0] = attributes.dims;
  // (..., n, ...) -> (..., n), all of it sorted
  const moved = attributes.dims.length === x.ndim ? x.reshape(-1) : x.transpose(axis, -1);
  const line = sort(moved).values;
  const take = (share: number): Tensor => {
    const taken = INTERPOLATIONS[interpolation](line, rankOf(line, share, ignoreNaN));
    return (attributes.dims.length === x.ndim ? taken : taken.transpose(axis, -1)).reshape(
      reducedShape(x.shape, attributes),
    );
  };
  const shares = sharesOf(op, q);
  return Array.isArray(shares) ? stack(shares.map(take)) : take(shares as number);
}

/** The place of a quantile in every sorted line, perhaps between two elements: (..., n) -> (..., 1) */
function rankOf(line: Tensor, share: number, ignoreNaN: boolean): Tensor {
  const n = line.shape.at(-1) as number;
  const numbers = line.eq(line).sum(-1, { keepdim: true });
  if (ignoreNaN) return numbers.sub(1).clamp({ min: 0 }).to(line.dtype).mul(share);
  // NaN sorts last: where there is any, it is what is taken.
  const last = filled(numbers.shape, n - 1, line.dtype);
  return where(numbers.eq(n), last.mul(share), last);
}

function sharesOf(op: string, q: unknown): number | readonly number[] {
  if (isTensor(q) && q.ndim > 1)
    throw new ShapeError(`${op}: q must be a number or have one dimension; got ${formatShape(q.shape)}; try flatten()`);
  const shares = isTensor(q) ? (q.toArray() as number | number[]) : q;
  for (const share of Array.isArray(shares) ? shares : [shares]) {
    if (typeof share === 'number' && share >= 0 && share <= 1) continue;
    throw new ValueError(`${op}: q must be in [0, 1]; got ${describe(share)}; try 0.5`);
  }
  if (Array.isArray(shares) && shares.length === 0)
    throw new ValueError(`${op}: q must hold a number; got []; try [0.5]`);
  return shares as number | readonly number[];
}
