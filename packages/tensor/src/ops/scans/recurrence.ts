/** The linear recurrence: what scans of products and of exponentials pull back through, and its own pull-back. */
import { apply } from '../../core/dispatch.ts';
import type { Operand, PrimitiveOp } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { checkAlike } from '../rows/operands.ts';
import { eachLine, linesOf, writeLine } from './lines.ts';
import { type ScanAttributes, sampleScan } from './scan.ts';
import { shift } from './shift.ts';

/** y_i = a_i y_{i-1} + b_i along a dimension, where y_{-1} = 0; in reverse, from the last element to the first. */
export const linearRecurrenceOp: PrimitiveOp<'a' | 'b', ScanAttributes> = {
  kind: 'primitive',
  name: 'linearRecurrence',
  operands: ['a', 'b'],
  formula: 'y_i = a_i y_{i-1} + b_i',
  infer: (inputs) => checkAlike('linearRecurrence', ['a', 'b'], inputs),
  reference: ([y], [a, b], { dim, reverse }) => {
    const lines = linesOf((b as Operand).shape, dim);
    const factors: Float64Array[] = [];
    eachLine((a as Operand).data, lines, (line) => factors.push(line.slice()));
    eachLine((b as Operand).data, lines, (line, number) => {
      const factor = factors[number] as Float64Array;
      let before = 0;
      for (let step = 0; step < line.length; step++) {
        const i = reverse ? line.length - 1 - step : step;
        // At the first step there is nothing before, whatever its factor.
        before = step === 0 ? (line[i] as number) : (factor[i] as number) * before + (line[i] as number);
        line[i] = before;
      }
      writeLine((y as Operand).data, line, number, lines);
    });
  },
  // y_i passes on to y_{i+1} times a_{i+1}: cotangents run the other way, r_i = a_{i+1} r_{i+1} + g_i, and da_i = r_i y_{i-1}
  vjp: {
    a:
      ({ a, out }, attributes) =>
      (g) =>
        pullBack(a, g, attributes).mul(shift(out, attributes.dim, attributes.reverse ? -1 : 1, 0)),
    b:
      ({ a }, attributes) =>
      (g) =>
        pullBack(a, g, attributes),
  },
  sample: (draw) => {
    const { inputs, attributes } = sampleScan(draw);
    return { inputs: [...inputs, ...inputs], attributes };
  },
};

function pullBack(a: Tensor, g: Tensor, { dim, reverse }: ScanAttributes): Tensor {
  return linearRecurrence(shift(a, dim, reverse ? 1 : -1, 0), g, { dim, reverse: !reverse });
}

export function linearRecurrence(a: Tensor, b: Tensor, attributes: ScanAttributes): Tensor {
  return apply(linearRecurrenceOp, [a, b], attributes);
}
