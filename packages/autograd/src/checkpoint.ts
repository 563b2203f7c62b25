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
    const createGraph = currentPass()?.createGraph ?? false;
    const own = inputs.map((x) => (x.requiresGrad ? entry(x, createGraph) : x));
    const now = generator.state;
    generator.state = randomState;
    try {
      const repeated = enableGrad(() => f(...own));
      return pullBack(repeated, cotangents[0] as Tensor, own);
    } finally {
      generator.state = now;
    }
  };
  const result = inputs.includes(output) ? alias(output) : output;
  recordJoint('checkpoint', inputs, [result], inputs, again);
  return result;
}

/** Where the repeated part begins: a leaf of its own, or, for derivatives of derivatives, a view that leads back to `x`. */
function entry(x: Tensor, createGraph: boolean): Tensor {
  return createGraph ? enableGrad(() => x.reshape([...x.shape])) : requiresGrad(alias(x));
}

/** The pass of the repeated part: inputs get their cotangents, everything else goes where the outer pass sends it. */
function pullBack(repeated: Tensor, cotangent: Tensor, inputs: readonly Tensor[]): (Tensor | null)[] {
  const { createGraph = false, targets = null, collect } = currentPass() ?? {};
  if (!repeated.requiresGrad) return inputs.map(() => null);
  const own = inputs.map((x) => x.trace as Variable | null);
  const entries = own.flatMap((variable) => variable ?? []);
  const found = new Map<Variable, Tensor>();
  runBackward([[repeated.trace as Variable, cotangent]], {
    createGraph,
    retainGraph: createGraph,
    targets: targets === null ? null : [...targets, ...entries],
    stops: entries.filter(({ isLeaf }) => !isLeaf),
    collect: (target, g) => {
      if (entries.includes(target)) found.set(target, g);
      else if (collect !== undefined) collect(target, g);
      else target.accumulate(g, false, createGraph);
    },
  });
  return own.map((variable) => (variable === null ? null : (found.get(variable) ?? null)));
}
