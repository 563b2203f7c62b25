/** RMS normalization: as layer normalization, without taking the mean away. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Check } from '../../core/rule.ts';
import type { Shape } from '../../core/shape.ts';
import type { CompositeOp, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { reducedShape } from '../reductions/reduction.ts';
import { checkForm } from './operands.ts';
import { rowNormWeightBackwardOp, rowStatistics, rowsOf } from './rowNorm.ts';
import {
  affineOperands,
  type BackwardAttributes,
  checkBackward,
  checkEps,
  type NormalizationAttributes,
  pullBackStandardized,
  pullBackTwice,
  sampleBackward,
  sampleNormalization,
  standardize,
  type Trailing,
  trailingDims,
} from './standardize.ts';

/** The weight may be missing: then there is one operand. */
type Operands = 'x' | 'weight';

export const rmsNormOp: CompositeOp<Operands, NormalizationAttributes> = {
  kind: 'composite',
  name: 'rmsNorm',
  operands: ['x', 'weight'],
  outputs: ['y', 'rstd'],
  formula: 'y = x / sqrt(mean(x^2) + eps) weight',
  infer: ([x, weight], { dims }) => {
    const { shape, dtype } = checkFloat('rmsNorm', 'x', x as Tensor);
    if (weight !== undefined) checkForm('rmsNorm', 'weight', weight, x as Tensor, shape.slice(dims[0]));
    return [
      { shape, dtype },
      { shape: reducedShape(shape, { dims, keepdim: true }), dtype },
    ];
  },
  define: ([x, weight], { dims, eps }) => {
    const { rstd, y } = standardize(x as Tensor, dims, eps, false);
    return [weight === undefined ? y : y.mul(weight), rstd];
  },
  kernel: ([y, rstd], [x, weight = null], { dims, eps }) => {
    const { name, n, rows, grain } = rowsOf('rms_norm', x as Tensor, dims);
    launch(name, [y as Tensor, rstd as Tensor, x as Tensor, weight, eps, n], rows, grain);
  },
  vjp: {
    x: (values, attributes) => {
      const { x, rstd } = values as Values<Operands | 'rstd'>;
      const weight = values.shapes.weight === undefined ? [] : [values.weight];
      return (g) => apply(rmsNormBackwardOp, [g, x, ...weight], { ...attributes, statistics: [rstd] });
    },
    weight: (values, attributes) => {
      const { x, rstd } = values as Values<Operands | 'rstd'>;
      return (g) => apply(rowNormWeightBackwardOp, [g, x], { ...attributes, center: false, statistics: [rstd] });
    },
  },
  sample: (draw) => sampleNormalization(draw, 1),
};

/** From the cotangent of y to that of x. */
export const rmsNormBackwardOp: CompositeOp<'g' | 'x' | 'weight', BackwardAttributes> = {
  kind: 'composite',
  name: 'rmsNormBackward',
  operands: ['g', 'x', 'weight'],
  formula: 'dx = rstd (g w - y mean(g w y))',
  infer: (inputs, { dims }) => checkBackward('rmsNormBackward', inputs, (inputs[1] as Tensor).shape.slice(dims[0])),
  define: ([g, x, weight], { dims, eps }) => {
    const scaled = weight === undefined ? (g as Tensor) : (g as Tensor).mul(weight);
    return pullBackStandardized(scaled, x as Tensor, dims, eps, false);
  },
  kernel: ([dx], [g, x, weight = null], { statistics, ...attributes }) => {
    const { name, n, rows, grain } = rowsOf('rms_norm_backward', x as Tensor, attributes.dims);
    const [rstd] = statistics ?? rowStatistics(x as Tensor, { ...attributes, center: false });
    launch(name, [dx as Tensor, g as Tensor, x as Tensor, rstd as Tensor, weight, n], rows, grain);
  },
  vjp: {
    // linear in g, and its own adjoint but for the weight
    g: (values, attributes) => {
      const { x, shapes } = values;
      const weight = shapes.weight === undefined ? null : values.weight;
      return (h) => {
        const back = apply(rmsNormBackwardOp, [h, x], attributes);
        return weight === null ? back : back.mul(weight);
      };
    },
    x: (values, { dims, eps }) => {
      const { g, x, shapes } = values;
      const weight = shapes.weight === undefined ? null : values.weight;
      return (h) => pullBackTwice(h, weight === null ? g : g.mul(weight), x, dims, eps, false);
    },
    weight:
      ({ g, x }, attributes) =>
      (h) =>
        g.mul(apply(rmsNormBackwardOp, [h, x], attributes)),
  },
  sample: sampleBackward,
};

export interface RmsNormOptions {
  /** Multiplies the result; of the normalized shape. */
  readonly weight?: Tensor | null;
  /** Added to the mean of squares. Default: the distance from 1 to the next float of x's dtype. */
  readonly eps?: number;
}

/**
 * Every sample's last dimensions (those of `normalizedShape`) over the root of the mean of their squares, then times
 * `weight`. PyTorch: `torch.nn.functional.rms_norm`.
 *
 * @throws ShapeError unless x ends in normalizedShape, which is also the shape of the weight.
 * @example
 * rmsNorm(tensor([[3, 4]]), [2], { eps: 0 }); // tensor([[0.8485, 1.1314]])
 */
export function rmsNorm<A extends Tensor, const N extends number | Shape>(
  x: A,
  normalizedShape: N & Check<Trailing<'rmsNorm', A['shape'], N>>,
  options?: RmsNormOptions,
): Tensor<A['shape']>;
export function rmsNorm(x: Tensor, normalizedShape: number | Shape, options: RmsNormOptions = {}): Tensor {
  checkFloat('rmsNorm', 'x', checkTensor('rmsNorm', 'x', x));
  const { weight, eps = x.dtype === 'float64' ? 2 ** -52 : 2 ** -23 } = checkOptions(
    'rmsNorm',
    options,
    '{ eps: 1e-6 }',
    ['weight', 'eps'],
  );
  const dims = trailingDims('rmsNorm', x, normalizedShape);
  const affine = affineOperands('rmsNorm', x, x.shape.slice(dims[0]), weight, null);
  return apply(rmsNormOp, [x, ...affine], { dims, eps: checkEps('rmsNorm', eps) });
}
