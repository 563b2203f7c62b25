/** An op seen as one number, a weighted sum of its differentiable results, and the gradient of that by the tape. */
import type { Op, Tensor } from '@tessera/tensor';
import { dispatch, evaluate, isFloating } from '@tessera/tensor/core';
import { grad, requiresGrad } from '../index.ts';

export interface Recorded {
  readonly leaves: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Whether the record says how a gradient passes the operand at `index`. */
export function isDifferentiable(op: Op, index: number): boolean {
  if (op.vjp === undefined) return op.kind === 'composite';
  const name = op.operands[Math.min(index, op.operands.length - 1)] as string;
  return op.vjp[name] !== 'none';
}

/** Whether any operand has a derivative. */
export function hasDerivative(op: Op): boolean {
  return op.operands.some((_, i) => isDifferentiable(op, i));
}

/** The results that carry a derivative. */
export function differentiableOf(op: Op, outputs: readonly Tensor[]): Tensor[] {
  return outputs
    .slice(0, op.vjp === undefined ? outputs.length : (op.differentiable ?? 1))
    .filter(({ dtype }) => isFloating(dtype));
}

/** Runs the op on the tape: every operand that has a rule is a leaf. */
export function record(op: Op, inputs: readonly Tensor[], attributes: object): Recorded {
  const leaves = inputs.map((x, i) => (isFloating(x.dtype) && isDifferentiable(op, i) ? requiresGrad(x.detach()) : x));
  return { leaves, outputs: differentiableOf(op, dispatch(op, leaves, attributes)) };
}

/** The gradients of `sum_k <weights_k, y_k>`, one for every input; null where there is none. */
export function gradientsOf(
  { leaves, outputs }: Recorded,
  weights: readonly Tensor[],
  createGraph = false,
): (Tensor | null)[] {
  const live = outputs.map((y, k) => [y, weights[k] as Tensor] as const).filter(([y]) => y.requiresGrad);
  const wanted = leaves.filter((x) => x.requiresGrad);
  if (live.length === 0 || wanted.length === 0) return leaves.map(() => null);
  const found = grad(
    live.map(([y]) => y),
    wanted,
    { gradOutputs: live.map(([, w]) => w), createGraph, allowUnused: true },
  );
  return leaves.map((x) => found[wanted.indexOf(x)] ?? null);
}

/** The value of the weighted sum, without any tape. */
export function projectedValue(
  op: Op,
  inputs: readonly Tensor[],
  attributes: object,
  weights: readonly Tensor[],
): number {
  return differentiableOf(op, evaluate(op, inputs, attributes)).reduce(
    (total, y, k) => total + dot(y.data, (weights[k] as Tensor).data),
    0,
  );
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
