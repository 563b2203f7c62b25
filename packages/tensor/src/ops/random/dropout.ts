/** Dropout: elements that go missing at random while a network learns. */

import { launch } from '@tessera/kernels';
import { checkFloat, checkOptions, checkTensor } from '../../core/arguments.ts';
import { apply } from '../../core/dispatch.ts';
import { DTYPES } from '../../core/dtype.ts';
import { ValueError } from '../../core/errors.ts';
import { describe } from '../../core/shape.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import { philoxWords, type Stream, streamWords, unit32 } from '../../random/philox.ts';
import type { Tensor } from '../../tensor.ts';
import { checkProbability } from './bernoulli.ts';
import { generated, type RandomOptions, sampleGenerated } from './generate.ts';

interface DropoutAttributes extends Stream {
  readonly p: number;
}

/** 0 where the element's number in [0, 1) is below p, else x / (1 - p). Who goes depends on the stream and place alone. */
export const dropoutOp: PrimitiveOp<'x', DropoutAttributes> = {
  kind: 'primitive',
  name: 'dropout',
  operands: ['x'],
  formula: 'y = 0 with probability p, else x / (1 - p)',
  infer: ([x]) => checkFloat('dropout', 'x', x as Tensor),
  reference: ([y], [x], { p, ...stream }) => {
    const [to, from] = [y as Operand, x as Operand];
    const words = philoxWords(stream, Math.ceil(from.data.length / 4));
    for (let i = 0; i < from.data.length; i++) {
      to.data[i] = unit32(words, i) < p ? 0 : (from.data[i] as number) / (1 - p);
    }
  },
  kernel: ([y], [x], attributes) => {
    const { count, dtype } = x as Tensor;
    const args = [y as Tensor, x as Tensor, attributes.p, ...streamWords(attributes), count];
    launch(`dropout_${DTYPES[dtype].suffix}`, args, Math.ceil(count / 4), 4096);
  },
  // The same elements of the cotangent go missing, and the others are scaled alike.
  vjp: {
    x: (_, attributes) => (g) => apply(dropoutOp, [g], attributes),
  },
  sample: (draw) => {
    const { shape, seed, offset } = sampleGenerated(draw);
    return { inputs: [{ shape }], attributes: { seed, offset, p: draw.pick([0, 0.25, 0.5, 1]) } };
  },
};

export interface DropoutOptions extends Pick<RandomOptions, 'generator'> {
  /** When false nothing is dropped. Default true. */
  readonly training?: boolean;
}

/**
 * Sets elements to 0 with probability p and divides the others by 1 - p, so that sums stay what they are on average;
 * gives x itself when p is 0 or `training` is false. PyTorch: `torch.nn.functional.dropout`.
 *
 * @throws ValueError unless p lies in [0, 1].
 * @example
 * dropout(ones(4), 0.5); // zeros and twos
 */
export function dropout<A extends Tensor>(x: A, p?: number, options?: DropoutOptions): Tensor<A['shape']>;
export function dropout(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkFloat('dropout', 'x', checkTensor('dropout', 'x', x));
  checkProbability('dropout', p);
  const { training = true, generator } = checkOptions('dropout', options, '{ training: false }', [
    'training',
    'generator',
  ]);
  if (typeof training !== 'boolean')
    throw new ValueError(`dropout: training must be true or false; got ${describe(training)}; try { training: false }`);
  if (!training || p === 0) return x;
  const { seed, offset } = generated('dropout', x.shape, x.dtype, 1, generator);
  return apply(dropoutOp, [x], { p, seed, offset });
}
