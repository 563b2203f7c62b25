/** Random numbers that are equally likely everywhere in an interval. */

import { launch } from '@tessera/kernels';
import { checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { Shape, Sizes } from '../../core/shape.ts';
import { parseSizes, type SizesAndOptions, type SizesOf } from '../../creation.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, streamWords, unit24, unit53 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import {
  checkRandomDType,
  type Generated,
  generated,
  type RandomOptions,
  sampleGenerated,
  wordsOf,
} from './generate.ts';

interface UniformAttributes extends Generated {
  readonly low: number;
  readonly high: number;
}

/** Numbers in [low, high), from 24 bits for float32 and 53 for float64. */
export const uniformOp: PrimitiveOp<never, UniformAttributes> = {
  kind: 'primitive',
  name: 'uniform',
  operands: [],
  formula: 'y = low + u (high - low), u in [0, 1)',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: ([y], _, attributes) => spread(y as Operand, attributes),
  kernel: ([y], _, attributes) => {
    const { dtype, low, high } = attributes;
    const { count } = y as Tensor;
    const blocks = Math.ceil((count * wordsOf(dtype)) / 4);
    launch(
      `uniform_${DTYPES[dtype].suffix}`,
      [y as Tensor, ...streamWords(attributes), low, high, count],
      blocks,
      4096,
    );
  },
  vjp: {},
  sample: (draw) => ({
    inputs: [],
    attributes: { ...sampleGenerated(draw), ...draw.pick(SAMPLES) },
  }),
};

/** Some are so narrow that rounding reaches the upper end. */
const SAMPLES: readonly { readonly low: number; readonly high: number }[] = [
  { low: -3, high: 2 },
  { low: 0, high: 1 },
  { low: 1 - 2 ** -23, high: 1 },
  { low: -(2 ** -148), high: 0 },
  { low: -1 - 2 ** -22, high: -1 },
  { low: 1 - 2 ** -52, high: 1 },
  { low: 2, high: 2 },
];

function spread({ data, dtype }: Operand, { low, high, ...stream }: UniformAttributes): void {
  const words = philoxWords(stream, Math.ceil((data.length * wordsOf(dtype)) / 4));
  const [unit, round] = dtype === 'float64' ? [unit53, Number] : [unit24, Math.fround];
  const [from, to, width] = [round(low), round(high), round(high - low)];
  for (let i = 0; i < data.length; i++) {
    const value = round(from + round(unit(words, i) * width));
    data[i] = value < to ? value : justBelow(to, from, dtype);
  }
}

/** Where rounding would reach `high`: the number before it; `low` for an empty interval. */
function justBelow(high: number, low: number, dtype: string): number {
  if (low >= high) return low;
  if (high === 0) return dtype === 'float64' ? -Number.MIN_VALUE : -(2 ** -149);
  const step = high > 0 ? -1 : 1;
  if (dtype !== 'float64') {
    const bits = new Int32Array(new Float32Array([high]).buffer);
    bits[0] = (bits[0] as number) + step;
    return new Float32Array(bits.buffer)[0] as number;
  }
  const bits = new BigInt64Array(new Float64Array([high]).buffer);
  bits[0] = (bits[0] as bigint) + BigInt(step);
  return new Float64Array(bits.buffer)[0] as number;
}

/** Checks an interval and draws from it. */
export function uniformOf(
  op: string,
  shape: readonly number[],
  low: number,
  high: number,
  options: RandomOptions,
): Tensor {
  const { generator, ...asked } = checkOptions(op, options, "{ dtype: 'float64' }", ['dtype', 'generator']);
  const dtype = checkRandomDType(op, asked.dtype ?? 'float32');
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (!Number.isFinite(checkNumber(op, name, bound)))
      throw new ValueError(`${op}: ${name} must be finite; got ${bound}; try 0 and 1`);
  }
  if (low > high) throw new ValueError(`${op}: low must not exceed high; got ${low} and ${high}; try exchanging them`);
  return apply(uniformOp, [], { ...generated(op, shape, dtype, wordsOf(dtype), generator), low, high });
}

/**
 * Random numbers in [0, 1). PyTorch: `torch.rand`.
 *
 * @example
 * rand(2, 3, { dtype: 'float64' }).shape; // [2, 3]
 */
export function rand<const T extends readonly (number | Shape | RandomOptions)[]>(
  ...args: T & Check<Sizes<'rand', SizesOf<T>>>
): Tensor<Result<Sizes<'rand', SizesOf<T>>>>;
export function rand(...args: SizesAndOptions | readonly (number | readonly number[] | RandomOptions)[]): Tensor {
  const [shape, options] = parseSizes<RandomOptions>('rand', args);
  return uniformOf('rand', shape, 0, 1, options);
}

/** Random numbers in [0, 1) in another tensor's shape and dtype. PyTorch: `torch.rand_like`. */
export function randLike<A extends Tensor>(x: A, options?: RandomOptions): Tensor<A['shape']>;
export function randLike(x: Tensor, options: RandomOptions = {}): Tensor {
  checkTensor('randLike', 'x', x);
  return uniformOf('randLike', x.shape, 0, 1, {
    dtype: x.dtype,
    ...checkOptions('randLike', options, "{ dtype: 'float64' }", ['dtype', 'generator']),
  });
}
