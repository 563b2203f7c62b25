/** Activations that bring small values to zero. */

import { checkNumber, type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { describe } from '../../core/shape.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

/** Options of `softshrink` and `hardshrink`. */
export interface ShrinkOptions {
  /** Up to this size values become 0. Default 0.5. */
  readonly lambd?: number;
}

type ShrinkOp = ElementwiseOp<'x', Required<ShrinkOptions>>;

function shrinkOp(name: string, f: (x: number, options: Required<ShrinkOptions>) => number): ShrinkOp {
  return elementwiseOp<'x', Required<ShrinkOptions>>(name, {
    f: f as ShrinkOp['f'],
    result: 'float',
    ulp: 0.5,
    kinks: [-1, -0.5, 0.5, 1],
    vjp: {
      x:
        ({ x }, { lambd }) =>
        (g) =>
          where(x.abs().gt(lambd), g, 0),
    },
    sample: (draw) => ({ inputs: [{ shape: draw.shape() }], attributes: { lambd: draw.pick([0.5, 1]) } }),
  });
}

/** x - lambd above lambd, x + lambd below -lambd, else 0, as in PyTorch also for NaN. */
export const softshrinkOp: ShrinkOp = shrinkOp('softshrink', (x, { lambd }) =>
  x > lambd ? x - lambd : x < -lambd ? x + lambd : 0,
);

/** x where |x| > lambd, else 0. */
export const hardshrinkOp: ShrinkOp = shrinkOp('hardshrink', (x, { lambd }) => (Math.abs(x) <= lambd ? 0 : x));

function lambdOf(op: string, options: ShrinkOptions): Required<ShrinkOptions> {
  const settings = withDefaults<Required<ShrinkOptions>>(op, options, { lambd: 0.5 });
  if (!(checkNumber(op, 'lambd', settings.lambd) >= 0))
    throw new ValueError(`${op}: lambd must be at least 0; got ${describe(settings.lambd)}; try 0.5`);
  return settings;
}

/**
 * x less lambd in size, or 0. PyTorch: `torch.nn.functional.softshrink`.
 *
 * @throws ValueError when lambd is negative.
 * @example
 * softshrink(tensor([-2, 0.25, 1])); // tensor([-1.5000,  0.0000,  0.5000])
 */
export function softshrink<X extends TensorLike>(x: X, options?: ShrinkOptions): Tensor<ShapeOf<X>>;
export function softshrink(x: TensorLike, options: ShrinkOptions = {}): Tensor {
  return apply(softshrinkOp, toOperands('softshrink', ['x'], [x]), lambdOf('softshrink', options));
}

/**
 * x where its size is above lambd, else 0. PyTorch: `torch.nn.functional.hardshrink`.
 *
 * @throws ValueError when lambd is negative.
 * @example
 * hardshrink(tensor([-2, 0.25, 1])); // tensor([-2.,  0.,  1.])
 */
export function hardshrink<X extends TensorLike>(x: X, options?: ShrinkOptions): Tensor<ShapeOf<X>>;
export function hardshrink(x: TensorLike, options: ShrinkOptions = {}): Tensor {
  return apply(hardshrinkOp, toOperands('hardshrink', ['x'], [x]), lambdOf('hardshrink', options));
}

/** x - tanh(x). PyTorch: `torch.nn.functional.tanhshrink`. */
export const tanhshrink: Elementwise<'x'> = elementwise('tanhshrink', {
  f: (x: number) => x - Math.tanh(x),
  result: 'float',
  ulp: 0.5,
  formula: 'x - tanh(x)',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        g.mul(x.tanh().square()),
  },
});

interface ThresholdAttributes {
  readonly threshold: number;
  readonly value: number;
}

/** x above the threshold, else the value. */
export const thresholdOp: ElementwiseOp<'x', ThresholdAttributes> = elementwiseOp<'x', ThresholdAttributes>(
  'threshold',
  {
    f: (x: number, { threshold, value }: ThresholdAttributes) => (x <= threshold ? value : x),
    ulp: 0.5,
    kinks: [0, 0.125],
    vjp: {
      x:
        ({ x }, { threshold }) =>
        (g) =>
          where(x.le(threshold), 0, g),
    },
    sample: (draw) => ({
      inputs: [{ shape: draw.shape() }],
      attributes: { threshold: draw.pick([0, 0.125]), value: draw.pick([20, -1]) },
    }),
  },
);

/**
 * x where it is above `threshold`, else `value`. PyTorch: `torch.nn.functional.threshold`.
 *
 * @example
 * threshold(tensor([0, 1, 2]), 0.5, 20); // tensor([20.,  1.,  2.])
 */
export function threshold<X extends TensorLike>(x: X, threshold: number, value: number): Tensor<ShapeOf<X>>;
export function threshold(x: TensorLike, threshold: number, value: number): Tensor {
  checkNumber('threshold', 'threshold', threshold);
  checkNumber('threshold', 'value', value);
  return apply(thresholdOp, toOperands('threshold', ['x'], [x]), { threshold, value });
}
