/** Where sequences of various lengths lie. */
import { IndexError, ShapeError, type Tensor, tensor, ValueError } from '@tessera/tensor';
import { checkTensor, formatShape } from '@tessera/tensor/core';
import type { Pages, Sequence, Sequences } from './problem.ts';

function made(list: readonly Sequence[], room?: number): Sequences {
  const numbers = list.flatMap(({ batch, firstQuery, queries, firstKey, keys }) => [
    ...[batch, firstQuery, queries, firstKey, keys],
  ]);
  const longest = (lengths: readonly number[]): number => lengths.reduce((a, b) => Math.max(a, b), 0);
  return {
    list,
    table: tensor(numbers, { dtype: 'int32' }).reshape(-1, 5),
    queries: longest(list.map(({ queries }) => queries)),
    keys: room ?? longest(list.map(({ keys }) => keys)),
  };
}

/** One sequence for each batch, of whose keys the first count; null where all do. */
export function paddedSequences(op: string, lengths: Tensor | null, query: Tensor, key: Tensor): Sequences | null {
  if (lengths === null) return null;
  const [batch, , queries] = query.shape as readonly [number, number, number];
  const room = key.shape[2] as number;
  const list = numbersOf(op, 'keyLengths', lengths, [batch], 0, room).map((keys, b) => ({
    ...{ batch: b, firstQuery: 0, queries, firstKey: 0, keys },
  }));
  return made(list, room);
}

/** One sequence for each batch, whose keys are in pages. */
export function pagedSequences(
  op: string,
  table: Tensor,
  lengths: Tensor | null,
  query: Tensor,
  key: Tensor,
): { readonly sequences: Sequences; readonly pages: Pages } {
  const [batch, , queries] = query.shape as readonly [number, number, number];
  const [pages, , size] = key.shape as readonly [number, number, number];
  if (lengths === null)
    throw new ValueError(`${op}: a pageTable needs to know how many keys there are; got none; try { keyLengths }`);
  const columns = checkTensor(op, 'pageTable', table).shape[1] ?? 0;
  const numbers = numbersOf(op, 'pageTable', table, [batch, columns], 0, pages - 1);
  const list = numbersOf(op, 'keyLengths', lengths, [batch], 0, columns * size).map((keys, b) => ({
    ...{ batch: b, firstQuery: 0, queries, firstKey: 0, keys },
  }));
  return {
    sequences: made(list),
    pages: { table: tensor(numbers, { dtype: 'int32' }).reshape(batch, columns), size },
  };
}

/** Sequences one behind the other, from one cumulative length to the next. */
export function packedSequences(op: string, cuQueries: Tensor, cuKeys: Tensor, query: Tensor, key: Tensor): Sequences {
  const read = (name: string, t: Tensor, rows: number): number[] => {
    const numbers = numbersOf(op, name, t, [checkTensor(op, name, t).count], 0, rows);
    const rising = numbers.every((n, i) => i === 0 || n >= (numbers[i - 1] as number));
    if (numbers.length >= 2 && numbers[0] === 0 && rising && numbers.at(-1) === rows) return numbers;
    throw new ValueError(
      `${op}: ${name} must rise from 0 to ${rows}; got [${numbers.join(', ')}]; try the cumulative sum of lengths, with 0 before`,
    );
  };
  const [queries, keys] = [
    read('cuQueries', cuQueries, query.shape[2] as number),
    read('cuKeys', cuKeys, key.shape[2] as number),
  ];
  if (queries.length !== keys.length)
    throw new ShapeError(
      `${op}: cuQueries and cuKeys must be of as many sequences; got ${queries.length - 1} and ${keys.length - 1}; try one length for each`,
    );
  return made(
    queries.slice(1).map((end, i) => ({
      batch: 0,
      firstQuery: queries[i] as number,
      queries: end - (queries[i] as number),
      firstKey: keys[i] as number,
      keys: (keys[i + 1] as number) - (keys[i] as number),
    })),
  );
}

/** The whole numbers of a tensor of this shape, in [low, high]. */
function numbersOf(op: string, name: string, t: Tensor, shape: readonly number[], low: number, high: number): number[] {
  if (checkTensor(op, name, t).dtype !== 'int32')
    throw new ValueError(`${op}: ${name} must be int32; got ${t.dtype}; try .to('int32')`);
  if (formatShape(t.shape) !== formatShape(shape))
    throw new ShapeError(`${op}: ${name} must be ${formatShape(shape)}; got ${formatShape(t.shape)}; try reshape`);
  const numbers = [...t.data];
  const stranger = numbers.find((n) => n < low || n > high);
  if (stranger !== undefined)
    throw new IndexError(`${op}: ${name} must lie in [${low}, ${high}]; got ${stranger}; try smaller numbers`);
  return numbers;
}
