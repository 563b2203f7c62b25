/** Sums, products, means and extrema of everything that is put to one place along a dimension. */
import { checkOptions } from '../../core/arguments.ts';
import { WRITERS } from '../../core/copy.ts';
import { normalizeDim } from '../../core/dims.ts';
import { apply } from '../../core/dispatch.ts';
import { isFloating } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import { describe } from '../../core/shape.ts';
import { onesLike } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { type AlongAttributes, placesAlong } from './along.ts';
import { gather } from './gather.ts';
import { scatter } from './scatter.ts';
import { scatterAdd } from './scatterAdd.ts';
import { inferScatter, sampleScatter, scatterSource } from './scattering.ts';

export type Reduce = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

interface ReduceAttributes extends AlongAttributes {
  readonly reduce: Reduce;
  /** Whether what x holds at a place counts too. */
  readonly includeSelf: boolean;
}

type ReduceOp = PrimitiveOp<'x' | 'index' | 'src', ReduceAttributes>;

export const scatterReduceOp: ReduceOp = {
  kind: 'primitive',
  name: 'scatterReduce',
  operands: ['x', 'index', 'src'],
  formula: 'y[k, j] = reduce of x[k, j] and of all src[i, j] with index[i, j] = k, along dim 0',
  infer: (inputs, attributes) => inferScatter('scatterReduce', inputs, attributes),
  reference: ([y], [x, index, src], attributes) => {
    const { reduce, includeSelf } = attributes;
    const [to, from] = [y as Operand, src as Operand];
    const combine = COMBINE[reduce](isFloating(to.dtype));
    const values = Float64Array.from((x as Operand).data);
    const counts = new Int32Array(values.length).fill(includeSelf ? 1 : 0);
    placesAlong(index as Operand, to.shape, attributes).forEach((place, i) => {
      const value = from.data[i] as number;
      values[place] = counts[place] === 0 ? value : combine(values[place] as number, value);
      counts[place] = (counts[place] as number) + 1;
    });
    const write = WRITERS[to.dtype];
    const round = isFloating(to.dtype) ? (mean: number): number => mean : Math.floor;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      to.data[i] = write(reduce === 'mean' ? round(value / Math.max(1, counts[i] as number)) : value);
    }
  },
  vjp: {
    x: ({ x, index, src, out }, attributes) => {
      const { dim, includeSelf } = attributes;
      return (g) => {
        if (!includeSelf) return scatter(g, dim, index, 0);
        return SHARES[attributes.reduce](g, x, index, src, out, attributes).ofX;
      };
    },
    index: 'none',
    src:
      ({ x, index, src, out }, attributes) =>
      (g) =>
        SHARES[attributes.reduce](g, x, index, src, out, attributes).ofSrc,
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleScatter(draw);
    const reduce = draw.pick(['sum', 'prod', 'mean', 'amax', 'amin'] as const);
    const drawn = inputs.map((input) => (input.dtype === 'int32' ? input : { ...input, distinct: true }));
    return { inputs: drawn, attributes: { ...attributes, reduce, includeSelf: draw.boolean() } };
  },
};

/** How two values become one; products of integers wrap. */
const COMBINE: Readonly<Record<Reduce, (floating: boolean) => (a: number, b: number) => number>> = {
  sum: () => (a, b) => a + b,
  mean: () => (a, b) => a + b,
  prod: (floating) => (floating ? (a, b) => a * b : Math.imul),
  amax: () => Math.max,
  amin: () => Math.min,
};

interface Shares {
  readonly ofX: Tensor;
  readonly ofSrc: Tensor;
}

type Share = (g: Tensor, x: Tensor, index: Tensor, src: Tensor, out: Tensor, attributes: ReduceAttributes) => Shares;

/** What of a cotangent goes to x (where it counts) and to src. */
const SHARES: Readonly<Record<Reduce, Share>> = {
  sum: (g, _x, index, _src, _out, { dim }) => ({ ofX: g, ofSrc: gather(g, dim, index) }),

  // d mean = 1 / count of each term
  mean: (g, x, index, src, _out, attributes) => {
    const share = g.div(collect(onesLike(x), index, onesLike(src), attributes));
    return { ofX: share, ofSrc: gather(share, attributes.dim, index) };
  },

  amax: shareOfExtremum,
  amin: shareOfExtremum,

  // d prod / d v = product of all others: what of it is not 0, times what is
  prod: (g, x, index, src, _out, attributes) => {
    const { dim } = attributes;
    const [zeroX, zeroSrc] = [x.eq(0), src.eq(0)];
    const [restX, restSrc] = [where(zeroX, 1, x), where(zeroSrc, 1, src)];
    const product = g.mul(apply(scatterReduceOp, [restX, index, restSrc], attributes));
    const counts = collect(zeroX.to(g.dtype), index, zeroSrc.to(g.dtype), attributes);
    // The zeros themselves, so that the gradient can be differentiated by them.
    const [ownX, ownSrc] = [where(zeroX, x, 0), where(zeroSrc, src, 0)];
    const sums = collect(ownX, index, ownSrc, attributes);
    return {
      ofX: timesZeros(product.div(restX), counts.sub(zeroX.to(g.dtype)), sums.sub(ownX)),
      ofSrc: timesZeros(
        gather(product, dim, index).div(restSrc),
        gather(counts, dim, index).sub(zeroSrc.to(g.dtype)),
        gather(sums, dim, index).sub(ownSrc),
      ),
    };
  },
};

/** `x` times the other zeros: none, a single one (their sum), or several, whose product is 0 and so is its derivative. */
function timesZeros(x: Tensor, count: Tensor, sum: Tensor): Tensor {
  return where(count.eq(0), x, where(count.eq(1), x.mul(sum), 0));
}

/** Equal shares to all that are equal to the extremum. */
function shareOfExtremum(...[g, x, index, src, out, attributes]: Parameters<Share>): Shares {
  const { dim } = attributes;
  const isX = x.eq(out).to(g.dtype);
  const isSrc = src.eq(gather(out, dim, index)).to(g.dtype);
  const share = g.div(collect(isX, index, isSrc, attributes));
  return { ofX: share.mul(isX), ofSrc: gather(share, dim, index).mul(isSrc) };
}

/** Sums over the same terms; x counts where nothing else does even if it is not included. */
function collect(x: Tensor, index: Tensor, src: Tensor, { dim, includeSelf }: ReduceAttributes): Tensor {
  return scatterAdd(includeSelf ? x : scatter(x, dim, index, 0), dim, index, src);
}

export interface ScatterReduceOptions {
  /** Whether what x holds at a place counts too. Default true. */
  readonly includeSelf?: boolean;
}

/**
 * A copy of x in which `y[k, j]` is the sum, product, mean, maximum or minimum of x and of all `src[i, j]` whose
 * `index[i, j]` is k, for dim 0, and so on. Extrema share their gradient evenly. PyTorch: `scatter_reduce`.
 *
 * @throws IndexError when an index is outside [0, size of dim); ShapeError when ranks differ or index is too large;
 * DTypeError when src has another dtype than x.
 * @example
 * const index = tensor([0, 1, 1], { dtype: 'int32' });
 * scatterReduce(zeros(2), 0, index, tensor([5, 2, 4]), 'mean', { includeSelf: false }); // tensor([5., 3.])
 */
export function scatterReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  reduce: Reduce,
  options: ScatterReduceOptions = {},
): Tensor {
  const source = scatterSource('scatterReduce', x, index, src);
  if (typeof reduce !== 'string' || !Object.hasOwn(COMBINE, reduce)) {
    throw new ValueError(
      `scatterReduce: reduce must be 'sum', 'prod', 'mean', 'amax' or 'amin'; got ${describe(reduce)}; try 'sum'`,
    );
  }
  const { includeSelf = true } = checkOptions('scatterReduce', options, '{ includeSelf: false }', ['includeSelf']);
  return apply(scatterReduceOp, [x, index, source], {
    dim: normalizeDim('scatterReduce', dim, x.ndim),
    reduce,
    includeSelf: includeSelf === true,
  });
}
