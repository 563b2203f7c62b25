/** Checks of index tensors, before anything is written. */
import { checkIndices } from '../../core/arguments.ts';
import { elementsInPlace, freeTemporaries, toContiguous } from '../../core/copy.ts';
import type { TypedArray } from '../../core/dtype.ts';
import { IndexError, ShapeError } from '../../core/errors.ts';
import { formatShape, type Shape } from '../../core/shape.ts';
import type { Tensor } from '../../tensor.ts';

/** Throws unless `index` holds whole numbers in [low, high); the message names the first other one and its position. */
export function checkBounds(op: string, operand: string, index: Tensor, low: number, high: number): void {
  checkIndices(op, operand, index);
  const flat = toContiguous(index);
  const [values] = elementsInPlace([flat]) as [TypedArray];
  const wrong = values.findIndex((value) => value < low || value >= high);
  const value = values[wrong];
  freeTemporaries([flat], [index]);
  if (wrong < 0) return;
  const hint =
    high <= low ? 'a tensor that is not empty' : `clamp(${low}, ${high - 1}), or check what made the indices`;
  const place = formatShape(positionOf(wrong, index.shape));
  throw new IndexError(`${op}: ${operand} must be in [${low}, ${high}); got ${value} at ${place}; try ${hint}`);
}

/** The coordinates of the `flat`-th element. */
export function positionOf(flat: number, shape: Shape): number[] {
  const position: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}

/** A tensor without dimensions is indexed like one of a single element. */
export function atLeastOne(shape: Shape): Shape {
  return shape.length === 0 ? [1] : shape;
}

/**
 * Throws unless `index` has the rank of `x` and, in every dimension but `dim`, is no larger than `within`. Empty index
 * tensors ask for nothing, so they always fit.
 */
export function checkFits(op: string, index: Tensor, operand: string, within: Tensor, dim: number | null): void {
  const [inner, outer] = [atLeastOne(index.shape), atLeastOne(within.shape)];
  if (index.count === 0) return;
  if (inner.length === outer.length && inner.every((size, d) => d === dim || size <= (outer[d] as number))) return;
  const but = dim === null ? '' : ` but dim ${dim}`;
  throw new ShapeError(
    `${op}: index must have the rank of ${operand} and be no larger in any dimension${but}; got ${formatShape(index.shape)} for ${formatShape(within.shape)}; try expand, or narrow the index`,
  );
}
