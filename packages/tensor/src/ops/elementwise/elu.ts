/** Exponential linear units: a line above zero, an exponential that levels off below. */

import { checkNumber, type TensorLike, toOperands, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ValueError } from '../../core/errors.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { where } from './where.ts';

interface EluAttributes {
  /** The slope above zero. */
  readonly above: number;
  /** The limit far below zero is the negative of this. */
  readonly below: number;
  /** How fast the exponential levels off. */
  readonly rate: number;
}

/** above x for x > 0, below (e^(rate x) - 1) else. */
export const eluOp: ElementwiseOp<'x', EluAttributes> = elementwiseOp<'x', EluAttributes>('elu', {
  f: (x: number, { above, below, rate }: EluAttributes) => (x > 0 ? above * x : below * Math.expm1(rate * x)),
  result: 'float',
  kernel: { name: 'elu', scalars: ({ above, below, rate }) => [above, below, rate] },
  ulp: 8,
  kinks: [0],
  formula: 'above * x where x > 0, else below * (e^(rate x) - 1)',
  // Above zero the exponential is not asked for: it might overflow.
  vjp: {
    x:
      ({ x }, { above, below, rate }) =>
      (g) => {
        const slope = x
          .clampMax(0)
          .mul(rate)
          .exp()
          .mul(below * rate);
        return where(x.gt(0), g.mul(above), g.mul(slope));
      },
  },
  sample: (draw) => ({
    inputs: [{ shape: draw.shape() }],
    attributes: { above: draw.pick([1, 1.0625]), below: draw.pick([1, 0.5, 2]), rate: draw.pick([1, 0.5, 2]) },
  }),
});

/** Options of `elu` and `celu`. */
export interface EluOptions {
  /** The limit far below zero is -alpha. Default 1. */
  readonly alpha?: number;
}

function alphaOf(op: string, options: EluOptions): number {
  const { alpha } = withDefaults<Required<EluOptions>>(op, options, { alpha: 1 });
  return checkNumber(op, 'alpha', alpha);
}

/**
 * x above zero and alpha (e^x - 1) below. Clevert, Unterthiner and Hochreiter, 2016. PyTorch: `torch.nn.functional.elu`.
 *
 * @example
 * elu(tensor([-1, 2])); // tensor([-0.6321,  2.0000])
 */
export function elu<X extends TensorLike>(x: X, options?: EluOptions): Tensor<ShapeOf<X>>;
export function elu(x: TensorLike, options: EluOptions = {}): Tensor {
  const alpha = alphaOf('elu', options);
  return apply(eluOp, toOperands('elu', ['x'], [x]), { above: 1, below: alpha, rate: 1 });
}

/**
 * x above zero and alpha (e^(x / alpha) - 1) below, whose slope at zero is 1 for any alpha. Barron, 2017.
 * PyTorch: `torch.nn.functional.celu`.
 *
 * @throws ValueError when alpha is 0.
 * @example
 * celu(tensor([-1, 2]), { alpha: 2 }); // tensor([-0.7869,  2.0000])
 */
export function celu<X extends TensorLike>(x: X, options?: EluOptions): Tensor<ShapeOf<X>>;
export function celu(x: TensorLike, options: EluOptions = {}): Tensor {
  const alpha = alphaOf('celu', options);
  if (alpha === 0) throw new ValueError('celu: alpha must not be 0; got 0; try { alpha: 1 }');
  return apply(eluOp, toOperands('celu', ['x'], [x]), { above: 1, below: alpha, rate: 1 / alpha });
}

/** With these, layers of the right width and weights keep a mean of 0 and a variance of 1. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/**
 * 1.0507 times (x above zero, 1.6733 (e^x - 1) below). Klambauer et al., 2017. PyTorch: `torch.nn.functional.selu`.
 *
 * @example
 * selu(tensor([-1, 2])); // tensor([-1.1113,  2.1014])
 */
export function selu<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function selu(x: TensorLike): Tensor {
  return apply(eluOp, toOperands('selu', ['x'], [x]), { above: SELU_SCALE, below: SELU_SCALE * SELU_ALPHA, rate: 1 });
}
