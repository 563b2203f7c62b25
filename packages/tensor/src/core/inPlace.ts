/** Changes in place: the new value is computed like any op's result, then written into the target's memory. */
import type { Tensor } from '../tensor.ts';
import { convert, copyOf, freeTemporaries, toContiguous, writeInto } from './copy.ts';
import { DTYPES } from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { formatShape, sameShape } from './shape.ts';

/** Gives `target` the values of `result` and counts the change; a trace on either learns of it first. */
export function assignInPlace<A extends Tensor>(op: string, target: A, result: Tensor): A;
export function assignInPlace(op: string, target: Tensor, result: Tensor): Tensor {
  if (!sameShape(target.shape, result.shape)) {
    throw new ShapeError(
      `${op}: the result must have the shape of what is changed in place; got ${formatShape(result.shape)} into ${formatShape(target.shape)}; try ${op.replace(/_$/, '')}, which makes a new tensor`,
    );
  }
  if (DTYPES[result.dtype].category > DTYPES[target.dtype].category) {
    throw new DTypeError(
      `${op}: a ${result.dtype} result does not fit a ${target.dtype} tensor; got ${result.dtype}; try .to('${result.dtype}') first`,
    );
  }
  if (target.strides.some((stride, d) => stride === 0 && (target.shape[d] as number) > 1)) {
    throw new ShapeError(
      `${op}: elements of the target must have memory of their own; got an expanded tensor ${formatShape(target.shape)}; try clone() first`,
    );
  }
  (target.trace ?? result.trace)?.engine.assign(op, target, result);
  const converted = result.dtype === target.dtype ? result : convert(result, target.dtype);
  // A view of the target itself: everything is read before anything is written.
  const source = converted.storage === target.storage ? copyOf(converted) : toContiguous(converted);
  writeInto(target, source);
  freeTemporaries([converted, source], [result, converted]);
  target.storage.version++;
  return target;
}
