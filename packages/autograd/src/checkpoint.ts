/** Trading time for memory: nothing of a part of the network is kept, and backward runs it again. */
import { defaultGenerator, type Tensor } from '@tessera/tensor';
import { alias, checkFunction, checkTensor, checkTensors } from '@tessera/tensor/core';
import { isGradEnabled, noGrad } from './mode.ts';
import { replay } from './replay.ts';
import { recordJoint } from './tape.ts';

/**
 * Runs `f` without keeping what its backward needs; the backward pass runs `f` again, with the same random numbers, so
 * that dropout drops the same. Values and gradients are those of `f`, bit for bit. PyTorch: `torch.utils.checkpoint`.
 *
 * @example
 * const y = checkpoint((x) => block.forward(x), x);
 */
export function checkpoint(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor {
  checkFunction('checkpoint', 'the first argument', f);
  checkTensors('checkpoint', inputs);
  if (!isGradEnabled()) return f(...inputs);
  const generator = defaultGenerator();
  const randomState = generator.state;
  const bare = inputs.map((x) => (x.requiresGrad ? x.detach() : x));
  const output = checkTensor(
    'checkpoint',
    'the result of the function',
    noGrad(() => f(...bare)),
  );

  const again = (cotangents: readonly Tensor[]): readonly (Tensor | null)[] => {
    const now = generator.state;
    generator.state = randomState;
    try {
      return replay((own) => [f(...own)], inputs, cotangents);
    } finally {
      generator.state = now;
    }
  };
  const result = inputs.includes(output) ? alias(output) : output;
  recordJoint('checkpoint', inputs, [result], inputs, again);
  return result;
}
