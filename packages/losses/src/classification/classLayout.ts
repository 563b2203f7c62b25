/** Logits [R, C], or [N, C, L] where the classes of a sample do not lie side by side, and what has one number for each class or sample. */
import { launch } from '@tessera/kernels';
import { ShapeError, type Tensor } from '@tessera/tensor';
import { checkFloat, checkSameDType, DTYPES, formatShape, sameShape } from '@tessera/tensor/core';

/** About this many logits make a chunk worth sharing between threads. */
const CHUNK_ELEMENTS = 32_768;
/** Bytes of a vector of the kernels. */
const VECTOR_BYTES = 16;

/** Runs a kernel over rows of classes, or over columns of them, several side by side. */
export function launchOverSamples(kernel: string, logits: Tensor, operands: readonly (Tensor | number)[]): void {
  const [outer, classes, inner = 1] = logits.shape as readonly [number, number, number?];
  const { suffix, bytes } = DTYPES[logits.dtype];
  const lanes = inner === 1 ? 1 : VECTOR_BYTES / bytes;
  const grain = Math.max(1, Math.ceil(CHUNK_ELEMENTS / Math.max(1, classes * lanes)));
  if (inner === 1) launch(`${kernel}_${suffix}`, [...operands, classes], outer, grain);
  else launch(`${kernel}_columns_${suffix}`, [...operands, classes, inner], outer * Math.ceil(inner / lanes), grain);
}

/** [R] or [N, L] */
export function samplesOf(logits: Tensor): readonly number[] {
  return logits.shape.toSpliced(1, 1);
}

/** One number for each class, to stand beside logits. [C] -> [C] or [C, 1] */
export function besideLogits(weight: Tensor, logits: Tensor): Tensor {
  return logits.ndim === 2 ? weight : weight.unsqueeze(1);
}

/** The sum over all samples. [R, C] or [N, C, L] -> [C] */
export function sumOfSamples(x: Tensor): Tensor {
  return x.sum(x.ndim === 2 ? [0] : [0, 2]);
}

/** Throws unless logits are floats [R, C] or [N, C, L], with one weight of their dtype for each class. */
export function checkLogits(op: string, logits: Tensor, weight: Tensor): void {
  checkFloat(op, 'logits', logits);
  if (logits.ndim !== 2 && logits.ndim !== 3)
    throw new ShapeError(
      `${op}: logits must be [R, C] or [N, C, L]; got ${formatShape(logits.shape)}; try reshape(-1, C)`,
    );
  checkSameDType(op, logits, weight);
  const classes = logits.shape[1] as number;
  if (!sameShape(weight.shape, [classes]))
    throw new ShapeError(
      `${op}: weight must be [${classes}]; got ${formatShape(weight.shape)}; try one number for each class`,
    );
}

/** Throws unless there is one value for each sample. */
export function checkSamples(op: string, operand: string, logits: Tensor, values: Tensor): void {
  if (sameShape(values.shape, samplesOf(logits))) return;
  throw new ShapeError(
    `${op}: ${operand} must be ${formatShape(samplesOf(logits))}; got ${formatShape(values.shape)}; try one value for each sample`,
  );
}
