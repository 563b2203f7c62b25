/** Whole numbers near a value. Integers are what they are; the derivative is 0. */

import { checkInteger, checkOptions, type TensorLike, toOperands } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { ShapeOf } from '../../core/rule.ts';
import { zerosLike } from '../../creation.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { rejectBool, rejectWhole } from './integral.ts';

/** Options of `round`. */
export interface RoundOptions {
  /** How many decimals stay; negative counts tens. Default 0. */
  readonly decimals?: number;
}

const KINKS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

export const floorOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('floor', {
  f: Math.floor,
  kernel: 'floor',
  ulp: 0.5,
  kinks: KINKS,
  vjp: { x: () => (g) => zerosLike(g) },
});

export const ceilOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('ceil', {
  f: Math.ceil,
  kernel: 'ceil',
  ulp: 0.5,
  kinks: KINKS,
  vjp: { x: () => (g) => zerosLike(g) },
});

export const truncOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('trunc', {
  f: Math.trunc,
  kernel: 'trunc',
  ulp: 0.5,
  kinks: KINKS,
  vjp: { x: () => (g) => zerosLike(g) },
});

export const fracOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('frac', {
  f: (x: number) => x - Math.trunc(x),
  ulp: 0.5,
  kinks: KINKS,
  formula: 'x - trunc(x)',
  vjp: { x: () => (g) => g },
});

export const roundOp: ElementwiseOp<'x'> = elementwiseOp<'x'>('round', {
  f: halfToEven,
  kernel: 'round',
  ulp: 0.5,
  kinks: KINKS.map((k) => k + 0.5),
  vjp: { x: () => (g) => zerosLike(g) },
});

export const roundDecimalsOp: ElementwiseOp<'x', Required<RoundOptions>> = elementwiseOp<'x', Required<RoundOptions>>(
  'roundDecimals',
  {
    f: (x: number, { decimals }: Required<RoundOptions>) => {
      const scale = 10 ** Math.abs(decimals);
      return decimals < 0 ? halfToEven(x / scale) * scale : halfToEven(x * scale) / scale;
    },
    ulp: 0.5,
    kinks: KINKS.map((k) => k * 5),
    vjp: { x: () => (g) => zerosLike(g) },
    sample: (draw) => ({ inputs: [{ shape: draw.shape(), range: [0.0625, 4.9375] }], attributes: { decimals: -1 } }),
  },
);

function halfToEven(x: number): number {
  return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}

/** The greatest whole number not above x. PyTorch: `torch.floor`. */
export function floor<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function floor(x: TensorLike): Tensor {
  return number(floorOp, x);
}

/** The least whole number not below x. PyTorch: `torch.ceil`. */
export function ceil<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function ceil(x: TensorLike): Tensor {
  return number(ceilOp, x);
}

/** x without its fraction. PyTorch: `torch.trunc`. */
export function trunc<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function trunc(x: TensorLike): Tensor {
  return number(truncOp, x);
}

/** The fraction of x, with its sign; floats only. PyTorch: `torch.frac`. */
export function frac<X extends TensorLike>(x: X): Tensor<ShapeOf<X>>;
export function frac(x: TensorLike): Tensor {
  const operands = toOperands('frac', ['x'], [x]);
  rejectWhole('frac', operands);
  return apply(fracOp, operands, {});
}

/**
 * The nearest whole number, or the nearest with so many decimals; halves go to the even neighbour. PyTorch:
 * `torch.round`.
 *
 * @example
 * round(tensor([0.5, 1.5, 2.5])); // tensor([0., 2., 2.])
 * round(tensor([1234.56]), { decimals: -2 }); // tensor([1200.])
 */
export function round<X extends TensorLike>(x: X, options?: RoundOptions): Tensor<ShapeOf<X>>;
export function round(x: TensorLike, options: RoundOptions = {}): Tensor {
  const { decimals = 0 } = checkOptions('round', options, '{ decimals: 2 }', ['decimals']);
  checkInteger('round', 'decimals', decimals, -308, 308);
  if (decimals === 0) return number(roundOp, x);
  const operands = toOperands('round', ['x'], [x]);
  rejectWhole('round', operands);
  return apply(roundDecimalsOp, operands, { decimals });
}

function number(op: ElementwiseOp<'x'>, x: TensorLike): Tensor {
  const operands = toOperands(op.name, ['x'], [x]);
  rejectBool(op.name, operands);
  return apply(op, operands, {});
}
