/** Undoing broadcasting, once for all ops: a cotangent in the result's shape becomes one in the operand's. */
import { type DType, GradientError, type Shape, type Tensor } from '@tessera/tensor';
import { formatShape, sameShape } from '@tessera/tensor/core';

interface Form {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly operand: string;
}

/** Sums `g` over the dimensions in which the operand was stretched, and gives it the operand's dtype. */
export function fit(g: Tensor, { shape, dtype, operand }: Form, op: string): Tensor {
  const typed = g.dtype === dtype ? g : g.to(dtype);
  if (sameShape(typed.shape, shape)) return typed;
  const lead = typed.ndim - shape.length;
  const fits = lead >= 0 && shape.every((size, d) => size === typed.shape[d + lead] || size === 1);
  if (!fits) {
    throw new GradientError(
      `backward: the rule of ${op} for ${operand} must give a gradient of shape ${formatShape(shape)}; got ${formatShape(g.shape)}; try a rule whose result broadcasts from the operand`,
    );
  }
  // (l, ..., b, ...) -> (..., 1, ...)
  const stretched = typed.shape.flatMap((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? d : []));
  return typed.sum(stretched, { keepdim: true }).reshape([...shape]);
}
