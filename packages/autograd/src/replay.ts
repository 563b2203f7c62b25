/** Running a part of the network again when it is differentiated, instead of keeping what its derivative needs. */
import type { Tensor } from '@tessera/tensor';
import { alias } from '@tessera/tensor/core';
import { currentPass, type Pass, runBackward } from './backward.ts';
import { enableGrad } from './mode.ts';
import { nodesSoFar } from './node.ts';
import { requiresGrad, type Variable } from './variable.ts';

/** Runs `f` again, recorded, and pulls the cotangents of its results back to `inputs`, as a part of the pass that is running. */
export function replay(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
  cotangents: readonly Tensor[],
): readonly (Tensor | null)[] {
  // Only the rule of a node runs anything again, and only a pass runs rules.
  const pass = currentPass() as Pass;
  const since = nodesSoFar();
  const own = inputs.map((x) => (x.requiresGrad ? entry(x, pass.options.createGraph) : x));
  const repeated = enableGrad(() => f(own));
  return pullBack(pass, repeated, cotangents, own, since);
}

/** Where the repeated part begins: a leaf of its own, or, for derivatives of derivatives, a view that leads back to `x`. */
function entry(x: Tensor, createGraph: boolean): Tensor {
  return createGraph ? enableGrad(() => x.reshape([...x.shape])) : requiresGrad(alias(x));
}

/**
 * The pass of the repeated part: inputs get their cotangents, everything else goes where the outer pass sends it. What `f`
 * closes over may be of the outer graph, which the outer pass goes through too: only nodes made since are freed.
 */
function pullBack(
  pass: Pass,
  repeated: readonly Tensor[],
  cotangents: readonly Tensor[],
  inputs: readonly Tensor[],
  since: number,
): (Tensor | null)[] {
  const { createGraph, targets, collect } = pass.options;
  const roots = repeated.flatMap((y, k): [Variable, Tensor][] =>
    y.requiresGrad ? [[y.trace as Variable, cotangents[k] as Tensor]] : [],
  );
  if (roots.length === 0) return inputs.map(() => null);
  const own = inputs.map((x) => x.trace as Variable | null);
  const entries = own.flatMap((variable) => variable ?? []);
  const found = new Map<Variable, Tensor>();
  runBackward(roots, {
    createGraph,
    retainGraph: createGraph,
    since,
    targets: targets === null ? null : [...targets, ...entries],
    stops: entries.filter(({ isLeaf }) => !isLeaf),
    within: { pass, own: new Set(entries) },
    collect: (target, g) => {
      if (entries.includes(target)) found.set(target, g);
      else if (collect !== undefined) collect(target, g);
      else target.accumulate(g, false, createGraph);
    },
  });
  return own.map((variable) => (variable === null ? null : (found.get(variable) ?? null)));
}
