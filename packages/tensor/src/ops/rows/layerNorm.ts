/** Layer normalization: every sample on its own, over its last dimensions. */

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

/** A bias, or a weight and a bias, may be missing: then there are fewer operands. */
type Operands = 'x' | 'weight' | 'bias';

export const layerNormOp: CompositeOp<Operands, NormalizationAttributes> = {
  kind: 'composite',
  name: 'layerNorm',
  operands: ['x', 'weight', 'bias'],
  outputs: ['y', 'mean', 'rstd'],
  formula: 'y = (x - mean(x)) / sqrt(var(x) + eps) weight + bias',
  infer: ([x, ...affine], { dims }) => {
    const { shape, dtype } = checkFloat('layerNorm', 'x', x as Tensor);
    affine.forEach((t, i) => {
      checkForm('layerNorm', i === 0 ? 'weight' : 'bias', t, x as Tensor, shape.slice(dims[0]));
    });
    const statistics = { shape: reducedShape(shape, { dims, keepdim: true }), dtype };
    return [{ shape, dtype }, statistics, statistics];
  },
  define: ([x, weight, bias], { dims, eps }) => {
    const { mean, rstd, y } = standardize(x as Tensor, dims, eps, true);
    const scaled = weight === undefined ? y : y.mul(weight);
    return [bias === undefined ? scaled : scaled.add(bias), mean as Tensor, rstd];
  },
  kernel: ([y, mean, rstd], [x, weight = null, bias = null], { dims, eps }) => {
    const { name, n, rows, grain } = rowsOf('layer_norm', x as Tensor, dims);
    launch(name, [y as Tensor, mean as Tensor, rstd as Tensor, x as Tensor, weight, bias, eps, n], rows, grain);
  },
  vjp: {
    x: (values, attributes) => {
      const { x, mean, rstd } = values as Values<Operands | 'mean' | 'rstd'>;
      const weight = values.shapes.weight === undefined ? [] : [values.weight];
      return (g) => apply(layerNormBackwardOp, [g, x, ...weight], { ...attributes, statistics: [mean, rstd] });
    },
    weight: (values, attributes) => {
      const { x, mean, rstd } = values as Values<Operands | 'mean' | 'rstd'>;
      return (g) => apply(rowNormWeightBackwardOp, [g, x], { ...attributes, center: true, statistics: [mean, rstd] });
    },
    bias: () => (g) => g,
  },
  sample: (draw) => sampleNormalization(draw, 2),
};

/** From the cotangent of y to that of x. */
export const layerNormBackwardOp: CompositeOp<'g' | 'x' | 'weight', BackwardAttributes> = {
  kind: 'composite',
  name: 'layerNormBackward',
  operands: ['g', 'x', 'weight'],
  formula: 'dx = rstd (g w - mean(g w) - y mean(g w y))',
  infer: (inputs, { dims }) => checkBackward('layerNormBackward', inputs, (inputs[1] as Tensor).shape.slice(dims[0])),
  define: ([g, x, weight], { dims, eps }) => {
    const scaled = weight === undefined ? (g as Tensor) : (g as Tensor).mul(weight);
    return pullBackStandardized(scaled, x as Tensor, dims, eps, true);
  },
  kernel: ([dx], [g, x, weight = null], { statistics, ...attributes }) => {
    const { name, n, rows, grain } = rowsOf('layer_norm_backward', x as Tensor, attributes.dims);
    const [mean, rstd] = statistics ?? rowStatistics(x as Tensor, { ...attributes, center: true });
    launch(name, [dx as Tensor, g as Tensor, x as Tensor, mean as Tensor, rstd as Tensor, weight, n], rows, grain);
  },
  vjp: {
    // linear in g, and its own adjoint but for the weight
    g: (values, attributes) => {
      const { x, shapes } = values;
      const weight = shapes.weight === undefined ? null : values.weight;
      return (h) => {
        const back = apply(layerNormBackwardOp, [h, x], attributes);
        return weight === null ? back : back.mul(weight);
      };
    },
    x: (values, { dims, eps }) => {
      const { g, x, shapes } = values;
      const weight = shapes.weight === undefined ? null : values.weight;
      return (h) => pullBackTwice(h, weight === null ? g : g.mul(weight), x, dims, eps, true);
    },
    weight:
      ({ g, x }, attributes) =>
      (h) =>
        g.mul(apply(layerNormBackwardOp, [h, x], attributes)),
  },
  sample: sampleBackward,
};

export interface LayerNormOptions {
  /** Multiplies the result; of the normalized shape. */
  readonly weight?: Tensor | null;
  /** Added to the result; of the normalized shape. */
  readonly bias?: Tensor | null;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * Every sample's last dimensions (those of `normalizedShape`) brought to mean 0 and variance 1, then times `weight`, plus
 * `bias`. PyTorch: `torch.nn.functional.layer_norm`.
 *
 * @throws ShapeError unless x ends in normalizedShape, which is also the shape of weight and bias.
 * @example
 * layerNorm(tensor([[1, 2, 3]]), [3]); // tensor([[-1.2247,  0.0000,  1.2247]])
 */
export function layerNorm<A extends Tensor, const N extends number | Shape>(
  x: A,
  normalizedShape: N & Check<Trailing<'layerNorm', A['shape'], N>>,
  options?: LayerNormOptions,
): Tensor<A['shape']>;
export function layerNorm(x: Tensor, normalizedShape: number | Shape, options: LayerNormOptions = {}): Tensor {
  checkFloat('layerNorm', 'x', checkTensor('layerNorm', 'x', x));
  const { weight, bias, eps = 1e-5 } = checkOptions('layerNorm', options, '{ eps: 1e-6 }', ['weight', 'bias', 'eps']);
  const dims = trailingDims('layerNorm', x, normalizedShape);
  const affine = affineOperands('layerNorm', x, x.shape.slice(dims[0]), weight, bias);
  return apply(layerNormOp, [x, ...affine], { dims, eps: checkEps('layerNorm', eps) });
}
