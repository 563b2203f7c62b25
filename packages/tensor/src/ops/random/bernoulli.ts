/** Coins: ones and zeros. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkNumber, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, type Stream, streamWords, unit32 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import { type Generated, generated, type RandomOptions, sampleGenerated } from './generate.ts';

/** 1 where a number in [0, 1) from one word is below p, else 0. */
export const bernoulliOp: PrimitiveOp<'p', Stream> = {
  kind: 'primitive',
  name: 'bernoulli',
  operands: ['p'],
  formula: 'y = 1 with probability p, else 0',
  infer: ([p]) => p as Tensor,
  reference: ([y], [p], stream) => throwCoins(y as Operand, stream, (i) => p?.data[i] as number),
  vjp: { p: 'none' },
  sample: (draw) => {
    const { shape, seed, offset } = sampleGenerated(draw);
    return { inputs: [{ shape, range: [0, 1] }], attributes: { seed, offset } };
  },
};

interface CoinAttributes extends Generated {
  readonly p: number;
}

/** The same for one p, without a tensor of it. */
export const coinOp: PrimitiveOp<never, CoinAttributes> = {
  kind: 'primitive',
  name: 'coin',
  operands: [],
  formula: 'y = 1 with probability p, else 0',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: ([y], _, { p, ...stream }) => throwCoins(y as Operand, stream, () => p),
  kernel: ([y], _, attributes) => {
    const { count, dtype } = y as Tensor;
    const args = [y as Tensor, ...streamWords(attributes), attributes.p, count];
    launch(`bernoulli_${DTYPES[dtype].suffix}`, args, Math.ceil(count / 4), 4096);
  },
  vjp: {},
  sample: (draw) => ({ inputs: [], attributes: { ...sampleGenerated(draw), p: draw.pick([0, 0.25, 1]) } }),
};

function throwCoins({ data }: Operand, stream: Stream, chance: (i: number) => number): void {
  const words = philoxWords(stream, Math.ceil(data.length / 4));
  for (let i = 0; i < data.length; i++) data[i] = unit32(words, i) < chance(i) ? 1 : 0;
}

/** Throws unless `p` is a probability. */
export function checkProbability(op: string, p: unknown): number {
  const checked = checkNumber(op, 'p', p);
  if (checked >= 0 && checked <= 1) return checked;
  throw new ValueError(`${op}: p must be a probability in [0, 1]; got ${checked}; try 0.5`);
}

/** Throws unless every element is a probability. */
export function checkProbabilities(op: string, p: Tensor): Tensor {
  for (const value of checkFloat(op, 'p', p).data) checkProbability(op, value);
  return p;
}

/**
 * 1 with probability p, else 0, for every element of p, in its shape and dtype. PyTorch: `torch.bernoulli`.
 *
 * @throws ValueError when an element lies outside [0, 1].
 * @example
 * bernoulli(full([3, 3], 0.5)).shape; // [3, 3]
 */
export function bernoulli<A extends Tensor>(p: A, options?: Pick<RandomOptions, 'generator'>): Tensor<A['shape']>;
export function bernoulli(p: Tensor, options: Pick<RandomOptions, 'generator'> = {}): Tensor {
  checkProbabilities('bernoulli', checkTensor('bernoulli', 'p', p));
  const { generator } = checkOptions('bernoulli', options, '{ generator: new Generator(42) }', ['generator']);
  const { seed, offset } = generated('bernoulli', p.shape, p.dtype, 1, generator);
  return apply(bernoulliOp, [p], { seed, offset });
}
