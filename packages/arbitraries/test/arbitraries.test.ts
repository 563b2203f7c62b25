import { test } from '@fast-check/vitest';
import {
  arrays,
  broadcastablePair,
  broadcastableShapes,
  bufferOf,
  EDGE_SIZES,
  layouts,
  logits,
  oneHot,
  places,
  probabilities,
  type ShapeOptions,
  shapes,
  values,
} from '@tessera/arbitraries';
import fc from 'fast-check';
import { describe, expect, test as plain } from 'vitest';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

describe('shapes', () => {
  const options = fc.record({
    rank: fc.constantFrom<ShapeOptions['rank'] & object>([0, 4], [2, 2], [1, 5]),
    maxElements: fc.constantFrom(64, 4096),
  });
  test.prop([options.chain((o) => fc.tuple(fc.constant(o), shapes(o)))])('keep to their options', ([o, shape]) => {
    const [least, most] = o.rank as readonly [number, number];
    expect(shape.length).toBeGreaterThanOrEqual(least);
    expect(shape.length).toBeLessThanOrEqual(most);
    expect(product(shape)).toBeLessThanOrEqual(o.maxElements);
    for (const size of shape) expect(EDGE_SIZES).toContain(size);
  });

  plain('shrink to ones', () => {
    const { counterexample } = fc.check(fc.property(shapes({ rank: [0, 4] }), (shape) => shape.length < 2));
    expect(counterexample).toEqual([[1, 1]]);
  });

  plain('reach empty, single and edge sizes', () => {
    const seen = new Set(fc.sample(shapes({ rank: 2 }), 500).flat());
    for (const size of EDGE_SIZES) expect(seen).toContain(size);
  });

  test.prop([broadcastableShapes(3)])('broadcast with one another', (list) => {
    for (let d = 1; d <= 4; d++) {
      const wide = list.map((shape) => shape.at(-d) ?? 1).filter((size) => size !== 1);
      expect(new Set(wide).size).toBeLessThanOrEqual(1);
    }
  });

  plain('pairs differ', () => {
    const pairs = fc.sample(broadcastablePair({ rank: [1, 3], sizes: [2, 3] }), 100);
    expect(pairs.filter(([a, b]) => String(a) !== String(b)).length).toBeGreaterThan(30);
  });
});

describe('values', () => {
  test.prop([values('any')])('are float32', (value) => {
    expect(Math.fround(value)).toBe(value);
  });
  test.prop([values([-0.3, 0.7])])('stay in their interval', (value) => {
    expect(value).toBeGreaterThanOrEqual(-0.3);
    expect(value).toBeLessThanOrEqual(0.7);
  });
  test.prop([arrays({ values: 'any' })])('fill arrays', ({ shape, data }) => {
    expect(data.length).toBe(product(shape));
  });

  plain('arrays shrink to what fails', () => {
    const property = fc.property(arrays({ values: 'integers' }), ({ data }) => !data.some((value) => value > 10));
    expect(fc.check(property).counterexample?.[0].data).toContain(11);
  });
});

describe('layouts', () => {
  const some = shapes({ rank: [0, 3], sizes: [0, 1, 2, 3] });
  test.prop([some.chain((shape) => layouts(shape))])(
    'give every element memory of its own, inside the buffer',
    (layout) => {
      const all = places(layout);
      expect(new Set(all).size).toBe(product(layout.shape));
      for (const place of all) expect(place >= 0 && place < layout.length).toBe(true);
    },
  );
  test.prop([some.chain((shape) => layouts(shape, { expanded: true }))])('may stretch', (layout) => {
    for (const place of places(layout)) expect(place).toBeLessThan(layout.length);
  });
  test.prop([some.chain((shape) => layouts(shape))])('show the values they are given', (layout) => {
    const data = places(layout).map((_, i) => i);
    const buffer = bufferOf(data, layout);
    expect(places(layout).map((place) => buffer[place])).toEqual(data);
  });
});

describe('rows', () => {
  test.prop([logits({ masked: true })])('of logits are never masked whole', (rows) => {
    for (const row of rows) expect(row.some((value) => value > -Infinity)).toBe(true);
  });
  test.prop([probabilities(), probabilities({ positive: true })])('of probabilities sum to 1', (rows, positive) => {
    for (const row of [...rows, ...positive]) {
      expect(row.reduce((a, b) => a + b, 0)).toBe(1);
      for (const p of row) expect(p).toBeGreaterThanOrEqual(0);
    }
    for (const p of positive.flat()) expect(p).toBeGreaterThan(0);
  });
  test.prop([oneHot()])('of labels have a single 1', ({ classes, labels, rows }) => {
    rows.forEach((row, i) => {
      expect(row.length).toBe(classes);
      expect(row.indexOf(1)).toBe(labels[i]);
      expect(row.reduce((a, b) => a + b, 0)).toBe(1);
    });
  });
});
