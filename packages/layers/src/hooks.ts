/** Functions of the user's own that are called whenever a module is. */
import { interceptGradients } from '@tessera/autograd';
import type { Tensor } from '@tessera/tensor';
import { checkFunction, isTensor } from '@tessera/tensor/core';
import type { Module } from './module.ts';

/** Sees what goes into a module, and may give other inputs: one, or all in an array. */
export type ForwardPreHook = (module: Module, inputs: readonly unknown[]) => unknown;

/** Sees what comes out of a module, and may give another output. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;

/** Sees the gradients of the tensors that went in and came out, and may give other gradients of those that went in. */
export type BackwardHook = (
  module: Module,
  gradInputs: readonly (Tensor | null)[],
  gradOutputs: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | undefined;

/** Ends the calls of a hook. */
export interface HookHandle {
  remove(): void;
}

interface Hooks {
  readonly before: Set<ForwardPreHook>;
  readonly after: Set<ForwardHook>;
  readonly backward: Set<BackwardHook>;
}

const hooksOf = new WeakMap<Module, Hooks>();

/** Adds a hook. As long as there is one, the module has a `forward` of its own around that of its class. */
export function addHook(module: Module, kind: 'before', hook: ForwardPreHook): HookHandle;
export function addHook(module: Module, kind: 'after', hook: ForwardHook): HookHandle;
export function addHook(module: Module, kind: 'backward', hook: BackwardHook): HookHandle;
export function addHook(module: Module, kind: keyof Hooks, hook: (...args: never[]) => unknown): HookHandle {
  checkFunction('hook', 'the hook', hook, '(module, inputs) => undefined');
  const hooks = hooksOf.get(module) ?? instrument(module);
  // A hook that is given twice is called twice.
  const own = ((...args: never[]) => hook(...args)) as never;
  hooks[kind].add(own);
  return {
    remove: () => {
      hooks[kind].delete(own);
      if (Object.values(hooks).some(({ size }) => size > 0) || hooksOf.get(module) !== hooks) return;
      hooksOf.delete(module);
      Reflect.deleteProperty(module, 'forward');
    },
  };
}

function instrument(module: Module): Hooks {
  const hooks: Hooks = { before: new Set(), after: new Set(), backward: new Set() };
  hooksOf.set(module, hooks);
  const forward = module.forward as (...inputs: unknown[]) => unknown;
  Object.defineProperty(module, 'forward', {
    configurable: true,
    // Fields that can be listed are the module's state.
    enumerable: false,
    value: (...inputs: unknown[]) => run(module, hooks, forward, inputs),
  });
  return hooks;
}

function run(
  module: Module,
  hooks: Hooks,
  forward: (...inputs: unknown[]) => unknown,
  given: readonly unknown[],
): unknown {
  let inputs = given;
  for (const hook of hooks.before) {
    const other = hook(module, inputs);
    if (other !== undefined) inputs = Array.isArray(other) ? other : [other];
  }
  const output =
    hooks.backward.size === 0 ? forward.apply(module, [...inputs]) : recorded(module, hooks, forward, inputs);
  let result = output;
  for (const hook of hooks.after) {
    const other = hook(module, inputs, result);
    if (other !== undefined) result = other;
  }
  return result;
}

/** Runs the module between two places on the tape: one that sees what comes back out of it, one that sees what goes in. */
function recorded(
  module: Module,
  hooks: Hooks,
  forward: (...inputs: unknown[]) => unknown,
  inputs: readonly unknown[],
): unknown {
  let gradOutputs: readonly (Tensor | null)[] = [];
  const call = (gradInputs: readonly (Tensor | null)[]): readonly (Tensor | null)[] => {
    let gradients = gradInputs;
    for (const hook of hooks.backward) gradients = hook(module, gradients, gradOutputs) ?? gradients;
    return gradients;
  };
  const entering = inputs.filter(isTensor);
  const entered = interceptGradients(entering, call);
  const output = forward.apply(module, inTheirPlaces(inputs, entered));
  const leaving = [output].flat().filter(isTensor);
  const learnsFromInputs = entering.some((t) => t.requiresGrad);
  const left = interceptGradients(leaving, (gradients) => {
    gradOutputs = gradients;
    // Where no input asks for a gradient, this is the last that is seen of the pass.
    if (!learnsFromInputs) call(entering.map(() => null));
    return undefined;
  });
  return Array.isArray(output) ? inTheirPlaces(output, left) : inTheirPlaces([output], left)[0];
}

/** The values with their tensors replaced, one by one: a tensor may stand in several places. */
function inTheirPlaces(values: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  return values.map((value) => (isTensor(value) ? tensors[next++] : value));
}
