/** Copies: the elements in row-major order, in memory of their own. */

import { checkTensor } from '../../core/arguments.ts';
import { copyOf } from '../../core/copy.ts';
import { apply } from '../../core/dispatch.ts';
import type { CompositeOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

/** A copy. Its meaning is the identity on values; only the memory differs. */
export const cloneOp: CompositeOp<'x'> = {
  kind: 'composite',
  name: 'clone',
  operands: ['x'],
  infer: ([x]) => x as Tensor,
  define: ([x]) => copyOf(x as Tensor),
  vjp: { x: () => (g) => g },
};

/** A copy in memory of its own, part of the graph like any op. PyTorch: `clone`. */
export function clone<A extends Tensor>(x: A): Tensor<A['shape']>;
export function clone(x: Tensor): Tensor {
  return apply(cloneOp, [checkTensor('clone', 'x', x)], {});
}

/** `x` itself when its elements lie in row-major order, else a copy that does. PyTorch: `contiguous`. */
export function contiguous<A extends Tensor>(x: A): Tensor<A['shape']>;
export function contiguous(x: Tensor): Tensor {
  return checkTensor('contiguous', 'x', x).isContiguous() ? x : clone(x);
}
