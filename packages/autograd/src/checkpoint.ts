/** Trading time for memory: nothing of a part of the network is kept, and backward runs it again. */
import { defaultGenerator, type Tensor } from '@tessera/tensor';
import { alias, checkFunction, checkTensor, checkTensors } from '@tessera/tensor/core';
import { currentPass, runBackward } from './backward.ts';
import { enableGrad, isGradEnabled, noGrad } from './mode.ts';
import { recordJoint } from './tape.ts';
import { requiresGrad, type Variable } from './variable.ts';

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
    const leaves = inputs.map((x) => (x.requiresGrad ? requiresGrad(alias(x)) : x));
    const repeated = enableGrad(() => f(...leaves));
    generator.state = now;
    return pullBack(repeated, cotangents[0] as Tensor, leaves);
  };
  const result = inputs.includes(output) ? alias(output) : output;
  recordJoint('checkpoint', inputs, [result], again);
  return result;
}

/** The pass of the repeated part: inputs get their cotangents, everything else goes where the outer pass sends it. */
function pullBack(repeated: Tensor, cotangent: Tensor, leaves: readonly Tensor[]): (Tensor | null)[] {
  const outer = currentPass();
  const found = new Map<Variable, Tensor>();
  const own = new Set(leaves.flatMap((x) => (x.trace === null ? [] : [x.trace as Variable])));
  if (!repeated.requiresGrad) return leaves.map(() => null);
  const collect = (target: Variable, g: Tensor): void => {
    if (own.has(target)) found.set(target, g);
    else if (outer?.collect !== undefined) outer.collect(target, g);
    else target.accumulate(g, false, outer?.createGraph ?? false);
  };
  runBackward([[repeated.trace as Variable, cotangent]], {
    createGraph: outer?.createGraph ?? false,
    retainGraph: outer?.createGraph ?? false,
    targets: outer?.targets ? [...outer.targets, ...own] : null,
    collect,
  });
  return leaves.map((x) => (x.trace === null ? null : (found.get(x.trace as Variable) ?? null)));
}
