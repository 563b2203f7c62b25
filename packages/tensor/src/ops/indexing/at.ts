/** Indexing as Python writes it, x[1, 2:5, ..., None, i, mask], here x.at(1, '2:5', '...', null, i, mask). */
import { checkInteger, checkTensor } from '../../core/arguments.ts';
import { isTensor } from '../../core/base.ts';
import { DTypeError, IndexError, ValueError } from '../../core/errors.ts';
import { describe, elementsOf, formatShape } from '../../core/shape.ts';
import { fromArray } from '../../fromValues.ts';
import type { Tensor } from '../../tensor.ts';
import { ravel } from '../views/flatten.ts';
import { onlyResult } from '../views/onlyResult.ts';
import { permute } from '../views/permute.ts';
import { reshape } from '../views/reshape.ts';
import { select, slice } from '../views/slice.ts';
import { unsqueeze } from '../views/squeeze.ts';
import { indexSelect } from './indexSelect.ts';
import { nonzero } from './nonzero.ts';
import { flatPlaces } from './places.ts';

/** A range of indices; left out, a bound is that end of the dimension. */
export interface Range {
  readonly start?: number | null;
  readonly end?: number | null;
  readonly step?: number;
}

/** A range as Python writes it: '1:3', ':', '-2:', '::2'. */
export type RangeText = `${number | ''}:${number | ''}` | `${number | ''}:${number | ''}:${number | ''}`;

/**
 * What stands for one dimension, or several:
 * - a number: that index, and the dimension goes (negative numbers count from the end);
 * - a range, '1:3' or { start: 1, end: 3 }, with Python's rules: a part of the dimension;
 * - null: a new dimension of size 1;
 * - '...': all dimensions that the others leave over, whole;
 * - an array of numbers, or an int32 or uint8 tensor: the indices in it, in its shape;
 * - a bool tensor: where it is true, over as many dimensions as it has.
 */
export type IndexItem = number | null | '...' | RangeText | Range | readonly number[] | Tensor;

/**
 * Part of x. What numbers, ranges, null and '...' give is a view, what index tensors and masks give is a copy. Several
 * index tensors are stretched to one shape and go together; it stands where they stood, or in front where something
 * stands between them. PyTorch: `x[items]`.
 *
 * @throws IndexError when an index is outside its dimension, or there are more items than dimensions.
 * @example
 * const x = reshape(arange(12), [3, 4]);
 * x.at(-1); // tensor([8, 9, 10, 11], dtype=int32)
 * x.at(':', '1:3').shape; // [3, 2]
 * x.at([0, 2], [1, 3]); // tensor([1, 11], dtype=int32)
 */
export function at(x: Tensor, ...items: readonly IndexItem[]): Tensor {
  return indexWith('at', x, items);
}

/** `at`, under the name of the op that asks. */
export function indexWith(op: string, x: Tensor, items: readonly IndexItem[]): Tensor {
  const { view, lists } = takeApart(op, x, items);
  return lists.size === 0 ? view : onlyResult(() => indexLists(op, view, lists));
}

/** The part of x that numbers, ranges, null and '...' leave, as a view, and the index tensors for its dimensions. */
export function takeApart(
  op: string,
  x: Tensor,
  items: readonly IndexItem[],
): { view: Tensor; lists: Map<number, Tensor> } {
  checkTensor(op, 'x', x);
  if (!Array.isArray(items))
    throw new IndexError(`${op}: items must be an array; got ${describe(items)}; try [0, ':']`);
  const all = items.map((item, i) => (Array.isArray(item) ? listTensor(op, item, i) : item));
  const spare = x.ndim - all.reduce<number>((sum, item) => sum + dimensionsOf(item), 0);
  const gaps = all.filter((item) => item === '...').length;
  if (spare < 0 || gaps > 1) {
    const got = gaps > 1 ? `'...' ${gaps} times` : `${x.ndim - spare} dimensions for ${formatShape(x.shape)}`;
    throw new IndexError(
      `${op}: items must not name more dimensions than there are, nor '...' twice; got ${got}; try fewer`,
    );
  }
  const lists = new Map<number, Tensor>();
  let view = x;
  let dim = 0;
  for (const item of all) {
    if (item === '...') dim += spare;
    else if (item === null) view = unsqueeze(view, dim++);
    else if (typeof item === 'number') view = select(view, dim, checkPlace(op, item, view, dim));
    else if (!isTensor(item)) {
      const { start, end, step } = rangeOf(op, item);
      view = slice(view, dim++, start, end, step);
    } else if (item.dtype !== 'bool') {
      if (item.ndim === 0) view = select(view, dim, checkPlace(op, item.item(), view, dim));
      else lists.set(dim++, item);
    } else {
      // A mask stands for the coordinates of its trues; one without dimensions asks whether to take all of x, or none.
      if (item.ndim === 0) view = unsqueeze(view, dim);
      else checkMaskShape(op, item, view, dim);
      for (const list of nonzero(item, { asTuple: true })) lists.set(dim++, list);
    }
  }
  return { view, lists };
}

/** How many dimensions of x an item is for. */
function dimensionsOf(item: unknown): number {
  if (item === null || item === '...') return 0;
  return isTensor(item) && item.dtype === 'bool' ? item.ndim : 1;
}

function listTensor(op: string, list: readonly unknown[], item: number): Tensor {
  list.forEach((value, i) => {
    if (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31) return;
    throw new IndexError(
      `${op}: a list must hold whole numbers; got ${describe(value)} at [${i}] of item ${item}; try tensor(...) for masks`,
    );
  });
  return fromArray(Int32Array.from(list as readonly number[]), [list.length]);
}

function checkPlace(op: string, index: number, x: Tensor, dim: number): number {
  const size = x.shape[dim] as number;
  if (Number.isInteger(index) && index >= -size && index < size) return index;
  throw new IndexError(
    `${op}: index must be in [${-size}, ${size}); got ${describe(index)} for dim ${dim} of ${formatShape(x.shape)}; try an index inside the dimension`,
  );
}

function checkMaskShape(op: string, mask: Tensor, x: Tensor, dim: number): void {
  if (mask.shape.every((size, d) => size === x.shape[dim + d])) return;
  throw new IndexError(
    `${op}: a mask must have the sizes of the dimensions that it stands for; got ${formatShape(mask.shape)} for dim ${dim} on of ${formatShape(x.shape)}; try mask.expand(...)`,
  );
}

function rangeOf(op: string, item: unknown): Range {
  if (typeof item === 'string') return parseRange(op, item);
  const named = typeof item === 'object' && item !== null && ['start', 'end', 'step'].some((name) => name in item);
  if (!named) {
    throw new DTypeError(
      `${op}: an item must be a number, a range, null, '...', an array or a tensor; got ${describe(item)}; try 0, ':' or '1:3'`,
    );
  }
  const { start = null, end = null, step = 1 } = item as Range;
  for (const [name, bound] of [
    ['start', start],
    ['end', end],
  ] as const) {
    if (bound !== null && !Number.isInteger(bound)) {
      throw new IndexError(`${op}: ${name} of a range must be a whole number; got ${describe(bound)}; try null`);
    }
  }
  if (typeof step === 'number' && step < 0) {
    throw new ValueError(`${op}: the step of a range must be 1 or more; got ${step}; try flip first`);
  }
  checkInteger(op, 'step', step, 1);
  return { start, end, step };
}

function parseRange(op: string, text: string): Range {
  const match = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(text);
  if (match === null) {
    throw new IndexError(`${op}: a range must be written start:end or start:end:step; got "${text}"; try ':' or '1:3'`);
  }
  const [start, end, step] = match.slice(1).map((digits) => (digits === undefined ? null : Number(digits)));
  return rangeOf(op, { start, end, step: step ?? 1 });
}

/** Index tensors for some dimensions of x, the others whole. */
function indexLists(op: string, x: Tensor, lists: ReadonlyMap<number, Tensor>): Tensor {
  const dims = [...lists.keys()];
  const together = dims.every((d, i) => d === (dims[0] as number) + i);
  const others = [...x.shape.keys()].filter((d) => !lists.has(d));
  const source = together ? x : permute(x, [...dims, ...others]);
  const first = together ? (dims[0] as number) : 0;
  const sizes = source.shape.slice(first, first + dims.length);
  const [lead, rest] = [source.shape.slice(0, first), source.shape.slice(first + dims.length)];
  const places = flatPlaces(op, [...lists.values()], sizes);
  // (lead, n, m, ..., rest) -> (lead, n * m * ..., rest) -> (lead, places, rest)
  const flat = reshape(source, [elementsOf(lead), elementsOf(sizes), elementsOf(rest)]);
  const picked = indexSelect(flat, 1, ravel(places));
  return reshape(picked, [...lead, ...places.shape, ...rest]);
}
