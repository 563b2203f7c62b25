/** Sums of what is given by its logarithm, and products with a logarithm. */
import { type Elementwise, elementwise } from '../../op.ts';
import { where } from './where.ts';

/** log(e^x + e^y), without overflow. PyTorch: `torch.logaddexp`. */
export const logaddexp: Elementwise<'x' | 'y', 'logaddexp'> = elementwise('logaddexp', {
  f: (x: number, y: number) => (x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
  result: 'float',
  ulp: 0.5,
  // e^x / (e^x + e^y) = 1 / (1 + e^(y - x))
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        g.div(y.sub(x).exp().add(1)),
    y:
      ({ x, y }) =>
      (g) =>
        g.div(x.sub(y).exp().add(1)),
  },
});

/** log2(2^x + 2^y), without overflow. PyTorch: `torch.logaddexp2`. */
export const logaddexp2: Elementwise<'x' | 'y', 'logaddexp2'> = elementwise('logaddexp2', {
  f: (x: number, y: number) => (x === y ? x + 1 : Math.max(x, y) + Math.log1p(2 ** -Math.abs(x - y)) / Math.LN2),
  result: 'float',
  ulp: 0.5,
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        g.div(y.sub(x).exp2().add(1)),
    y:
      ({ x, y }) =>
      (g) =>
        g.div(x.sub(y).exp2().add(1)),
  },
});

/** x log(y), which is 0 where x is 0 (but NaN where y is NaN). PyTorch: `torch.xlogy`. */
export const xlogy: Elementwise<'x' | 'y', 'xlogy'> = elementwise('xlogy', {
  f: (x: number, y: number) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y)),
  result: 'float',
  ulp: 0.5,
  domain: { y: [0.25, 4] },
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(x.eq(0).logicalAnd(y.le(0)), 0, xlogy(g, y)),
    y:
      ({ x, y }) =>
      (g) =>
        g.mul(x).div(y),
  },
});
