/** Functions with a derivative of the user's own. */
import { GradientError, type Tensor } from '@tessera/tensor';
import {
  checkFunction,
  checkOptions,
  checkTensor,
  checkTensors,
  formatShape,
  isFloating,
  isTensor,
  sameShape,
} from '@tessera/tensor/core';
import { isGradEnabled, noGrad } from './mode.ts';
import { recordJoint } from './tape.ts';

/** What a custom function says: its value, and how a cotangent of it passes to each input. */
export interface CustomFunction {
  /** The value. Runs unrecorded on the bare inputs. */
  forward(...inputs: Tensor[]): Tensor;
  /** From the inputs and the value, then the cotangent, to the cotangents of the inputs, in order; null for none. */
  backward(inputs: readonly Tensor[], output: Tensor): (cotangent: Tensor) => Tensor | readonly (Tensor | null)[];
}

/**
 * A function with its own derivative. Where the rule is made of ops, it can be differentiated again.
 * PyTorch: `torch.autograd.Function`.
 *
 * @throws GradientError at backward when the rule gives a wrong number of gradients, or one of a wrong shape or dtype.
 * @example
 * const clipGradient = customFunction('clipGradient', {
 *   forward: (x) => x.clone(),
 *   backward: () => (g) => g.clamp(-1, 1),
 * });
 */
export function customFunction(name: string, rules: CustomFunction): (...inputs: Tensor[]) => Tensor {
  const { forward, backward } = checkOptions('customFunction', rules, '{ forward, backward }', ['forward', 'backward']);
  checkFunction('customFunction', 'forward', forward);
  checkFunction('customFunction', 'backward', backward);
  return (...inputs) => {
    checkTensors(name, inputs);
    const bare = inputs.map((x) => (x.requiresGrad ? x.detach() : x));
    const value = checkTensor(
      name,
      'the result of forward',
      noGrad(() => forward(...bare)),
    );
    // A result that is an input, or looks into one, gets memory of its own: the tape must not mistake one for the other.
    const output = inputs.some((x) => x.storage === value.storage) ? value.clone() : value;
    if (!isGradEnabled() || !inputs.some((x) => x.requiresGrad) || !isFloating(output.dtype)) return output;
    const pull = (cotangents: readonly Tensor[]): readonly (Tensor | null)[] => {
      const given = backward(inputs, output)(cotangents[0] as Tensor);
      return checked(name, inputs, isTensor(given) ? [given] : given);
    };
    recordJoint(name, inputs, [output], [...inputs, output], pull);
    return output;
  };
}

function checked(
  name: string,
  inputs: readonly Tensor[],
  given: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  if (!Array.isArray(given) || given.length !== inputs.length) {
    throw new GradientError(
      `${name}: backward must give one gradient for each of ${inputs.length} inputs; got ${Array.isArray(given) ? given.length : typeof given}; try null for inputs without one`,
    );
  }
  given.forEach((g: Tensor | null, i) => {
    const input = inputs[i] as Tensor;
    if (g === null) return;
    if (!isTensor(g) || !sameShape(g.shape, input.shape) || g.dtype !== input.dtype) {
      const got = isTensor(g) ? `${formatShape(g.shape)} ${g.dtype}` : typeof g;
      throw new GradientError(
        `${name}: backward must give input ${i} a gradient of shape ${formatShape(input.shape)} and dtype ${input.dtype}; got ${got}; try sum or reshape in the rule`,
      );
    }
  });
  return given;
}
