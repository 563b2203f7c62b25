/** A place on the tape where gradients can be seen and changed. */
import type { Tensor } from '@tessera/tensor';
import { alias, checkFunction, checkTensors, isFloating, keep } from '@tessera/tensor/core';
import { isGradEnabled } from './mode.ts';
import { recordJoint } from './tape.ts';

/** What is done with the gradients of some tensors, in order; null where there is none. Nothing returned leaves them. */
export type Interception = (gradients: readonly (Tensor | null)[]) => readonly (Tensor | null)[] | undefined;

/**
 * The same values, whose gradients come by together: `hook` sees them on their way back, and may give others. Values without
 * a gradient are passed on as they are. What backward hooks of modules are made of.
 *
 * @example
 * const [y] = interceptGradients([x], ([g]) => [g.clamp(-1, 1)]);
 */
export function interceptGradients(tensors: readonly Tensor[], hook: Interception): Tensor[] {
  checkTensors('interceptGradients', tensors);
  checkFunction('interceptGradients', 'hook', hook, '([g]) => [g.mul(2)]');
  // By place: a tensor may come more than once, and each has a gradient of its own.
  const places = [...tensors.keys()].filter((i) => isTraced(tensors[i] as Tensor));
  if (!isGradEnabled() || places.length === 0) return [...tensors];
  const traced = places.map((i) => tensors[i] as Tensor);
  const passed = traced.map((t) => alias(t));
  recordJoint('interceptGradients', traced, passed, [], (cotangents) => {
    // Copies, which the hook may keep: the pass frees its own cotangents as it goes.
    const given = tensors.map((_, i) => kept(cotangents[places.indexOf(i)]));
    const wanted = hook(given) ?? given;
    return places.map((i) => wanted[i] ?? null);
  });
  return tensors.map((t, i) => passed[places.indexOf(i)] ?? t);
}

function isTraced(t: Tensor): boolean {
  return t.requiresGrad && isFloating(t.dtype);
}

function kept(cotangent: Tensor | undefined): Tensor | null {
  if (cotangent === undefined) return null;
  const copy = cotangent.clone();
  keep(copy.storage);
  return copy;
}
