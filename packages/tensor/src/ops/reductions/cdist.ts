/** Distances between all pairs of two sets of points. */
import { checkFloat, checkOptions, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { describe, formatShape, type Shape } from '../../core/shape.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from '../elementwise/where.ts';
import { matmul } from '../matmul/matmul.ts';
import { norm } from './norm.ts';

/**
 * Euclidean distances through |x|^2 - 2 x . y + |y|^2, with a matrix product: for many points much faster than their
 * differences, and less exact for near ones. (..., P, M), (..., R, M) -> (..., P, R)
 */
export const cdistProductOp: CompositeOp<'x' | 'y'> = {
  kind: 'composite',
  name: 'cdistProduct',
  operands: ['x', 'y'],
  formula: 'd_ij = |x_i - y_j|',
  infer: ([x, y]) => ({ shape: distanceShape('cdistProduct', x as Tensor, y as Tensor), dtype: (x as Tensor).dtype }),
  define: ([x, y]) => {
    const [a, b] = [x as Tensor, y as Tensor];
    const squares = a.square().sum(-1, { keepdim: true }).add(b.square().sum(-1).unsqueeze(-2));
    return squares
      .sub(matmul(a, b.transpose(-2, -1)).mul(2))
      .clamp({ min: 0 })
      .sqrt();
  },
  vjp: {
    x:
      ({ x, y, out }) =>
      (g) =>
        pullBack(g, x, y, out),
    y:
      ({ x, y, out }) =>
      (g) =>
        pullBack(g.transpose(-2, -1), y, x, out.transpose(-2, -1)),
  },
  sample: (draw) => {
    const [rows, columns, size] = [draw.integer(1, 4), draw.integer(1, 4), draw.integer(1, 3)];
    return {
      inputs: [
        { shape: [rows, size], range: [-3, -1] },
        { shape: [2, columns, size], range: [1, 3] },
      ],
      attributes: {},
    };
  },
};

/** (..., P, M), (..., R, M) -> (..., P, R) */
function distanceShape(op: string, x: Tensor, y: Tensor): Shape {
  checkSameDType(op, checkFloat(op, 'x', x), y);
  const [rows, columns, length] = [x.shape.at(-2), y.shape.at(-2), x.shape.at(-1)];
  if (rows === undefined || columns === undefined || length !== y.shape.at(-1)) {
    throw new ShapeError(
      `${op}: takes rows of one length, (..., P, M) and (..., R, M); got ${formatShape(x.shape)} and ${formatShape(y.shape)}; try unsqueeze(0) for a single point`,
    );
  }
  return [...broadcastShapes(op, x.shape.slice(0, -2), y.shape.slice(0, -2)), rows, columns];
}

/** dx_i = sum_j (x_i - y_j) g_ij / d_ij, and 0 where points meet; the cotangent of y is the same the other way round. */
function pullBack(g: Tensor, x: Tensor, y: Tensor, d: Tensor): Tensor {
  const zero = d.eq(0);
  const weight = where(zero, 0, g.div(where(zero, 1, d)));
  return x.mul(weight.sum(-1, { keepdim: true })).sub(matmul(weight, y));
}

export interface CdistOptions {
  /** Which norm, at least 0. Default 2. */
  readonly p?: number;
  /**
   * Whether euclidean distances go through a matrix product: `'if-large'` (the default) where a set has more than 25
   * points, as in PyTorch.
   */
  readonly viaProduct?: boolean | 'if-large';
}

/** From this many points on, PyTorch takes the matrix product. */
const LARGE = 25;

/**
 * The p-norm of x_i - y_j for every pair of rows: (..., P, M) and (..., R, M) give (..., P, R). PyTorch: `torch.cdist`.
 *
 * @throws ShapeError unless rows have one length.
 * @example
 * cdist(tensor([[0, 0]]), tensor([[3, 4], [0, 1]])); // tensor([[5., 1.]])
 */
export function cdist(x: Tensor, y: Tensor, options: CdistOptions = {}): Tensor {
  distanceShape('cdist', checkTensor('cdist', 'x', x), checkTensor('cdist', 'y', y));
  const { p = 2, viaProduct = 'if-large' } = checkOptions('cdist', options, '{ p: 1 }', ['p', 'viaProduct']);
  if (typeof p !== 'number' || !(p >= 0))
    throw new ValueError(`cdist: p must be at least 0; got ${describe(p)}; try { p: 2 }`);
  if (typeof viaProduct !== 'boolean' && viaProduct !== 'if-large') {
    throw new ValueError(
      `cdist: viaProduct must be true, false or 'if-large'; got ${describe(viaProduct)}; try { viaProduct: false }`,
    );
  }
  const large = Math.max(x.shape.at(-2) as number, y.shape.at(-2) as number) > LARGE;
  if (p === 2 && (viaProduct === 'if-large' ? large : viaProduct)) return apply(cdistProductOp, [x, y], {});
  // (..., P, 1, M) - (..., 1, R, M) -> (..., P, R)
  return norm(x.unsqueeze(-2).sub(y.unsqueeze(-3)), p, -1);
}
