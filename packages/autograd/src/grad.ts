/** Derivatives as values: nothing is accumulated anywhere. */
import { GradientError, type Tensor } from '@tessera/tensor';
import { checkOptions, checkTensors, keep } from '@tessera/tensor/core';
import { runBackward } from './backward.ts';
import { cotangentFor, type Variable, variableOf } from './variable.ts';

export interface GradOptions {
  /** Cotangents of the outputs; needed for those with more than one element. */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Keeps the tape for another pass. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Records the pass, so that the result can be differentiated again. */
  readonly createGraph?: boolean;
  /** Gives null for inputs that the outputs do not depend on, where otherwise an error is thrown. */
  readonly allowUnused?: boolean;
}

/**
 * The gradients of the sum of `outputs` with respect to each of `inputs`. PyTorch: `torch.autograd.grad`.
 *
 * @throws GradientError when an input is not in the graph, unless `allowUnused`.
 * @example
 * const x = requiresGrad(tensor(2));
 * const [dy] = grad(x.pow(3), [x], { createGraph: true }); // 12
 * grad(dy, [x]); // [12]
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options?: GradOptions & { readonly allowUnused?: false },
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, '{ createGraph: true }', ['gradOutputs', 'retainGraph', 'createGraph', 'allowUnused']);
  const { createGraph = false, retainGraph = createGraph, allowUnused = false } = options;
  const results = checkTensors('grad', listOf(outputs));
  checkTensors('grad', inputs);
  const cotangents = options.gradOutputs === undefined ? [] : listOf(options.gradOutputs);
  const targets = inputs.map((t) => variableOf('grad', t));
  const roots = results.map((out, i) => [variableOf('grad', out), cotangentFor('grad', out, cotangents[i])] as const);
  const found = new Map<Variable, Tensor>();
  const collect = (target: Variable, g: Tensor): void => {
    const before = found.get(target);
    const total = before === undefined ? g : before.add(g);
    // A repeated part collects inside the pass around it, which frees what its rules made.
    keep(total.storage);
    found.set(target, total);
  };
  runBackward(roots, { createGraph, retainGraph, targets, collect });
  return targets.map((target, i) => {
    const g = found.get(target) ?? null;
    if (g === null && !allowUnused) {
      throw new GradientError(
        `grad: every input must be in the graph of the outputs; got input ${i}, which is not; try { allowUnused: true }`,
      );
    }
    return g;
  });
}

function listOf<T extends object | null>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
