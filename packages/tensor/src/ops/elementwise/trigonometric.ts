/** Angles, in radians unless the name says otherwise. */
import { type Elementwise, elementwise } from '../../op.ts';
import { where } from './where.ts';

/** The sine. PyTorch: `torch.sin`. */
export const sin: Elementwise<'x'> = elementwise('sin', {
  f: Math.sin,
  result: 'float',
  kernel: 'sin',
  ulp: 0.51,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.cos()),
  },
});

/** The cosine. PyTorch: `torch.cos`. */
export const cos: Elementwise<'x'> = elementwise('cos', {
  f: Math.cos,
  result: 'float',
  kernel: 'cos',
  ulp: 0.51,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.sin().neg()),
  },
});

/** The tangent. PyTorch: `torch.tan`. */
export const tan: Elementwise<'x'> = elementwise('tan', {
  f: Math.tan,
  result: 'float',
  kernel: 'tan',
  ulp: 0.51,
  domain: { x: [-1.25, 1.25] },
  // d tan(x) = (1 + tan(x)^2) dx
  vjp: {
    x:
      ({ out }) =>
      (g) =>
        g.mul(out.square().add(1)),
  },
});

/** The angle in [-pi/2, pi/2] whose sine is x. PyTorch: `torch.asin`. */
export const asin: Elementwise<'x'> = elementwise('asin', {
  f: Math.asin,
  result: 'float',
  kernel: 'asin',
  ulp: 0.51,
  domain: { x: [-0.875, 0.875] },
  // d asin(x) = dx / sqrt(1 - x^2)
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.square().neg().add(1).rsqrt()),
  },
});

/** The angle in [0, pi] whose cosine is x. PyTorch: `torch.acos`. */
export const acos: Elementwise<'x'> = elementwise('acos', {
  f: Math.acos,
  result: 'float',
  kernel: 'acos',
  ulp: 0.51,
  domain: { x: [-0.875, 0.875] },
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.square().neg().add(1).rsqrt().neg()),
  },
});

/** The angle in (-pi/2, pi/2) whose tangent is x. PyTorch: `torch.atan`. */
export const atan: Elementwise<'x'> = elementwise('atan', {
  f: Math.atan,
  result: 'float',
  kernel: 'atan',
  ulp: 0.51,
  // d atan(x) = dx / (1 + x^2)
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.div(x.square().add(1)),
  },
});

/** The angle in [-pi, pi] of the point (x, y); y comes first. PyTorch: `torch.atan2`. */
export const atan2: Elementwise<'y' | 'x', 'atan2'> = elementwise('atan2', {
  f: Math.atan2,
  result: 'float',
  kernel: 'atan2',
  ulp: 0.51,
  domain: { x: [0.25, 3] },
  // (x dy - y dx) / (x^2 + y^2)
  vjp: {
    y:
      ({ y, x }) =>
      (g) =>
        g.mul(x.mul(y.square().add(x.square()).reciprocal())),
    x:
      ({ y, x }) =>
      (g) =>
        g.mul(y.neg().mul(y.square().add(x.square()).reciprocal())),
  },
});

/** sin(pi x) / (pi x), and 1 at 0. PyTorch: `torch.sinc`. */
export const sinc: Elementwise<'x'> = elementwise('sinc', {
  f: sincOf,
  result: 'float',
  ulp: 0.5,
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(sincSlope(x)),
  },
});

/** The derivative of sinc: (cos(pi x) - sinc(x)) / x, and 0 at 0. */
export const sincSlope: Elementwise<'x'> = elementwise('sincSlope', {
  f: (x: number) => {
    // Near 0 the difference cancels: -pi^2 x / 3 + pi^4 x^3 / 30 - pi^6 x^5 / 840
    const square = (Math.PI * x) ** 2;
    if (Math.abs(x) < 2e-2)
      return -((Math.PI ** 2 * x) / 3) * (1 - square / 10 + square ** 2 / 280 - square ** 3 / 15120);
    return (Math.cos(Math.PI * x) - sincOf(x)) / x;
  },
  result: 'float',
  ulp: 0.5,
  // The second derivative of sinc: -pi^2 sinc(x) - 2 sinc'(x) / x
  vjp: {
    x:
      ({ x, out }) =>
      (g) => {
        const ratio = where(x.eq(0), -(Math.PI ** 2) / 3, out.div(where(x.eq(0), 1, x)));
        return g.mul(
          x
            .sinc()
            .mul(-(Math.PI ** 2))
            .sub(ratio.mul(2)),
        );
      },
  },
});

function sincOf(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Degrees to radians. PyTorch: `torch.deg2rad`. */
export const deg2rad: Elementwise<'x'> = elementwise('deg2rad', {
  f: (x: number) => x * (Math.PI / 180),
  result: 'float',
  ulp: 0.5,
  vjp: { x: () => (g) => g.deg2rad() },
});

/** Radians to degrees. PyTorch: `torch.rad2deg`. */
export const rad2deg: Elementwise<'x'> = elementwise('rad2deg', {
  f: (x: number) => x * (180 / Math.PI),
  result: 'float',
  ulp: 0.5,
  vjp: { x: () => (g) => g.rad2deg() },
});
