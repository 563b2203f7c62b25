/** Every way through a tensor along one dimension. */
import { elementsOf, type Shape } from '../../core/shape.ts';
import type { Operand } from '../../op.ts';

/** A contiguous tensor as [outer, n, inner]: its lines have n elements, each `inner` after the one before. */
export interface Lines {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** The lines along `dim`; a tensor without dimensions is one line of one element. */
export function linesOf(shape: Shape, dim: number): Lines {
  if (shape.length === 0) return { outer: 1, n: 1, inner: 1 };
  return { outer: elementsOf(shape.slice(0, dim)), n: shape[dim] as number, inner: elementsOf(shape.slice(dim + 1)) };
}

/** Shows every line as an array (the same one each time), with its number in row-major order. */
export function eachLine(
  data: Operand['data'],
  { outer, n, inner }: Lines,
  visit: (line: Float64Array, number: number) => void,
): void {
  const lines = { outer, n, inner };
  const line = new Float64Array(n);
  for (let number = 0; number < outer * inner; number++) {
    const start = startOf(number, lines);
    for (let i = 0; i < n; i++) line[i] = data[start + i * inner] as number;
    visit(line, number);
  }
}

/** Writes the elements of one line. */
export function writeLine(data: Operand['data'], line: ArrayLike<number>, number: number, lines: Lines): void {
  const start = startOf(number, lines);
  for (let i = 0; i < line.length; i++) data[start + i * lines.inner] = line[i] as number;
}

function startOf(number: number, { n, inner }: Lines): number {
  return Math.floor(number / inner) * n * inner + (number % inner);
}
