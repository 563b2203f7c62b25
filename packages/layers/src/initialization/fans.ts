/** How many numbers go into and out of a unit, and what an activation makes of their spread. */
import { ShapeError, type Tensor, ValueError } from '@tessera/tensor';
import { checkNumber, checkTensor, describe, elementsOf, formatShape } from '@tessera/tensor/core';

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Of a weight [out, in, ...]: in and out, each times the elements of the kernel. PyTorch:
 * `torch.nn.init._calculate_fan_in_and_fan_out`.
 *
 * @throws ShapeError with fewer than two dimensions.
 * @example
 * calculateFanInAndFanOut(zeros(8, 4, 3, 3)); // { fanIn: 36, fanOut: 72 }
 */
export function calculateFanInAndFanOut(weight: Tensor): Fans {
  const { shape } = checkTensor('calculateFanInAndFanOut', 'weight', weight);
  if (shape.length < 2)
    throw new ShapeError(
      `calculateFanInAndFanOut: weight must have two dimensions at least; got ${formatShape(shape)}; try normal_ for vectors`,
    );
  const [outputs, inputs, ...kernel] = shape as readonly [number, number, ...number[]];
  return { fanIn: inputs * elementsOf(kernel), fanOut: outputs * elementsOf(kernel) };
}

const DEFAULT_SLOPE = 0.01;
const LINEAR = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
] as const;

/** What follows the weight, by PyTorch's names. */
export type Nonlinearity = (typeof LINEAR)[number] | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

/**
 * By what the spread of weights is to be multiplied so that an activation leaves the spread of signals as it is. `param` is the
 * slope of a leaky rectifier (default 0.01). PyTorch: `torch.nn.init.calculate_gain`.
 *
 * @throws ValueError for a name that is not known.
 * @example
 * calculateGain('relu'); // 1.4142135623730951
 */
export function calculateGain(nonlinearity: Nonlinearity, param: number | null = null): number {
  const slope = param === null ? DEFAULT_SLOPE : checkNumber('calculateGain', 'param', param);
  if (LINEAR.some((name) => name === nonlinearity)) return 1;
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope ** 2));
    case 'selu':
      return 3 / 4;
    default:
      throw new ValueError(
        `calculateGain: nonlinearity must be one of ${LINEAR.join(', ')}, tanh, relu, leaky_relu, selu; got ${describe(nonlinearity)}; try 'relu'`,
      );
  }
}
