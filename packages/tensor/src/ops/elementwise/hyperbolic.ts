/** Hyperbolic functions and their inverses. */
import { type Elementwise, elementwise } from '../../op.ts';
import { flat } from './kernels.ts';

/** (e^x - e^-x) / 2. PyTorch: `torch.sinh`. */
export const sinh: Elementwise<'x'> = elementwise('sinh', {
  f: Math.sinh,
  result: 'float',
  kernel: 'sinh',
  ulp: 0.51,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.cosh()),
  },
});

/** (e^x + e^-x) / 2. PyTorch: `torch.cosh`. */
export const cosh: Elementwise<'x'> = elementwise('cosh', {
  f: Math.cosh,
  result: 'float',
  kernel: 'cosh',
  ulp: 0.51,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.sinh()),
  },
});

/** sinh(x) / cosh(x). PyTorch: `torch.tanh`. */
export const tanh: Elementwise<'x'> = elementwise('tanh', {
  f: Math.tanh,
  result: 'float',
  kernel: 'tanh',
  ulp: 2,
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        tanhBackward(g, out),
  },
});

/** From y = tanh(x): g (1 - y^2). */
export const tanhBackward: Elementwise<'g' | 'y', 'tanhBackward'> = elementwise('tanhBackward', {
  f: (g: number, y: number) => g * ((1 - y) * (1 + y)),
  kernel: flat('tanh_backward'),
  ulp: 2.5,
  domain: { y: [-1, 1] },
  vjp: {
    g:
      ({ y }) =>
      (h) =>
        tanhBackward(h, y),
    y:
      ({ g, y }) =>
      (h) =>
        h.mul(g).mul(y.mul(-2)),
  },
});

/** The inverse of sinh. PyTorch: `torch.asinh`. */
export const asinh: Elementwise<'x'> = elementwise('asinh', {
  f: Math.asinh,
  result: 'float',
  kernel: 'asinh',
  ulp: 0.51,
  // d asinh(x) = dx / sqrt(x^2 + 1)
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.square().add(1).rsqrt()),
  },
});

/** The inverse of cosh on [1, Infinity). PyTorch: `torch.acosh`. */
export const acosh: Elementwise<'x'> = elementwise('acosh', {
  f: Math.acosh,
  result: 'float',
  kernel: 'acosh',
  ulp: 0.51,
  domain: { x: [1.25, 4] },
  // d acosh(x) = dx / sqrt(x^2 - 1)
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.square().sub(1).rsqrt()),
  },
});

/** The inverse of tanh on (-1, 1). PyTorch: `torch.atanh`. */
export const atanh: Elementwise<'x'> = elementwise('atanh', {
  f: Math.atanh,
  result: 'float',
  kernel: 'atanh',
  ulp: 0.51,
  domain: { x: [-0.875, 0.875] },
  // d atanh(x) = dx / (1 - x^2)
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x.square().neg().add(1)),
  },
});
