import {
  arrays,
  attentionInputs,
  broadcastablePair,
  broadcastableShapes,
  broadcastableTriple,
  bufferOf,
  EDGE_SIZES,
  layouts,
  logits,
  oneHot,
  places,
  probabilities,
  type ShapeOptions,
  shapes,
  softLabels,
  values,
} from '@tessera/arbitraries';
import { law } from '@tessera/laws';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

describe('shapes', () => {
  const options = fc.record({
    rank: fc.constantFrom<ShapeOptions['rank'] & object>([0, 4], [2, 2], [1, 5]),
    maxElements: fc.constantFrom(64, 4096),
  });
  law('keep to their options', {
    rows: [],
    formula: 'rank ≤ r, Π sizes ≤ n, sizes ∈ EDGE_SIZES',
    tolerance: 'E',
    given: [options.chain((o) => fc.tuple(fc.constant(o), shapes(o)))],
    holds: ([o, shape]) => {
      const [least, most] = o.rank as readonly [number, number];
      expect(shape.length).toBeGreaterThanOrEqual(least);
      expect(shape.length).toBeLessThanOrEqual(most);
      expect(product(shape)).toBeLessThanOrEqual(o.maxElements);
      for (const size of shape) expect(EDGE_SIZES).toContain(size);
    },
  });

  law('shrink to ones, then to none, then to the smallest size', {
    rows: [],
    formula: 'whatever fails from two dimensions on: [1, 1], or [0, 0] or [s, s] of sizes without 1, in any order',
    tolerance: 'E',
    given: [fc.shuffledSubarray([...EDGE_SIZES], { minLength: 1 }), fc.integer()],
    holds: (sizes, seed) => {
      const { counterexample } = fc.check(
        fc.property(shapes({ rank: [0, 4], sizes }), (shape) => shape.length < 2),
        { seed, numRuns: 100, endOnFailure: false },
      );
      const first = [1, 0].find((size) => sizes.includes(size)) ?? Math.min(...sizes);
      expect(counterexample).toEqual([[first, first]]);
    },
  });

  test('reach empty, single and edge sizes', () => {
    const seen = new Set(fc.sample(shapes({ rank: 2 }), 500).flat());
    for (const size of EDGE_SIZES) expect(seen).toContain(size);
  });

  law('broadcast with one another', {
    rows: 9,
    formula: 'for every dimension, at most one size other than 1',
    tolerance: 'E',
    given: [broadcastableShapes(3)],
    holds: (list) => {
      for (let d = 1; d <= 4; d++) {
        const wide = list.map((shape) => shape.at(-d) ?? 1).filter((size) => size !== 1);
        expect(new Set(wide).size).toBeLessThanOrEqual(1);
      }
    },
  });

  test('pairs differ', () => {
    const pairs = fc.sample(broadcastablePair({ rank: [1, 3], sizes: [2, 3] }), 100);
    expect(pairs.filter(([a, b]) => String(a) !== String(b)).length).toBeGreaterThan(30);
  });
});

describe('values', () => {
  law('are float32', {
    rows: [],
    formula: 'fround(x) = x',
    tolerance: 'E',
    given: [values('any')],
    holds: (value) => {
      expect(Math.fround(value)).toBe(value);
    },
  });
  law('stay in their interval', {
    rows: [],
    formula: 'low ≤ x ≤ high',
    tolerance: 'P',
    given: [values([-0.3, 0.7])],
    holds: (value) => {
      expect(value).toBeGreaterThanOrEqual(-0.3);
      expect(value).toBeLessThanOrEqual(0.7);
    },
  });
  law('fill arrays', {
    rows: [],
    formula: '|data| = Π shape',
    tolerance: 'E',
    given: [arrays({ values: 'any' })],
    holds: ({ shape, data }) => {
      expect(data.length).toBe(product(shape));
    },
  });

  test('arrays shrink to what fails', () => {
    const property = fc.property(arrays({ values: 'integers' }), ({ data }) => !data.some((value) => value > 10));
    expect(fc.check(property).counterexample?.[0].data).toContain(11);
  });
});

describe('layouts', () => {
  const some = shapes({ rank: [0, 3], sizes: [0, 1, 2, 3] });
  law('give every element memory of its own, inside the buffer', {
    rows: [],
    formula: 'places differ, 0 ≤ place < length',
    tolerance: 'E',
    given: [some.chain((shape) => layouts(shape))],
    holds: (layout) => {
      const all = places(layout);
      expect(new Set(all).size).toBe(product(layout.shape));
      for (const place of all) expect(place >= 0 && place < layout.length).toBe(true);
    },
  });
  law('may stretch', {
    rows: [],
    formula: 'place < length',
    tolerance: 'E',
    given: [some.chain((shape) => layouts(shape, { expanded: true }))],
    holds: (layout) => {
      for (const place of places(layout)) expect(place).toBeLessThan(layout.length);
    },
  });
  law('show the values they are given', {
    rows: [],
    formula: 'buffer[place(i)] = data[i]',
    tolerance: 'E',
    given: [some.chain((shape) => layouts(shape))],
    holds: (layout) => {
      const data = places(layout).map((_, i) => i);
      const buffer = bufferOf(data, layout);
      expect(places(layout).map((place) => buffer[place])).toEqual(data);
    },
  });
});

describe('rows', () => {
  law('of logits are never masked whole', {
    rows: [],
    formula: 'max(row) > -∞',
    tolerance: 'E',
    given: [logits({ masked: true })],
    holds: (rows) => {
      for (const row of rows) expect(row.some((value) => value > -Infinity)).toBe(true);
    },
  });
  law('of probabilities sum to 1', {
    rows: [],
    formula: 'Σ p = 1, p ≥ 0',
    tolerance: 'E',
    given: [probabilities(), probabilities({ positive: true })],
    holds: (rows, positive) => {
      for (const row of [...rows, ...positive]) {
        expect(row.reduce((a, b) => a + b, 0)).toBe(1);
        for (const p of row) expect(p).toBeGreaterThanOrEqual(0);
      }
      for (const p of positive.flat()) expect(p).toBeGreaterThan(0);
    },
  });
  law('of labels have a single 1', {
    rows: [],
    formula: 'row[label] = 1, Σ row = 1',
    tolerance: 'E',
    given: [oneHot()],
    holds: ({ classes, labels, rows }) => {
      rows.forEach((row, i) => {
        expect(row.length).toBe(classes);
        expect(row.indexOf(1)).toBe(labels[i]);
        expect(row.reduce((a, b) => a + b, 0)).toBe(1);
      });
    },
  });
});

law('soft labels sum to 1', {
  rows: [],
  formula: 'Σ p = 1, p ≥ 0',
  tolerance: 'E',
  given: [softLabels({ classes: [1, 200] })],
  holds: (rows) => {
    for (const row of rows) {
      expect(row.reduce((a, b) => a + b, 0)).toBe(1);
      for (const p of row) expect(p).toBeGreaterThanOrEqual(0);
    }
  },
});

law('attention has keys of one width with queries, and a row that sees nothing where that is asked', {
  rows: [],
  formula: '|qᵢ| = |kⱼ|; |v| = |k|; some row of the mask is empty',
  tolerance: 'E',
  given: [attentionInputs(), attentionInputs({ deadRow: true, keys: 8 })],
  holds: (open, masked) => {
    for (const { q, k, v, mask } of [open, masked]) {
      expect(new Set([...q, ...k].map((row) => row.length)).size).toBe(1);
      expect(v.length).toBe(k.length);
      expect(mask.map((row) => row.length)).toEqual(q.map(() => k.length));
    }
    expect(open.mask.flat().every(Boolean)).toBe(true);
    expect(masked.mask.some((row) => !row.some(Boolean))).toBe(true);
  },
});

test('triples broadcast, and differ', () => {
  const triples = fc.sample(broadcastableTriple({ rank: [1, 3], sizes: [2, 3] }), 100);
  expect(triples.filter((shapes) => new Set(shapes.map(String)).size === 3).length).toBeGreaterThan(20);
});

test('what fails is printed as code that gives it back', () => {
  const { counterexample } = fc.check(fc.property(arrays({ values: 'any' }), ({ data }) => !data.some(Number.isNaN)));
  const printed = fc.stringify(counterexample![0]);
  const again: unknown = new Function(`return (${printed})`)();
  expect(again).toEqual(counterexample![0]);
  expect(fc.stringify(again)).toBe(printed);
});
