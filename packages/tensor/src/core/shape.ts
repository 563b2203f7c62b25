/** Shapes, strides, broadcasting and dimension numbers. Sizes count elements. */
import { IndexError, ShapeError } from './errors.ts';

/** The sizes of a tensor's dimensions. */
export type Shape = readonly number[];

export function elementsOf(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** `[2, 3]`, the way shapes are written in messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Row-major strides. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(1, shape[d] as number);
  }
  return strides;
}

/** Whether elements in logical order lie one after the other in memory. */
export function isContiguousLayout(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    if (size === 0) return true;
    if (size !== 1 && strides[d] !== step) return false;
    step *= size;
  }
  return true;
}

/** Throws unless `shape` is a list of whole, non-negative sizes whose product can be counted. */
export function checkShape(op: string, shape: unknown): Shape {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: a shape must be an array of sizes; got ${describe(shape)}; try [2, 3]`);
  for (const size of shape as unknown[]) {
    if (!Number.isInteger(size) || (size as number) < 0) {
      throw new ShapeError(
        `${op}: sizes must be whole numbers of at least 0; got ${describe(size)} in [${shape.map(describe).join(', ')}]; try a size of 0 or more`,
      );
    }
  }
  if (!Number.isSafeInteger(elementsOf(shape as number[]))) {
    throw new ShapeError(
      `${op}: a tensor must have fewer than 2^53 elements; got ${formatShape(shape as number[])}; try smaller sizes`,
    );
  }
  return shape as number[];
}

/** The dimension counted from the front. `extra` admits one past the end, for ops that insert a dimension. */
export function normalizeDim(op: string, dim: number, rank: number, extra = 0): number {
  const span = Math.max(1, rank + extra);
  if (!Number.isInteger(dim) || dim < -span || dim >= span) {
    throw new IndexError(
      `${op}: dim must be in [${-span}, ${span}); got ${describe(dim)} for rank ${rank}; try dim ${span - 1} or -1`,
    );
  }
  return dim < 0 ? dim + span : dim;
}

/** Several dimensions, counted from the front, without repetition. `undefined` means all of them. */
export function normalizeDims(op: string, dims: number | readonly number[] | undefined, rank: number): number[] {
  if (dims === undefined) return Array.from({ length: rank }, (_, d) => d);
  if (typeof dims !== 'number' && !Array.isArray(dims)) {
    throw new IndexError(
      `${op}: dim must be a whole number or an array of them; got ${describe(dims)}; try dim -1, or none for all dimensions`,
    );
  }
  const list = Array.from(typeof dims === 'number' ? [dims] : (dims as readonly number[]), (dim) =>
    normalizeDim(op, dim, rank),
  );
  if (new Set(list).size !== list.length)
    throw new IndexError(`${op}: a dimension may be named once; got ${describe(dims)}; try each dimension once`);
  return list;
}

/** The shape that all of `shapes` broadcast to, as NumPy and PyTorch do: sizes agree from the right, 1 stretches. */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const lead = rank - shape.length;
    for (let d = 0; d < shape.length; d++) {
      const size = shape[d] as number;
      const sofar = result[lead + d] as number;
      if (size === sofar || size === 1) continue;
      if (sofar !== 1) {
        throw new ShapeError(
          `${op}: shapes must broadcast; got ${shapes.map(formatShape).join(' and ')} (${sofar} and ${size}); try reshape or unsqueeze so that sizes agree from the right`,
        );
      }
      result[lead + d] = size;
    }
  }
  return result;
}

/** Strides of a tensor of `shape` and `strides` seen as `target`: stretched dimensions get stride 0. */
export function broadcastStrides(shape: Shape, strides: Shape, target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((size, d) =>
    d < lead || (shape[d - lead] === 1 && size !== 1) ? 0 : (strides[d - lead] as number),
  );
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, d) => size === b[d]);
}

/** How a value of any type is named in a message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no class'})`;
  if (typeof value === 'function') return 'a function';
  return String(value);
}
