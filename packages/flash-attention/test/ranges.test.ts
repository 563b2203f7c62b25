import { flashAttention, lookup, type ScoreMod } from '@tessera/flash-attention';
import { law } from '@tessera/laws';
import { IndexError, ones, type Tensor, tensor, ValueError, zeros } from '@tessera/tensor';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { isOperation, OPERATIONS } from '../src/score/operations.ts';
import { ANY, corners, type Range } from '../src/score/range.ts';

/** Whole numbers between two. */
const between = fc
  .tuple(fc.integer({ min: -5, max: 5 }), fc.nat(4), fc.boolean())
  .map(([low, more, whole]): Range => ({ low, high: low + more, whole }));
const within = ({ low, high }: Range): number[] => Array.from({ length: high - low + 1 }, (_, i) => low + i);
const spanned = (values: readonly number[], whole: boolean): Range => ({
  low: Math.min(...values),
  high: Math.max(...values),
  whole,
});

/** Functions of one operand that take their extremes at whole numbers, and whether they make whole numbers of whole ones. */
const UNARY: Readonly<Record<string, readonly [f: (x: number) => number, whole: (x: boolean) => boolean]>> = {
  neg: [(x) => 0 - x, (x) => x],
  abs: [Math.abs, (x) => x],
  exp: [Math.exp, () => false],
  floor: [Math.floor, () => true],
};
const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  minimum: Math.min,
  maximum: Math.max,
};
const normal = ({ low, high, whole }: Range): Range => ({ low: low + 0, high: high + 0, whole });

describe('ranges of expressions', () => {
  law('are as narrow as what operations make of all numbers between two', {
    rows: 124,
    formula: 'range(f)([a, b], [c, d]) = [min, max] of f(x, y); whole where operands are',
    tolerance: 'E',
    given: [between, between, between],
    share: 3,
    holds: (x, y, c) => {
      for (const [name, [f, whole]] of Object.entries(UNARY))
        expect(normal(OPERATIONS[name as 'neg'].range(x))).toEqual(spanned(within(x).map(f), whole(x.whole)));
      for (const [name, f] of Object.entries(BINARY)) {
        const all = within(x).flatMap((a) => within(y).map((b) => f(a, b)));
        expect(normal(OPERATIONS[name as 'add'].range(x, y))).toEqual(normal(spanned(all, x.whole && y.whole)));
      }
      const quotients = within(x).flatMap((a) => within(y).map((b) => a / b));
      expect(normal(OPERATIONS.div.range(x, y))).toEqual(
        within(y).includes(0) ? ANY : normal(spanned(quotients, false)),
      );
      for (const name of ['eq', 'ne', 'lt', 'le'] as const)
        expect(OPERATIONS[name].range(x, y)).toEqual({ low: 0, high: 1, whole: true });
      expect(OPERATIONS.where.range(c, x, y)).toEqual(spanned([...within(x), ...within(y)], x.whole && y.whole));
      expect(OPERATIONS.tanh.range(x)).toEqual({ low: -1, high: 1, whole: false });
      expect(OPERATIONS.sqrt.range(x)).toEqual({ low: 0, high: Infinity, whole: false });
      expect(OPERATIONS.log.range(x)).toEqual({ low: -Infinity, high: Infinity, whole: false });
      for (const name of Object.keys(OPERATIONS)) expect(isOperation(name)).toBe(true);
      expect(['score', 'lookup', 'toString'].some(isOperation)).toBe(false);
    },
  });

  law('of products with what has no end have none where the other may be 0', {
    rows: 124,
    formula: '[0, 1] · [-∞, ∞] = [-∞, ∞]; [1, 2] · [3, ∞] = [3, ∞]',
    tolerance: 'E',
    given: [between, fc.boolean()],
    holds: (x, isBoth) => {
      const endless = { low: isBoth ? -Infinity : 3, high: Infinity, whole: false };
      const found = corners(x, endless, (a, b) => a * b);
      const meets = x.low === 0 || x.high === 0;
      const ends = [x.low, x.high].flatMap((a) => [endless.low, endless.high].map((b) => a * b));
      expect(found).toEqual(
        meets ? { low: -Infinity, high: Infinity } : { low: Math.min(...ends), high: Math.max(...ends) },
      );
    },
  });
});

describe('lookups', () => {
  const attend = (queries: number, keys: number, scoreMod: ScoreMod): Tensor => {
    const [q, k] = [ones(1, 2, queries, 3), ones(1, 2, keys, 3)];
    return flashAttention(q, k, k, { scoreMod }).output;
  };

  law('are taken where every index lies inside, whatever the place, and are refused elsewhere', {
    rows: 124,
    formula: 'a table of n elements, an index of [low, high]: taken ⇔ 0 ≤ low, high < n, and it is whole',
    tolerance: 'E',
    given: [
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('query', 'head', 'batch', 'key', 'distance', 'list', 'truths', 'half', 'constant'),
      fc.integer({ min: -1, max: 1 }),
      fc.integer({ min: -1, max: 1 }),
    ],
    share: 3,
    holds: (queries, keys, kind, before, after) => {
      // A list of whole numbers, not in order.
      const numbers = [2, 0, 3, 1, 2, 3].slice(0, keys);
      const spans: Readonly<Record<string, readonly [number, number]>> = {
        query: [0, queries - 1],
        head: [0, 1],
        batch: [0, 0],
        key: [0, keys - 1],
        distance: [1 - queries, keys - 1],
        list: [Math.min(...numbers), Math.max(...numbers)],
        truths: [0, 1],
        half: [0, Math.floor((keys - 1) / 2)],
        constant: [2, 2],
      };
      const [low, high] = spans[kind] as readonly [number, number];
      // From one before the least index, or after it, to one after the greatest, or before it.
      const size = high - low + 1 + before + after;
      const table = zeros(Math.max(0, size));
      const run = (isWhole: boolean): Tensor =>
        attend(queries, keys, (score, batch, head, query, key) => {
          const truths = tensor(numbers.map((n) => n > 1));
          const indices = {
            ...{ query, head, batch, key, distance: key.sub(query), half: key.floorDivide(2) },
            list: lookup(tensor(numbers, { dtype: before > 0 ? 'uint8' : 'int32' }), key),
            truths: lookup(truths, key),
            constant: key.mul(0).add(2),
          };
          const index = indices[kind as 'key'].sub(low).add(before);
          return score.add(lookup(table, isWhole ? index : index.mul(0.5)));
        });
      const fits = before >= 0 && after >= 0;
      if (fits) expect(run(true).shape).toEqual([1, 2, queries, 3]);
      else expect(() => run(true)).toThrow(IndexError);
      expect(() => run(false)).toThrow(ValueError);
    },
  });

  law('of whole numbers take those that float32 holds exactly', {
    rows: 124,
    formula: '|n| ≤ 2²⁴ for operands of float32',
    tolerance: 'E',
    given: [fc.constantFrom(2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, -(2 ** 24), -(2 ** 24) - 1), fc.nat(2)],
    holds: (number, at) => {
      const list = [0, 1, 2].with(at, number);
      const run = (): Tensor =>
        attend(2, 3, (score, _batch, _head, _query, key) => score.add(lookup(tensor(list, { dtype: 'int32' }), key)));
      if (Math.abs(number) <= 2 ** 24) expect(run().shape).toEqual([1, 2, 2, 3]);
      else expect(run).toThrow(ValueError);
    },
  });
});
