/** The larger or smaller of two values. */
import { type Elementwise, elementwise } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

/** The larger value; NaN where either is NaN. Ties share the gradient. PyTorch: `torch.maximum`. */
export const maximum: Elementwise<'x' | 'y', 'maximum'> = elementwise('maximum', {
  f: (x: number, y: number) => Math.max(x, y),
  kernel: 'maximum',
  ulp: 0.5,
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(x.lt(y), 0, shared(g, x, y)),
    y:
      ({ x, y }) =>
      (g) =>
        where(x.gt(y), 0, shared(g, x, y)),
  },
});

/** The smaller value; NaN where either is NaN. Ties share the gradient. PyTorch: `torch.minimum`. */
export const minimum: Elementwise<'x' | 'y', 'minimum'> = elementwise('minimum', {
  f: (x: number, y: number) => Math.min(x, y),
  kernel: 'minimum',
  ulp: 0.5,
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(x.gt(y), 0, shared(g, x, y)),
    y:
      ({ x, y }) =>
      (g) =>
        where(x.lt(y), 0, shared(g, x, y)),
  },
});

function shared(g: Tensor, x: Tensor, y: Tensor): Tensor {
  return where(x.eq(y), g.mul(0.5), g);
}

/** The larger value, or the one that is not NaN. At ties x takes the gradient. PyTorch: `torch.fmax`. */
export const fmax: Elementwise<'x' | 'y', 'fmax'> = elementwise('fmax', {
  f: (x: number, y: number) => (x >= y || Number.isNaN(y) ? x : y),
  ulp: 0.5,
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(x.ge(y).logicalOr(y.isnan()), g, 0),
    y:
      ({ x, y }) =>
      (g) =>
        where(x.ge(y).logicalOr(y.isnan()), 0, g),
  },
});

/** The smaller value, or the one that is not NaN. At ties x takes the gradient. PyTorch: `torch.fmin`. */
export const fmin: Elementwise<'x' | 'y', 'fmin'> = elementwise('fmin', {
  f: (x: number, y: number) => (x <= y || Number.isNaN(y) ? x : y),
  ulp: 0.5,
  vjp: {
    x:
      ({ x, y }) =>
      (g) =>
        where(x.le(y).logicalOr(y.isnan()), g, 0),
    y:
      ({ x, y }) =>
      (g) =>
        where(x.le(y).logicalOr(y.isnan()), 0, g),
  },
});
