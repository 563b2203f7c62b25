/** What all scans share: results that grow along one dimension, in either direction. */
import { checkTensor } from '../../core/arguments.ts';
import { normalizeDim } from '../../core/dims.ts';
import type { Draw, Operand, Sample } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import { eachLine, linesOf, writeLine } from './lines.ts';

export interface ScanAttributes {
  readonly dim: number;
  /** From the last element to the first. */
  readonly reverse: boolean;
}

/** Goes through every line in the scan's direction: what `step` makes of the result before and an element is the next. */
export function scanLines(
  y: Operand | undefined,
  x: Operand | undefined,
  { dim, reverse }: ScanAttributes,
  initial: number,
  step: (before: number, value: number) => number,
): void {
  const { shape, data } = x as Operand;
  const lines = linesOf(shape, dim);
  eachLine(data, lines, (line, number) => {
    if (reverse) line.reverse();
    let before = initial;
    for (let i = 0; i < line.length; i++) {
      before = step(before, line[i] as number);
      line[i] = before;
    }
    if (reverse) line.reverse();
    writeLine((y as Operand).data, line, number, lines);
  });
}

/** The attributes of a scan from the first element to the last. */
export function scanAttributes(op: string, x: Tensor, dim: number): ScanAttributes {
  return { dim: normalizeDim(op, dim, checkTensor(op, 'x', x).ndim), reverse: false };
}

export function sampleScan(draw: Draw): Sample<ScanAttributes> {
  const shape = draw.shape([1, 3]);
  return { inputs: [{ shape }], attributes: { dim: draw.integer(0, shape.length - 1), reverse: draw.boolean() } };
}
