/** Batch normalization as ops: every channel, dim 1 of (N, C, ...), brought to one scale over all other dimensions. */
import { checkFloat } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import type { Shape } from '../../core/shape.ts';
import type { CompositeOp, Draw, Sample, SampleInput, Values } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { launchApply, launchBackward, launchMoments, launchWeightBackward } from './channelKernels.ts';
import { checkForm } from './operands.ts';
import {
  type BackwardAttributes,
  checkBackward,
  type NormalizationAttributes,
  pullBackStandardized,
  pullBackTwice,
  standardize,
} from './standardize.ts';

/** A bias, or a weight and a bias, may be missing: then there are fewer operands. */
type Operands = 'x' | 'weight' | 'bias';

/** By the batch's own mean and variance (that which divides by the number of elements). */
export const batchNormOp: CompositeOp<Operands, NormalizationAttributes> = {
  kind: 'composite',
  name: 'batchNorm',
  operands: ['x', 'weight', 'bias'],
  outputs: ['y', 'mean', 'variance'],
  formula: 'y = (x - mean(x)) / sqrt(var(x) + eps) weight + bias',
  infer: ([x, ...given]) => {
    const { shape, dtype } = checkChannels('batchNorm', x as Tensor, ['weight', 'bias'], given);
    const statistics = { shape: [shape[1] as number], dtype };
    return [{ shape, dtype }, statistics, statistics];
  },
  define: ([x, weight, bias], { dims, eps }) => {
    const { mean, variance, y } = standardize(x as Tensor, dims, eps, true);
    return [affine(y, weight, bias), (mean as Tensor).reshape(-1), variance.reshape(-1)];
  },
  kernel: ([y, mean, variance], [x, ...given], { eps }) => {
    launchMoments(mean as Tensor, variance as Tensor, x as Tensor);
    launchApply(y as Tensor, x as Tensor, mean as Tensor, variance as Tensor, eps, given);
  },
  vjp: {
    x: (values, attributes) => {
      const { x, mean, variance } = values as Values<Operands | 'mean' | 'variance'>;
      const weight = values.shapes.weight === undefined ? [] : [values.weight];
      return (g) => apply(batchNormBackwardOp, [g, x, ...weight], { ...attributes, statistics: [mean, variance] });
    },
    weight: (values, attributes) => {
      const { x, mean, variance } = values as Values<Operands | 'mean' | 'variance'>;
      return (g) => apply(batchNormWeightBackwardOp, [g, x], { ...attributes, statistics: [mean, variance] });
    },
    bias:
      (_, { dims }) =>
      (g) =>
        g.sum(dims),
  },
  sample: (draw) => sampleChannels(draw, draw.integer(0, 2)),
};

/** From the cotangent of y to that of x. */
export const batchNormBackwardOp: CompositeOp<'g' | 'x' | 'weight', BackwardAttributes> = {
  kind: 'composite',
  name: 'batchNormBackward',
  operands: ['g', 'x', 'weight'],
  formula: 'dx = w rstd (g - mean(g) - h mean(g h)), h = (x - mean(x)) rstd',
  infer: (inputs) => checkBackward('batchNormBackward', inputs, (inputs[1] as Tensor).shape.slice(1, 2)),
  define: ([g, x, weight], { dims, eps }) =>
    affine(pullBackStandardized(g as Tensor, x as Tensor, dims, eps, true), weight),
  kernel: ([dx], inputs, { statistics, eps }) => launchBackward(dx as Tensor, inputs, eps, statistics),
  vjp: {
    // linear in g, and its own adjoint but for the weight
    g: (values, attributes) => {
      const { x } = values;
      const weight = weightOf(values);
      return (h) => affine(apply(batchNormBackwardOp, [h, x], attributes), weight);
    },
    x: (values, { dims, eps }) => {
      const { g, x } = values;
      const weight = weightOf(values);
      return (h) => pullBackTwice(h, affine(g, weight), x, dims, eps, true);
    },
    weight:
      ({ g, x }, attributes) =>
      (h) =>
        g.mul(apply(batchNormBackwardOp, [h, x], attributes)).sum(attributes.dims),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleChannels(draw, draw.integer(0, 1));
    return { inputs: [inputs[0] as SampleInput, ...inputs], attributes: { ...attributes, statistics: null } };
  },
};

/** From the cotangent of y to that of the weight. */
export const batchNormWeightBackwardOp: CompositeOp<'g' | 'x', BackwardAttributes> = {
  kind: 'composite',
  name: 'batchNormWeightBackward',
  operands: ['g', 'x'],
  formula: 'dw = sum of g h, h = (x - mean(x)) rstd',
  infer: (inputs) => {
    const { shape, dtype } = checkBackward('batchNormWeightBackward', inputs, []);
    return { shape: [shape[1] as number], dtype };
  },
  define: ([g, x], { dims, eps }) => (g as Tensor).mul(standardize(x as Tensor, dims, eps, true).y).sum(dims),
  kernel: ([dw], [g, x], { statistics, eps }) =>
    launchWeightBackward(dw as Tensor, g as Tensor, x as Tensor, eps, statistics),
  vjp: {
    g:
      ({ x }, { dims, eps }) =>
      (h) =>
        affine(standardize(x, dims, eps, true).y, h),
    x:
      ({ g, x }, attributes) =>
      (h) =>
        apply(batchNormBackwardOp, [g, x, h], attributes),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleChannels(draw, 0);
    return { inputs: [inputs[0] as SampleInput, ...inputs], attributes: { ...attributes, statistics: null } };
  },
};

/** By a mean and variance that x has no part in: batch normalization when not training. */
export const channelNormOp: CompositeOp<Operands | 'mean' | 'variance', { readonly eps: number }> = {
  kind: 'composite',
  name: 'channelNorm',
  operands: ['x', 'mean', 'variance', 'weight', 'bias'],
  formula: 'y = (x - mean) / sqrt(variance + eps) weight + bias',
  infer: ([x, ...given]) => checkChannels('channelNorm', x as Tensor, ['mean', 'variance', 'weight', 'bias'], given),
  define: ([x, mean, variance, weight, bias], { eps }) => {
    const scaled = affine(less(x as Tensor, mean as Tensor), rootOf(variance as Tensor, eps));
    return affine(scaled, weight, bias);
  },
  kernel: ([y], [x, mean, variance, ...given], { eps }) =>
    launchApply(y as Tensor, x as Tensor, mean as Tensor, variance as Tensor, eps, given),
  // y = (x - mean) r w + b, dr = -1/2 r^3 dvariance
  vjp: {
    x: (values, { eps }) => {
      const { variance } = values;
      const weight = weightOf(values);
      return (g) => affine(affine(g, rootOf(variance, eps)), weight);
    },
    mean: (values, { eps }) => {
      const { variance } = values;
      const weight = weightOf(values);
      return (g) => times(sumOf(g).neg().mul(rootOf(variance, eps)), weight);
    },
    variance: (values, { eps }) => {
      const { x, mean, variance } = values;
      const weight = weightOf(values);
      return (g) =>
        times(
          sumOf(g.mul(less(x, mean)))
            .mul(rootOf(variance, eps).pow(3))
            .mul(-0.5),
          weight,
        );
    },
    weight:
      ({ x, mean, variance }, { eps }) =>
      (g) =>
        sumOf(g.mul(less(x, mean))).mul(rootOf(variance, eps)),
    bias: () => sumOf,
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleChannels(draw, 0);
    const channel = { shape: [inputs[0]?.shape[1] as number] };
    const rest = Array.from({ length: draw.integer(0, 2) }, () => channel);
    return {
      inputs: [...inputs, channel, { ...channel, range: [0.25, 2] }, ...rest],
      attributes: { eps: attributes.eps },
    };
  },
};

/** Throws unless every operand after x holds one number for each of its channels. */
function checkChannels(op: string, x: Tensor, names: readonly string[], given: readonly Tensor[]): Tensor {
  given.forEach((t, i) => {
    checkForm(op, names[i] as string, t, x, x.shape.slice(1, 2));
  });
  return checkFloat(op, 'x', x);
}

/** The weight, where there is one. */
function weightOf(values: Values<'weight'>): Tensor | undefined {
  return values.shapes.weight === undefined ? undefined : values.weight;
}

function rootOf(variance: Tensor, eps: number): Tensor {
  return variance.add(eps).rsqrt();
}

/** x - mean */
function less(x: Tensor, mean: Tensor): Tensor {
  return x.sub(perChannel(mean, x.shape));
}

/** The sum over every channel. */
function sumOf(t: Tensor): Tensor {
  return t.sum(allButChannel(t.shape));
}

function times(t: Tensor, weight: Tensor | undefined): Tensor {
  return weight === undefined ? t : t.mul(weight);
}

/** h weight + bias, one of each for every channel. */
function affine(h: Tensor, weight: Tensor | undefined, bias?: Tensor): Tensor {
  const scaled = weight === undefined ? h : h.mul(perChannel(weight, h.shape));
  return bias === undefined ? scaled : scaled.add(perChannel(bias, h.shape));
}

/** (C) -> (C, 1, ...), as it broadcasts against (N, C, ...) */
function perChannel(t: Tensor, shape: Shape): Tensor {
  return t.reshape([t.count, ...shape.slice(2).map(() => 1)]);
}

export function allButChannel(shape: Shape): number[] {
  return [...shape.keys()].filter((d) => d !== 1);
}

/** Draws x, and as many operands with one number for every channel. */
function sampleChannels(draw: Draw, operands: number): Sample<NormalizationAttributes> {
  const shape = draw.shape([2, 4], { min: 1 });
  const channel = { shape: [shape[1] as number] };
  const inputs = [{ shape, range: [-2, 2] as const }, ...Array.from({ length: operands }, () => channel)];
  return { inputs, attributes: { dims: allButChannel(shape), eps: 0.1 } };
}
