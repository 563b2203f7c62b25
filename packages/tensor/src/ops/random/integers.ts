/** Random whole numbers, and random orders. */

import { checkInteger, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { checkDType, DTYPES, type DType } from '../../core/dtype.ts';
import { DTypeError, ShapeError, ValueError } from '../../core/errors.ts';
import type { Result } from '../../core/rule.ts';
import { checkShape, describe, type Shape } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, unit53 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import { type Generated, generated, type RandomOptions, sampleGenerated } from './generate.ts';

interface RandintAttributes extends Generated {
  readonly low: number;
  readonly high: number;
}

/** Whole numbers in [low, high), from 53 bits each: none is likelier than another by more than 2^-21. */
export const randintOp: PrimitiveOp<never, RandintAttributes> = {
  kind: 'primitive',
  name: 'randint',
  operands: [],
  formula: 'y = low + floor(u (high - low)), u in [0, 1)',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: ([y], _, { low, high, ...stream }) => {
    const { data } = y as Operand;
    const words = philoxWords(stream, Math.ceil(data.length / 2));
    for (let i = 0; i < data.length; i++) data[i] = low + Math.floor(unit53(words, i) * (high - low));
  },
  vjp: {},
  sample: (draw) => ({
    inputs: [],
    attributes: { ...sampleGenerated(draw), dtype: 'int32', low: draw.integer(-3, 0), high: draw.integer(1, 3) },
  }),
};

/** The numbers from 0 to n - 1 in an order that is one of all with the same chance (Fisher and Yates). */
export const randpermOp: PrimitiveOp<never, Generated> = {
  kind: 'primitive',
  name: 'randperm',
  operands: [],
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: ([y], _, stream) => {
    const { data } = y as Operand;
    const words = philoxWords(stream, Math.ceil(data.length / 2));
    for (let i = 0; i < data.length; i++) data[i] = i;
    for (let i = data.length - 1; i > 0; i--) {
      const j = Math.floor(unit53(words, i) * (i + 1));
      const moved = data[i] as number;
      data[i] = data[j] as number;
      data[j] = moved;
    }
  },
  vjp: {},
  sample: (draw) => ({
    inputs: [],
    attributes: { ...sampleGenerated(draw), shape: [draw.integer(0, 9)], dtype: 'int32' },
  }),
};

/**
 * Whole numbers in [low, high), all with the same chance, as int32 unless `dtype` says otherwise. `low` may be left out
 * and is 0. PyTorch: `torch.randint`.
 *
 * @example
 * randint(1, 7, [10]); // ten throws of a die
 * randint(10, [2, 3]).shape; // [2, 3]
 */
export function randint<const S extends Shape>(high: number, shape: S, options?: RandomOptions): Tensor<Result<S>>;
export function randint<const S extends Shape>(
  low: number,
  high: number,
  shape: S,
  options?: RandomOptions,
): Tensor<Result<S>>;
export function randint(
  first: number,
  second: number | Shape,
  third?: Shape | RandomOptions,
  fourth?: RandomOptions,
): Tensor {
  if (typeof second === 'number') return randintOf('randint', first, second, third as Shape, fourth);
  return randintOf('randint', 0, first, second, third as RandomOptions | undefined);
}

/** Whole numbers in [low, high) in another tensor's shape and dtype. PyTorch: `torch.randint_like`. */
export function randintLike<A extends Tensor>(
  x: A,
  low: number,
  high: number,
  options?: RandomOptions,
): Tensor<A['shape']>;
export function randintLike(x: Tensor, low: number, high: number, options: RandomOptions = {}): Tensor {
  checkTensor('randintLike', 'x', x);
  return randintOf('randintLike', low, high, x.shape, {
    dtype: x.dtype,
    ...checkOptions('randintLike', options, "{ dtype: 'int32' }", ['dtype', 'generator']),
  });
}

function randintOf(op: string, low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  const { generator, ...asked } = checkOptions(op, options, "{ dtype: 'float32' }", ['dtype', 'generator']);
  const dtype = checkWholeDType(op, asked.dtype ?? 'int32');
  checkInteger(op, 'low', low, ...LIMITS[dtype]);
  checkInteger(op, 'high', high, LIMITS[dtype][0], LIMITS[dtype][1] + 1);
  if (low >= high) throw new ValueError(`${op}: low must be below high; got ${low} and ${high}; try high ${low + 1}`);
  if (shape === undefined)
    throw new ShapeError(`${op}: a shape must be given; got none; try ${op}(${low}, ${high}, [2, 3])`);
  return apply(randintOp, [], { ...generated(op, [...checkShape(op, shape)], dtype, 2, generator), low, high });
}

/** The least and the greatest whole number that a dtype holds, with all below it. */
const LIMITS: Readonly<Record<DType, readonly [number, number]>> = {
  bool: [0, 1],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  float32: [-(2 ** 24), 2 ** 24],
  float64: [-(2 ** 52), 2 ** 52],
  float16: [0, 0],
  bfloat16: [0, 0],
};

function checkWholeDType(op: string, dtype: unknown): DType {
  const checked = checkDType(op, dtype);
  if (DTYPES[checked].category < 2 || DTYPES[checked].suffix !== null) return checked;
  throw new DTypeError(
    `${op}: takes no dtype that is for storage; got ${describe(checked)}; try .to('${checked}') afterwards`,
  );
}

/**
 * The numbers from 0 to n - 1 in random order, as int32 unless `dtype` says otherwise. PyTorch: `torch.randperm`.
 *
 * @example
 * randperm(5).sort().values; // tensor([0, 1, 2, 3, 4], dtype=int32)
 */
export function randperm<N extends number>(n: N, options?: RandomOptions): Tensor<readonly [N]>;
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { generator, ...asked } = checkOptions('randperm', options, "{ dtype: 'float32' }", ['dtype', 'generator']);
  const dtype = checkWholeDType('randperm', asked.dtype ?? 'int32');
  checkInteger('randperm', 'n', n, 0, LIMITS[dtype][1] + 1);
  return apply(randpermOp, [], generated('randperm', [n], dtype, 2, generator));
}
