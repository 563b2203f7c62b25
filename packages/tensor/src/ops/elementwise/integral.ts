/** Whole numbers in arithmetic: they wrap at their width and divide in their own way, as in PyTorch. */
import { resultType } from '../../core/arguments.ts';
import { isFloating } from '../../core/dtype.ts';
import { DTypeError } from '../../core/errors.ts';
import type { Draw, Sample, SampleInput } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';

/** Whether the numbers are whole by dtype, not by chance: float64 alone cannot tell. */
export interface Integral {
  readonly integral: boolean;
}

const WHOLE: Integral = { integral: true };
const FLOATS: Integral = { integral: false };

/** How arithmetic on these operands is to be done. */
export function arithmeticOf(operands: readonly Tensor[]): Integral {
  return isFloating(resultType(operands)) ? FLOATS : WHOLE;
}

/** Throws where the arithmetic would be done on bools, which PyTorch refuses too. */
export function rejectBool(op: string, operands: readonly Tensor[]): void {
  if (resultType(operands) === 'bool') {
    throw new DTypeError(`${op}: operands must be numbers; got bool; try .to('int32') or a logical op`);
  }
}

/** Throws where integers or bools come to an op that is defined for floats only. */
export function rejectWhole(op: string, operands: readonly Tensor[]): void {
  const dtype = resultType(operands);
  if (!isFloating(dtype)) {
    throw new DTypeError(`${op}: operands must be floats; got ${dtype}; try .to('float32')`);
  }
}

/** Draws two operands that broadcast; the second keeps at least 1/4 from zero, so that it can divide. */
export function sampleArithmetic(draw: Draw): Sample<Integral> {
  const shape = draw.shape();
  const other = shape.slice(draw.integer(0, shape.length)).map((size) => (draw.boolean() ? 1 : size));
  const inputs: SampleInput[] = [
    { shape, range: [-3, 3] },
    { shape: other, range: draw.boolean() ? [0.25, 2] : [-2, -0.25] },
  ];
  return { inputs, attributes: FLOATS };
}
