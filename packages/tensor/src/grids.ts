/** Coordinates: grids, spaced numbers, and the indices of triangles. */

import { allocate } from './allocate.ts';
import { checkInteger, checkNumber, checkOptions, checkSameDType } from './core/arguments.ts';
import { elementsInPlace, freeTemporaries, WRITERS } from './core/copy.ts';
import { checkDType, type TypedArray } from './core/dtype.ts';
import { ShapeError, ValueError } from './core/errors.ts';
import { describe, formatShape } from './core/shape.ts';
import { type CreationOptions, linspace } from './creation.ts';
import { fromArray } from './fromValues.ts';
import { joinable } from './ops/joining/cat.ts';
import { expand } from './ops/views/expand.ts';
import { transpose } from './ops/views/permute.ts';
import { reshape } from './ops/views/reshape.ts';
import type { Tensor } from './tensor.ts';

export interface MeshgridOptions {
  /** 'ij' (default): the first list runs along dimension 0; 'xy': along dimension 1, as columns of an image. */
  readonly indexing?: 'ij' | 'xy';
}

/**
 * Lists of coordinates as a grid: for every list a tensor, of the grid's shape, with the coordinate of every point.
 * PyTorch: `meshgrid`.
 *
 * @throws ShapeError when a tensor has more than one dimension; DTypeError when dtypes differ.
 * @example
 * meshgrid([arange(2), arange(3)])[0].toArray(); // [[0, 0, 0], [1, 1, 1]]
 */
export function meshgrid(lists: readonly Tensor[], options: MeshgridOptions = {}): Tensor[] {
  const { indexing = 'ij' } = checkOptions('meshgrid', options, "{ indexing: 'xy' }", ['indexing']);
  const operands = joinable('meshgrid', lists);
  for (const list of operands) {
    checkSameDType('meshgrid', operands[0] as Tensor, list);
    if (list.ndim > 1) {
      throw new ShapeError(`meshgrid: takes lists; got a tensor of shape ${formatShape(list.shape)}; try ravel()`);
    }
  }
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new ValueError(`meshgrid: indexing must be 'ij' or 'xy'; got ${describe(indexing)}; try 'ij'`);
  }
  const shape = operands.map((list) => list.count);
  const grids = operands.map((list, d) => {
    const along = reshape(
      list,
      shape.map((_, e) => (e === d ? list.count : 1)),
    ); // (n) -> (1, ..., n, ..., 1)
    return expand(along, shape);
  });
  return indexing === 'xy' && grids.length >= 2 ? grids.map((grid) => transpose(grid, 0, 1)) : grids;
}

export interface LogspaceOptions extends CreationOptions {
  /** What is raised to the powers. Default 10. */
  readonly base?: number;
}

/**
 * `steps` numbers from base^start to base^end, both included, whose exponents are evenly spaced. PyTorch: `logspace`.
 *
 * @example
 * logspace(0, 2, 3); // tensor([1., 10., 100.])
 */
export function logspace(start: number, end: number, steps: number, options: LogspaceOptions = {}): Tensor {
  const { base = 10, dtype = 'float32' } = checkOptions('logspace', options, '{ base: 2 }', ['base', 'dtype']);
  checkDType('logspace', dtype);
  checkNumber('logspace', 'base', base);
  checkNumber('logspace', 'start', start);
  checkNumber('logspace', 'end', end);
  checkInteger('logspace', 'steps', steps, 0);
  const exponents = linspace(start, end, steps, { dtype: dtype === 'float64' ? dtype : 'float32' });
  const out = allocate([steps], dtype, 'logspace');
  const [to, from] = elementsInPlace([out, exponents]) as [TypedArray, TypedArray];
  const write = WRITERS[out.dtype];
  for (let i = 0; i < steps; i++) to[i] = write(base ** (from[i] as number));
  freeTemporaries([exponents], []);
  return out;
}

/**
 * The row and column indices of the lower triangle of a matrix, int32 [2, n], row by row. PyTorch: `tril_indices`.
 *
 * @example
 * const [i, j] = trilIndices(2, 2);
 * tensor([[1, 2], [3, 4]]).at(i, j); // tensor([1., 3., 4.])
 */
export function trilIndices(rows: number, columns: number, offset = 0): Tensor {
  return indicesWhere('trilIndices', rows, columns, offset, (i, j) => j - i <= offset);
}

/** The row and column indices of the upper triangle of a matrix, int32 [2, n], row by row. PyTorch: `triu_indices`. */
export function triuIndices(rows: number, columns: number, offset = 0): Tensor {
  return indicesWhere('triuIndices', rows, columns, offset, (i, j) => j - i >= offset);
}

function indicesWhere(
  op: string,
  rows: number,
  columns: number,
  offset: number,
  inside: (row: number, column: number) => boolean,
): Tensor {
  checkInteger(op, 'rows', rows, 0);
  checkInteger(op, 'columns', columns, 0);
  checkInteger(op, 'offset', offset);
  const found: [number, number][] = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (inside(i, j)) found.push([i, j]);
  const flat = [...found.map(([i]) => i), ...found.map(([, j]) => j)];
  return fromArray(Int32Array.from(flat), [2, found.length]);
}
