/** Rectifiers whose slope below zero is learned, or drawn. */

import { checkFlag, checkFloat, checkNumber, checkSameDType, checkTensor, withDefaults } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import { formatShape } from '../../core/shape.ts';
import { type ElementwiseOp, elementwiseOp } from '../../op.ts';
import { defaultGenerator } from '../../random/generator.ts';
import type { Tensor } from '../../tensor.ts';
import type { GeneratorOption } from '../random/inPlace.ts';
import { rand } from '../random/uniform.ts';
import { leakyRelu } from './relu.ts';
import { where } from './where.ts';

/** x above zero, weight x below. */
export const preluOp: ElementwiseOp<'x' | 'weight'> = elementwiseOp<'x' | 'weight'>('prelu', {
  f: (x: number, weight: number) => (x > 0 ? x : weight * x),
  result: 'float',
  kernel: 'prelu',
  ulp: 0.5,
  kinks: [0],
  formula: 'x where x > 0, else weight * x',
  vjp: {
    x:
      ({ x, weight }) =>
      (g) =>
        where(x.gt(0), g, g.mul(weight)),
    weight:
      ({ x }) =>
      (g) =>
        where(x.gt(0), 0, g.mul(x)),
  },
});

/**
 * x above zero and weight x below, with one weight, [1] or [], or one for each channel (dimension 1), [C]. He et al., 2015.
 * PyTorch: `torch.nn.functional.prelu`.
 *
 * @throws ShapeError when there are neither one weight nor as many as channels.
 * @example
 * prelu(tensor([[-2, 4]]), tensor([0.5, 0.1])); // tensor([[-1.,  4.]])
 */
export function prelu<A extends Tensor>(x: A, weight: Tensor): Tensor<A['shape']>;
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkFloat('prelu', 'x', checkTensor('prelu', 'x', x));
  checkSameDType('prelu', x, checkTensor('prelu', 'weight', weight));
  if (weight.count === 1 && weight.ndim < 2) return apply(preluOp, [x, weight.reshape([])], {});
  const channels = x.ndim < 2 ? 1 : (x.shape[1] as number);
  if (weight.ndim !== 1 || weight.count !== channels)
    throw new ShapeError(
      `prelu: weight must be [1] or [${channels}], one for each channel; got ${formatShape(weight.shape)} for x ${formatShape(x.shape)}; try zeros(${channels})`,
    );
  // (C) -> (C, 1, ...)
  return apply(preluOp, [x, weight.reshape([channels, ...x.shape.slice(2).map(() => 1)])], {});
}

export interface RReluOptions extends GeneratorOption {
  /** The least slope below zero. Default 1 / 8. */
  readonly lower?: number;
  /** The greatest. Default 1 / 3. */
  readonly upper?: number;
  /** Whether slopes are drawn; otherwise all are the mean of the bounds. Default false. */
  readonly training?: boolean;
}

/**
 * x above zero and a x below, with a slope a for each element, uniform in [lower, upper]. Xu et al., 2015.
 * PyTorch: `torch.nn.functional.rrelu`.
 *
 * @throws ValueError unless lower <= upper.
 * @example
 * rrelu(tensor([-24, 1])); // tensor([-5.5000,  1.0000])
 */
export function rrelu<A extends Tensor>(x: A, options?: RReluOptions): Tensor<A['shape']>;
export function rrelu(x: Tensor, options: RReluOptions = {}): Tensor {
  const { lower, upper, training, generator } = withDefaults<Required<RReluOptions>>('rrelu', options, {
    lower: 1 / 8,
    upper: 1 / 3,
    training: false,
    generator: defaultGenerator(),
  });
  checkFloat('rrelu', 'x', checkTensor('rrelu', 'x', x));
  checkFlag('rrelu', 'training', training);
  if (!(checkNumber('rrelu', 'lower', lower) <= checkNumber('rrelu', 'upper', upper)))
    throw new ValueError(`rrelu: lower must be at most upper; got ${lower} and ${upper}; try 1 / 8 and 1 / 3`);
  if (!training) return leakyRelu(x, { negativeSlope: (lower + upper) / 2 });
  const drawn = rand(x.shape, { dtype: x.dtype, generator });
  return apply(preluOp, [x, drawn.mul(upper - lower).add(lower)], {});
}
