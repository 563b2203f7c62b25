/** Activations of straight pieces: the clamped line, and the sigmoid and swish made of it. */

import { checkNumber, type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type Elementwise, type ElementwiseOp, elementwise, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

/** Options of `hardtanh`. */
export interface HardtanhOptions {
  /** Default -1. */
  readonly minVal?: number;
  /** Default 1. */
  readonly maxVal?: number;
}

/** min(max(x, minVal), maxVal); at the bounds, other than `clamp`, the derivative is 0. */
export const hardtanhOp: ElementwiseOp<'x', Required<HardtanhOptions>> = elementwiseOp<'x', Required<HardtanhOptions>>(
  'hardtanh',
  {
    f: (x: number, { minVal, maxVal }: Required<HardtanhOptions>) => Math.min(Math.max(x, minVal), maxVal),
    kernel: { name: 'clamp', scalars: ({ minVal, maxVal }) => [minVal, maxVal] },
    ulp: 0.5,
    kinks: [-1, 0, 1, 6],
    formula: 'min(max(x, minVal), maxVal)',
    vjp: {
      x:
        ({ x }, { minVal, maxVal }) =>
        (g) =>
          where(x.gt(minVal), where(x.lt(maxVal), g, 0), 0),
    },
    sample: (draw) => ({
      inputs: [{ shape: draw.shape(), range: [-3, 8] }],
      attributes: { minVal: draw.pick([-1, 0]), maxVal: draw.pick([1, 6]) },
    }),
  },
);

/**
 * min(max(x, minVal), maxVal). PyTorch: `torch.nn.functional.hardtanh`.
 *
 * @throws ValueError unless minVal < maxVal.
 * @example
 * hardtanh(tensor([-2, 0.5, 3])); // tensor([-1.0000,  0.5000,  1.0000])
 */
export function hardtanh<X extends TensorLike>(x: X, options?: HardtanhOptions): Tensor<ShapeOf<X>>;
export function hardtanh(x: TensorLike, options: HardtanhOptions = {}): Tensor {
  const bounds = withDefaults<Required<HardtanhOptions>>('hardtanh', options, { minVal: -1, maxVal: 1 });
  const { minVal, maxVal } = bounds;
  if (!(checkNumber('hardtanh', 'minVal', minVal) < checkNumber('hardtanh', 'maxVal', maxVal)))
    throw new ValueError(`hardtanh: minVal must be below maxVal; got ${minVal} and ${maxVal}; try -1 and 1`);
  return apply(hardtanhOp, toOperands('hardtanh', ['x'], [x]), bounds);
}

/**
 * min(max(x, 0), 6). Howard et al., 2017 (MobileNet). PyTorch: `torch.nn.functional.relu6`.
 *
 * @example
 * relu6(tensor([-1, 2, 9])); // tensor([0., 2., 6.])
 */
export function relu6<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function relu6(x: TensorLike): Tensor {
  return apply(hardtanhOp, toOperands('relu6', ['x'], [x]), { minVal: 0, maxVal: 6 });
}

/** min(max(x / 6 + 1 / 2, 0), 1). PyTorch: `torch.nn.functional.hardsigmoid`. */
export const hardsigmoid: Elementwise<'x'> = elementwise('hardsigmoid', {
  f: hardGate,
  result: 'float',
  kernel: 'hardsigmoid',
  ulp: 2,
  kinks: [-3, 3],
  formula: 'min(max(x / 6 + 1/2, 0), 1)',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        where(x.abs().lt(3), g.div(6), 0),
  },
});

/** x min(max(x + 3, 0), 6) / 6. Howard et al., 2019. PyTorch: `torch.nn.functional.hardswish`. */
export const hardswish: Elementwise<'x'> = elementwise('hardswish', {
  f: (x: number) => x * hardGate(x),
  result: 'float',
  kernel: 'hardswish',
  ulp: 3,
  kinks: [-3, 3],
  formula: 'x * min(max(x + 3, 0), 6) / 6',
  vjp: {
    x:
      ({ x }) =>
      (g) =>
        where(x.lt(-3), 0, where(x.gt(3), g, g.mul(x.div(3).add(0.5)))),
  },
});

function hardGate(x: number): number {
  return Math.min(Math.max(x + 3, 0), 6) / 6;
}
