/** Shape rules of ops that take several tensors of one form. */
import { checkFloat, checkSameDType, checkTensor } from '../../core/arguments.ts';
import { ShapeError } from '../../core/errors.ts';
import { formatShape, type Shape, sameShape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** The first of float tensors that must all have one shape and dtype. */
export function checkAlike(op: string, names: readonly string[], tensors: readonly Tensor[]): Tensor {
  const first = checkFloat(op, names[0] as string, tensors[0] as Tensor);
  tensors.forEach((t, i) => {
    if (i > 0) checkForm(op, names[i] as string, t, first, first.shape);
  });
  return first;
}

/** Throws unless `t` has the dtype of x and the given shape. */
export function checkForm(op: string, name: string, t: Tensor, x: Tensor, shape: Shape): Tensor {
  checkSameDType(op, x, checkTensor(op, name, t));
  if (sameShape(t.shape, shape)) return t;
  throw new ShapeError(
    `${op}: ${name} must have shape ${formatShape(shape)}; got ${formatShape(t.shape)}; try ones(${shape.join(', ')})`,
  );
}
