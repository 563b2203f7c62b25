/** Stretching tensors to a common shape. All are views. */

import { checkTensor, checkTensors } from '../../core/arguments.ts';
import { broadcastShapes } from '../../core/broadcast.ts';
import type { Check, Result } from '../../core/rule.ts';
import type { Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';
import { type Expanded, stretch } from './expand.ts';

/** A view stretched to `shape`, as broadcasting does. PyTorch: `broadcast_to`. */
export function broadcastTo<A extends Tensor, const T extends Shape>(
  x: A,
  shape: T & Check<Expanded<'broadcastTo', A['shape'], T>>,
): Tensor<Result<Expanded<'broadcastTo', A['shape'], T>>>;
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return stretch('broadcastTo', x, shape);
}

/**
 * Views of all tensors, stretched to the shape that they broadcast to. PyTorch: `broadcast_tensors`.
 *
 * @example
 * broadcastTensors([zeros(3, 1), zeros(4)]).map((x) => x.shape); // [[3, 4], [3, 4]]
 */
export function broadcastTensors(tensors: readonly Tensor[]): Tensor[] {
  const operands = checkTensors('broadcastTensors', tensors);
  const shape = broadcastShapes('broadcastTensors', ...operands.map((x) => x.shape));
  return operands.map((x) => stretch('broadcastTensors', x, shape));
}

/** A view stretched to the shape of another tensor. PyTorch: `expand_as`. */
export function expandAs<A extends Tensor, B extends Tensor>(
  x: A,
  other: B & Check<Expanded<'expandAs', A['shape'], B['shape']>>,
): Tensor<B['shape']>;
export function expandAs(x: Tensor, other: Tensor): Tensor {
  return stretch('expandAs', x, checkTensor('expandAs', 'other', other).shape);
}
