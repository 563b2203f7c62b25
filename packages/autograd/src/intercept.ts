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
  const traced = tensors.filter((t) => t.requiresGrad && isFloating(t.dtype));
  if (!isGradEnabled() || traced.length === 0) return [...tensors];
  const passed = traced.map((t) => alias(t));
  recordJoint('interceptGradients', traced, passed, [], (cotangents) => {
    // Copies, which the hook may keep: the pass frees its own cotangents as it goes.
    const given = tensors.map((t) => kept(cotangents[traced.indexOf(t)]));
    const wanted = hook(given) ?? given;
    return traced.map((t) => wanted[tensors.indexOf(t)] ?? null);
  });
  return tensors.map((t) => passed[traced.indexOf(t)] ?? t);
}

function kept(cotangent: Tensor | undefined): Tensor | null {
  if (cotangent === undefined) return null;
  const copy = cotangent.clone();
  keep(copy.storage);
  return copy;
}
