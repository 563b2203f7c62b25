/** Exponentials and logarithms. */
import { type Elementwise, elementwise } from '../../op.ts';

/** e^x. PyTorch: `torch.exp`. */
export const exp: Elementwise<'x'> = elementwise('exp', {
  f: Math.exp,
  result: 'float',
  kernel: 'exp',
  ulp: 1,
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(out),
  },
});

/** e^x - 1, sharp near 0. PyTorch: `torch.expm1`. */
export const expm1: Elementwise<'x'> = elementwise('expm1', {
  f: Math.expm1,
  result: 'float',
  kernel: 'expm1',
  ulp: 0.51,
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(out.add(1)),
  },
});

/** 2^x. PyTorch: `torch.exp2`. */
export const exp2: Elementwise<'x'> = elementwise('exp2', {
  f: (x: number) => 2 ** x,
  result: 'float',
  kernel: 'exp2',
  ulp: 0.51,
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(out).mul(Math.LN2),
  },
});

/** The natural logarithm. PyTorch: `torch.log`. */
export const log: Elementwise<'x'> = elementwise('log', {
  f: Math.log,
  result: 'float',
  kernel: 'log',
  ulp: 1,
  domain: { x: [0.25, 4] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x),
  },
});

/** log(1 + x), sharp near 0. PyTorch: `torch.log1p`. */
export const log1p: Elementwise<'x'> = elementwise('log1p', {
  f: Math.log1p,
  result: 'float',
  kernel: 'log1p',
  ulp: 0.51,
  domain: { x: [-0.75, 3] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x.add(1)),
  },
});

/** The logarithm to base 2. PyTorch: `torch.log2`. */
export const log2: Elementwise<'x'> = elementwise('log2', {
  f: Math.log2,
  result: 'float',
  kernel: 'log2',
  ulp: 0.51,
  domain: { x: [0.25, 4] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x.mul(Math.LN2)),
  },
});

/** The logarithm to base 10. PyTorch: `torch.log10`. */
export const log10: Elementwise<'x'> = elementwise('log10', {
  f: Math.log10,
  result: 'float',
  kernel: 'log10',
  ulp: 0.51,
  domain: { x: [0.25, 4] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x.mul(Math.LN10)),
  },
});
