/** Random numbers from a normal distribution. */

import { launch } from '@tessera/kernels';
import { checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES, promoteTypes } from '../../core/dtype.ts';
import { ShapeError, ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import { checkShape, formatShape, type Shape, type Sizes } from '../../core/shape.ts';
import { parseSizes, type SizesOf } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, streamWords, unit24, unit53 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul } from '../elementwise/arithmetic.ts';
import {
  checkRandomDType,
  type Generated,
  generated,
  type RandomOptions,
  sampleGenerated,
  wordsOf,
} from './generate.ts';

interface NormalAttributes extends Generated {
  readonly mean: number;
  readonly std: number;
}

/** Box and Muller: of two numbers u, v in [0, 1), r cos 2 pi v and r sin 2 pi v, where r = sqrt(-2 log(1 - u)). */
export const normalOp: PrimitiveOp<never, NormalAttributes> = {
  kind: 'primitive',
  name: 'normal',
  operands: [],
  formula: 'y = mean + std z, z normal with mean 0 and variance 1',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: ([y], _, attributes) => transform(y as Operand, attributes),
  kernel: ([y], _, attributes) => {
    const { dtype, mean, std } = attributes;
    const { count } = y as Tensor;
    const blocks = Math.ceil((count * wordsOf(dtype)) / 4);
    launch(`normal_${DTYPES[dtype].suffix}`, [y as Tensor, ...streamWords(attributes), mean, std, count], blocks, 1024);
  },
  vjp: {},
  sample: (draw) => ({
    inputs: [],
    attributes: { ...sampleGenerated(draw), mean: draw.integer(-3, 3), std: draw.integer(0, 3) },
  }),
};

/** A block gives float32 (cos, cos, sin, sin) from u, u, v, v, and float64 (cos, sin) from u, v. */
function transform({ data, dtype }: Operand, { mean, std, ...stream }: NormalAttributes): void {
  const pairs = dtype === 'float64' ? 1 : 2;
  const unit = dtype === 'float64' ? unit53 : unit24;
  const words = philoxWords(stream, Math.ceil(data.length / (2 * pairs)));
  for (let i = 0; i < data.length; i++) {
    const block = Math.floor(i / (2 * pairs));
    const lane = i % (2 * pairs);
    const first = 2 * pairs * block + (lane % pairs);
    const radius = std * Math.sqrt(-2 * Math.log(1 - unit(words, first)));
    const angle = 2 * Math.PI * unit(words, first + pairs);
    data[i] = mean + radius * (lane < pairs ? Math.cos(angle) : Math.sin(angle));
  }
}

/** Checks a distribution and draws from it. */
export function normalOf(op: string, shape: Shape, mean: number, std: number, options: RandomOptions): Tensor {
  const { generator, ...asked } = checkOptions(op, options, "{ dtype: 'float64' }", ['dtype', 'generator']);
  const dtype = checkRandomDType(op, asked.dtype ?? 'float32');
  checkNumber(op, 'mean', mean);
  if (checkNumber(op, 'std', std) < 0) throw new ValueError(`${op}: std must be at least 0; got ${std}; try ${-std}`);
  return apply(normalOp, [], { ...generated(op, shape, dtype, wordsOf(dtype), generator), mean, std });
}

/**
 * Random numbers with mean 0 and variance 1. PyTorch: `torch.randn`.
 *
 * @example
 * randn(2, 3).shape; // [2, 3]
 */
export function randn<const T extends readonly (number | Shape | RandomOptions)[]>(
  ...args: T & Check<Sizes<'randn', SizesOf<T>>>
): Tensor<Result<Sizes<'randn', SizesOf<T>>>>;
export function randn(...args: readonly (number | Shape | RandomOptions)[]): Tensor {
  const [shape, options] = parseSizes<RandomOptions>('randn', args);
  return normalOf('randn', shape, 0, 1, options);
}

/** Random numbers with mean 0 and variance 1 in another tensor's shape and dtype. PyTorch: `torch.randn_like`. */
export function randnLike<A extends Tensor>(x: A, options?: RandomOptions): Tensor<A['shape']>;
export function randnLike(x: Tensor, options: RandomOptions = {}): Tensor {
  checkTensor('randnLike', 'x', x);
  return normalOf('randnLike', x.shape, 0, 1, {
    dtype: x.dtype,
    ...checkOptions('randnLike', options, "{ dtype: 'float64' }", ['dtype', 'generator']),
  });
}

/**
 * Random numbers from normal distributions: one mean and standard deviation for all and a shape, or a tensor of either
 * or both, which broadcast. PyTorch: `torch.normal`.
 *
 * @throws ValueError when a standard deviation is negative.
 * @example
 * normal(5, 0.1, [2, 3]).shape; // [2, 3]
 * normal(tensor([0, 10, 20]), 1).shape; // [3]
 */
export function normal(
  mean: Tensor | number,
  std: Tensor | number,
  shape?: Shape,
  options: RandomOptions = {},
): Tensor {
  if (!isTensor(mean) && !isTensor(std)) {
    if (shape === undefined)
      throw new ShapeError('normal: a shape must be given with numbers; got none; try normal(0, 1, [2, 3])');
    return normalOf('normal', [...checkShape('normal', shape)], mean, std, options);
  }
  checkOptions('normal', options, "{ dtype: 'float64' }", ['dtype', 'generator']);
  const tensors = [mean, std].filter(isTensor);
  const full = broadcastShapes('normal', ...tensors.map((x) => x.shape));
  if (shape !== undefined && formatShape(checkShape('normal', shape)) !== formatShape(full)) {
    throw new ShapeError(
      `normal: the shape of the tensors is the result's; got ${formatShape(shape)} for ${formatShape(full)}; try leaving the shape out`,
    );
  }
  const dtype = options.dtype ?? tensors.map((x) => x.dtype).reduce(promoteTypes);
  if (isTensor(std) && std.data.some((value) => value < 0))
    throw new ValueError('normal: std must be at least 0; got a negative element; try std.abs()');
  const noise = normalOf('normal', full, 0, isTensor(std) ? 1 : std, { ...options, dtype });
  const scaled = isTensor(std) ? mul(noise, std.detach()) : noise;
  return add(scaled, isTensor(mean) ? mean.detach() : checkNumber('normal', 'mean', mean));
}
