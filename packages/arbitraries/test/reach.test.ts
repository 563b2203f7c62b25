import {
  arrays,
  attentionInputs,
  broadcastablePair,
  broadcastableTriple,
  EDGE_SIZES,
  layouts,
  logits,
  probabilities,
  shapes,
  softLabels,
  type ValueKind,
  values,
} from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

// What arbitraries promise comes within some hundred examples, and nothing else does.

const seed = fc.integer();
const MANY = 600;
/** Many examples of one arbitrary. */
const sample = <T>(arbitrary: fc.Arbitrary<T>, from: number, many: number = MANY): T[] =>
  fc.sample(arbitrary, { numRuns: many, seed: from });
/** Every claim holds of some example. */
function expectSome<T>(examples: readonly T[], claims: Readonly<Record<string, (example: T) => boolean>>): void {
  for (const [claim, holds] of Object.entries(claims)) expect(examples.some(holds), claim).toBe(true);
}
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const isConstant = (row: readonly number[]): boolean => row.every((value) => Object.is(value, row[0]));

const isOrdinary = (x: number): boolean => Number.isFinite(x);
const SPECIAL = [
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  1.401298464324817e-45,
  -1.401298464324817e-45,
  1.1754942106924411e-38,
];
SPECIAL.push(1.1754943508222875e-38, 1.0000001192092896, -3.4028234663852886e38, 3.4028234663852886e38);

const KINDS: readonly (readonly [
  ValueKind | readonly [number, number],
  (x: number) => boolean,
  Readonly<Record<string, (x: number) => boolean>>,
])[] = [
  [
    'dyadic',
    (x) => Math.abs(x) <= 8 && Number.isInteger(256 * x),
    { fraction: (x) => !Number.isInteger(64 * x), low: (x) => x < -6, high: (x) => x > 6 },
  ],
  ['integers', (x) => Number.isInteger(x) && Math.abs(x) <= 64, { low: (x) => x < -48, high: (x) => x > 48 }],
  [
    'magnitudes',
    (x) => Math.abs(x) >= 9.9e-7 && Math.abs(x) <= 1.01e6,
    {
      'small and negative': (x) => x < 0 && x > -1e-4,
      'small and positive': (x) => x > 0 && x < 1e-4,
      'large and negative': (x) => x < -1e4,
      'large and positive': (x) => x > 1e4,
    },
  ],
  ['ties', (x) => [0, 1, -1, 2].includes(x), { zero: (x) => x === 0, one: (x) => x === 1, below: (x) => x === -1 }],
  [
    'specials',
    (x) => SPECIAL.some((special) => Object.is(special, x)),
    Object.fromEntries(SPECIAL.map((special) => [`${special}`, (x: number) => Object.is(special, x)])),
  ],
  ['finite', isOrdinary, { tiny: (x) => x !== 0 && Math.abs(x) < 1e-3, huge: (x) => Math.abs(x) > 1e3 }],
  ['any', () => true, { NaN: Number.isNaN, infinite: (x) => x === Infinity, ordinary: isOrdinary }],
  [[-4, 12], (x) => x >= -4 && x <= 12, { low: (x) => x < -3, middle: (x) => x > 3 && x < 5, high: (x) => x > 11 }],
];

describe('arbitraries reach', () => {
  law('every sort of value, and no other', {
    rows: [],
    formula: 'each kind = its numbers',
    tolerance: 'E',
    given: [seed],
    share: 0.1,
    holds: (from) => {
      for (const [kind, isOne, claims] of KINDS) {
        const drawn = sample(values(kind), from);
        expect(drawn.filter((x) => !isOne(x))).toEqual([]);
        expectSome(drawn, claims);
      }
    },
  });

  law('every edge, from the front and from the back', {
    rows: [],
    formula: 'sizes of shapes = EDGE_SIZES, also where the number of elements is bounded',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const drawn = sample(shapes({ rank: 3, maxElements: 512 }), from);
      expectSome(drawn, {
        ...Object.fromEntries(EDGE_SIZES.map((size) => [`${size}`, (shape: number[]) => shape.includes(size)])),
        'large in front': ([a, b, c]) => a! > 64 && b! * c! >= 1 && b! <= 8,
        'large at the back': ([a, b, c]) => c! > 64 && a! * b! >= 1 && b! <= 8,
        'as large as may be': (shape) => product(shape) > 256,
        empty: (shape) => product(shape) === 0,
      });
      expect(drawn.every((shape) => product(shape) <= 512)).toBe(true);
      const many = sample(shapes({ rank: 3, maxElements: 512 }), from, 8 * MANY);
      expectSome(many, { 'exactly as large as may be': (shape) => product(shape) === 512 });
    },
  });

  law('the smallest shape that fails', {
    rows: [],
    formula: 'a counterexample has no size that could be the next smaller one',
    tolerance: 'E',
    given: [seed, fc.constantFrom(2, 5, 9, 100)],
    share: 0.4,
    holds: (from, most) => {
      const run = fc.check(
        fc.property(shapes({ rank: [0, 3] }), (shape) => product(shape) < most),
        { seed: from, numRuns: MANY, endOnFailure: false },
      );
      const [shape] = run.counterexample as [number[]];
      shape.forEach((size, d) => {
        const smaller = Math.max(...EDGE_SIZES.filter((other) => other < size));
        if (size > 1) expect(product(shape.with(d, smaller))).toBeLessThan(most);
      });
    },
  });

  law('stretched dimensions and missing ones', {
    rows: 9,
    formula: 'pairs and triples of shapes: some with fewer dimensions, some with 1 for another size',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const sized = { rank: [0, 3], sizes: [2, 3] } as const;
      for (const arbitrary of [broadcastablePair(sized), broadcastableTriple(sized)]) {
        const drawn = sample(arbitrary as fc.Arbitrary<number[][]>, from, 5 * MANY);
        expect(drawn.every((list) => list.length === drawn[0]!.length)).toBe(true);
        for (const i of drawn[0]!.keys()) {
          expectSome(drawn, {
            'fewer dimensions': (list) => list[i]!.length < Math.max(...list.map((shape) => shape.length)),
            none: (list) => list[i]!.length === 0 && list.some((shape) => shape.length > 0),
            'a 1 for another size': (list) => {
              const lead = (shape: number[]): number => shape.at(-1) ?? 1;
              return list[i]!.at(-1) === 1 && list.some((shape) => lead(shape) > 1);
            },
            'a 1 in the middle': (list) => list[i]!.length === 3 && list[i]![1] === 1 && list[i]![0] !== 1,
            'its own sizes': (list) => list[i]!.length > 1 && !list[i]!.includes(1),
          });
        }
      }
    },
  });

  law('every way to lie in memory', {
    rows: 11,
    formula: 'layouts: permuted, with steps and gaps, from an offset; stretched where that is asked',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const shape = [2, 3, 4];
      const plain = sample(layouts(shape), from);
      expect(plain.every(({ strides }) => !strides.includes(0))).toBe(true);
      expectSome(plain, {
        'in order': ({ strides: [a, b, c] }) => a! > b! && b! > c!,
        reversed: ({ strides: [a, b, c] }) => a! < b! && b! < c!,
        rotated: ({ strides: [a, b, c] }) => b! > c! && c! > a!,
        'with a step': ({ strides }) => Math.min(...strides) === 2,
        'with a gap': ({ strides: [a, b, c] }) => a! > b! && b! > c! && a! % b! !== 0,
        'from an offset': ({ offset }) => offset > 0,
        'with room behind': ({ offset, length, strides }) =>
          length > offset + 1 + strides.reduce((sum, stride, d) => sum + stride * (shape[d]! - 1), 0),
      });
      const stretched = sample(layouts(shape, { expanded: true }), from);
      expectSome(stretched, {
        'one dimension': ({ strides }) => strides.filter((stride) => stride === 0).length === 1,
      });
      const { counterexample } = fc.check(
        fc.property(layouts(shape), () => false),
        { seed: from, endOnFailure: false },
      );
      expect(counterexample).toEqual([{ shape, strides: [12, 4, 1], offset: 0, length: 24 }]);
    },
  });

  law('every sort of row', {
    rows: 107,
    formula: 'logits far out, equal, rising, with one that rules; masked; labels hard, smoothed and any',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const size = { rows: 1, classes: 6 } as const;
      const rows = sample(logits(size), from).map(([row]) => row as number[]);
      expect(rows.flat().every(isOrdinary)).toBe(true);
      expectSome(rows, {
        'far below': (row) => Math.min(...row) < -5000,
        'far above': (row) => Math.max(...row) > 5000,
        equal: isConstant,
        rising: (row) => row.every((value, i) => i === 0 || value > row[i - 1]!),
        ruled: (row) => row.filter((value) => value === 90).length === 1 && Math.min(...row) >= -4,
        'with ties': (row) => new Set(row).size === 3,
      });
      const masked = sample(logits({ ...size, masked: true }), from).map(([row]) => row as number[]);
      expect(masked.every((row) => row.some(isOrdinary))).toBe(true);
      expectSome(masked, {
        half: (row) => row.filter((value) => value === -Infinity).length === 3,
        'all but one': (row) => row.filter(isOrdinary).length === 1,
      });
      expect(sample(probabilities({ ...size, positive: true }), from).every(([row]) => !row!.includes(0))).toBe(true);
      expectSome(sample(probabilities(size), from), { 'a 0': ([row]) => row!.includes(0) });
      const soft = sample(softLabels(size), from);
      expect(soft.every((rows) => rows.length === 1 && rows[0]!.length === 6)).toBe(true);
      const least = (rows: number[][]): number => Math.min(...rows.flat());
      expectSome(soft, {
        ...Object.fromEntries([10, 6, 4].map((e) => [`2^-${e}`, (rows: number[][]) => least(rows) === 2 ** -e])),
        hard: ([row]) => row!.includes(1),
        smoothed: ([row]) => Math.max(...row!) > 0.5 && new Set(row).size === 2 && !row!.includes(0),
        any: ([row]) => new Set(row).size > 3,
      });
      // So many classes that a larger share for each would take more than there is.
      const crowd = fc.sample(softLabels({ rows: 1, classes: 5000 }), { numRuns: 20, seed: from });
      expect(crowd.every(([row]) => row!.every((p) => p >= 0 && p <= 1))).toBe(true);
    },
  });

  law('arrays of one sort of value each, some with constant rows', {
    rows: [],
    formula: 'arrays(kind): values of that kind; rows that are one number, unless they are not wanted',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const shape = [2, 6];
      const rowsOf = (data: readonly number[]): number[][] => [data.slice(0, 6), data.slice(6)];
      const hasConstantRows = ({ data }: { data: number[] }): boolean =>
        rowsOf(data).every(isConstant) && data[0] !== data[6];
      const drawn = sample(arrays({ shape, values: [1, 2] }), from);
      expect(drawn.every(({ data }) => data.length === 12 && data.every((x) => x >= 1 && x <= 2))).toBe(true);
      expectSome(drawn, { 'constant rows': hasConstantRows, others: (array) => !hasConstantRows(array) });
      expectSome(sample(arrays({ shape: fc.constant(shape) }), from), {
        'constant rows': hasConstantRows,
        'whole numbers': ({ data }) => data.every(Number.isInteger) && data.some((x) => Math.abs(x) > 8),
        magnitudes: ({ data }) => data.every((x) => !Number.isInteger(8 * x)),
      });
      const free = sample(arrays({ shape, values: 'magnitudes', constantRows: false }), from);
      expect(free.filter(hasConstantRows).length).toBeLessThan(MANY / 10);
      expect(sample(arrays({ shape: [2, 0] }), from).every(({ data }) => data.length === 0)).toBe(true);
    },
  });

  law('attention whose scores rise, with tiles of every sort', {
    rows: 114,
    formula: 'some q kᵀ rise key by key; some keys are alike; masks only where they are asked for',
    tolerance: 'E',
    given: [seed],
    share: 0.2,
    holds: (from) => {
      const drawn = sample(attentionInputs({ queries: 4, keys: 8, width: 3 }), from);
      const scores = ({ q, k }: (typeof drawn)[number]): number[] =>
        k.map((key) => key.reduce((sum, x, i) => sum + x * q[0]![i]!, 0));
      expect(drawn.every(({ mask }) => mask.flat().every(Boolean))).toBe(true);
      expect(drawn.every(({ q }) => q.flat().every((x) => x >= 0.5 && x <= 1.5))).toBe(true);
      expect(drawn.every(({ v }) => v.flat().every((x) => Math.abs(x) <= 2))).toBe(true);
      /** Keys around 0 that rise by the same in every feature. */
      const rises = ({ k }: (typeof drawn)[number]): boolean =>
        [0, 0.5, 4].some((steep) =>
          k.every((key, j) => key.every((x) => Math.abs(x - (steep * j) / key.length) <= 1 + 2 ** -18)),
        );
      expect(drawn.every(rises)).toBe(true);
      const tiles = new Set(drawn.map((example) => example.tiles.join()));
      expect([...tiles].sort()).toEqual(['1,1', '16,64', '3,7', '8,16', '8,5']);
      expectSome(drawn, {
        'rising, steeply': (example) => {
          const list = scores(example);
          return list.length > 5 && list.every((score, j) => j === 0 || score > list[j - 1]! + 1);
        },
        level: (example) => example.k.length > 5 && Math.max(...scores(example)) < 5,
        'values below 0': ({ v }) => v.flat().some((x) => x < -1),
      });
      const masked = sample(attentionInputs({ queries: 4, keys: 8, width: 3, deadRow: true }), from);
      expect(masked.every(({ mask }) => mask.some((row) => !row.includes(true)))).toBe(true);
      expectSome(masked, {
        'seen in part': ({ mask }) => mask.some((row) => row.includes(true) && row.includes(false)),
      });
    },
  });
});
